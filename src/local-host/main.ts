import { readConfig } from '../config.ts';
import { StartError } from '../model/start-error.ts';
import { seed } from './demo/seed.ts';
import { greeting } from './greeting.ts';
import { startLocalHost } from './local-host.ts';
import { stopOnSignals } from './stop-on-signals.ts';

/** The entry of `npm start`: the service on this machine, with the invented tenant unless the settings leave it out. */
async function main(): Promise<void> {
  const { dataDir, port, origin, demo, role } = readConfig();
  const log = (line: string) => process.stdout.write(`${line}\n`);
  const host = await startLocalHost({
    entry: () => import('../main.ts'),
    hostJsonPath: new URL('../../host.json', import.meta.url).pathname,
    port,
    dataFolder: dataDir,
    log,
    // The first sign-in must not have to wait for the timers' first turn. The API alone has no timers.
    ...(role !== 'api' && {
      beforeListening: async (invokeTimer: (name: string) => Promise<void>) => {
        await invokeTimer('keep-keys');
        await invokeTimer('provision-tenants');
      },
    }),
  });
  stopOnSignals(host);
  const [year = 0, month = 0] = new Intl.DateTimeFormat('sv', { timeZone: 'Asia/Tokyo' })
    .format()
    .split('-')
    .map(Number);
  const parts = { url: host.url, origin, dataFolder: dataDir, today: { year, month }, runJob: host.invokeTimer };
  const plan = demo === 'on' && role === 'all' ? await seed(parts) : undefined;
  for (const line of greeting(host.url, dataDir, plan)) log(line);
}

try {
  await main();
} catch (error) {
  const told = error instanceof StartError ? `${error.text.ja}\n${error.text.en}` : (error as Error).stack;
  process.stderr.write(`${told}\n`);
  process.exit(1);
}
