import { fileURLToPath } from 'node:url';
import { startLocalHost } from '../../src/local-host/local-host.ts';
import { stopOnSignals } from '../../src/local-host/stop-on-signals.ts';

/** The local host with the app that the first argument names; the second is its data folder. It logs as the service does. */
const [app = '', dataFolder = ''] = process.argv.slice(2);
const log = (line: string) => process.stdout.write(`${line}\n`);
const host = await startLocalHost({
  entry: () => import(app),
  hostJsonPath: fileURLToPath(new URL('../../host.json', import.meta.url)),
  port: 0,
  dataFolder,
  log,
});
stopOnSignals(host);
log(`The host is ready: ${host.url}`);
