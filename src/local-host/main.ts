import { readConfig } from '../config.ts';
import { StartError } from '../model/start-error.ts';
import { startLocalHost } from './local-host.ts';
import { stopOnSignals } from './stop-on-signals.ts';

/** The entry of `npm start`. */
async function main(): Promise<void> {
  const { dataDir, port, demo } = readConfig();
  const log = (line: string) => process.stdout.write(`${line}\n`);
  const host = await startLocalHost({
    entry: () => import('../main.ts'),
    hostJsonPath: new URL('../../host.json', import.meta.url).pathname,
    port,
    dataFolder: dataDir,
    log,
    // The first sign-in must not have to wait for the timers' first turn.
    beforeListening: async (invokeTimer) => {
      await invokeTimer('keep-keys');
      await invokeTimer('provision-tenants');
    },
  });
  stopOnSignals(host);
  log(`LeySerKids: ${host.url}`);
  void demo;
}

try {
  await main();
} catch (error) {
  const { text } = error instanceof StartError ? error : { text: undefined };
  process.stderr.write(
    text === undefined ? `${error instanceof Error ? error.stack : error}\n` : `${text.ja}\n${text.en}\n`,
  );
  process.exit(1);
}
