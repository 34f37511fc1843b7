import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Connections } from './connections.ts';
import type { Figure } from './figure.ts';
import { prepare } from './prepared-tenant.ts';
import { byTurns } from './ratio.ts';

const ROUNDS = 9;
const REQUESTS = 1000;
const AT_ONCE = 16;
/** One session may send 100 requests at once; each takes its turn, so that the limit is never met. */
const SESSIONS = 150;
const ROWS = 1000;

/** Throughput of a signed-in read of one child, against the same host with a bare function that reads one row. */
export const reading: Figure = {
  name: 'reading',
  async measure(workplace) {
    const rows = workplace.folder();
    const folder = workplace.folder();
    const [tenant] = await prepare(folder, [{ tenantId: 'reading', facilities: 1, children: 200, sessions: SESSIONS }]);
    const service = await workplace.service(folder);
    const ours = new Connections(service.url, AT_ONCE);
    const readChild = (nth: number) => ({ path: `/api/children/${tenant.lastChild}`, cookie: tenant.cookie(nth) });
    // Each session's first reading writes its event; the others of the hour do not.
    await ours.throughput(SESSIONS, readChild);
    writeRows(rows, (await ours.send(readChild(0))).text);
    const bare = await workplace.otherApp('point-read-app.ts', rows);
    const theirs = new Connections(bare.url, AT_ONCE);
    const readRow = (nth: number) => ({ path: `/api/rows/${nth % ROWS}` });
    const round = {
      child: () => ours.throughput(REQUESTS, readChild),
      row: () => theirs.throughput(REQUESTS, readRow),
    };
    await byTurns(2, round);
    const { child, row } = await byTurns(ROUNDS, round);
    ours.close();
    theirs.close();
    await Promise.all([service.stop(), bare.stop()]);
    const what = `a signed-in read of one child, against a bare function that reads one row (${AT_ONCE} at once)`;
    return [{ what, measured: child, against: row, unit: 'requests/s', bound: { atLeast: 0.5 } }];
  },
};

/** Rows as large as the answer about a child. */
function writeRows(folder: string, body: string): void {
  const database = new DatabaseSync(join(folder, 'rows.sqlite'));
  database.exec('CREATE TABLE rows (id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT; BEGIN');
  const insert = database.prepare('INSERT INTO rows VALUES (?, ?)');
  for (let id = 0; id < ROWS; id += 1) insert.run(String(id), body);
  database.exec('COMMIT');
  database.close();
}
