import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLocalHost } from '../../src/local-host/local-host.ts';
import { stopOnSignals } from '../../src/local-host/stop-on-signals.ts';

/** The local host around nothing but the bare function, in a process of its own: what ours is measured against. */
const host = await startLocalHost({
  entry: () => import('./bare-app.ts'),
  hostJsonPath: new URL('../../host.json', import.meta.url).pathname,
  port: 0,
  dataFolder: process.argv[2] ?? mkdtempSync(join(tmpdir(), 'leyserkids-bench-')),
  log: (line) => process.stdout.write(`${line}\n`),
});
stopOnSignals(host);
process.stdout.write(`ready ${host.url}\n`);
