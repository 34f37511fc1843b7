import { parse } from 'csv-parse/sync';
import { civilDay } from '../../src/domain/calendar.ts';
import { openChildTable, readChildRows } from '../../src/domain/csv/child-rows.ts';
import { atOnce } from '../support/at-once.ts';
import { type Call, Connections } from './connections.ts';
import type { Figure } from './figure.ts';
import { type PreparedTenant, prepare } from './prepared-tenant.ts';
import { byTurns } from './ratio.ts';
import { largestRegisterFile, registerFile } from './register-file.ts';
import type { Running } from './running.ts';
import { longestWait, SMALL, waitAlone } from './waiting.ts';
import type { Workplace } from './workplace.ts';

const ROUNDS = 5;
const MEMORY_ROUNDS = 3;
const ROWS = 5_000;
const FILES = 10;
/** Enough for small requests one after another, of which a session may send 20 a second. */
const SESSIONS = 200;
/** Loaded before the service; it tells the process's peak at its end. */
const PROBE = ['--import', './tests/bench/memory-probe.ts'];

/**
 * Taking over a register of 5,000 rows: its time against parsing alone, its memory against the same rows in ten files, so
 * that the same is stored and only the file's size differs. "Parsing alone" is reading the file as rows of children:
 * decoding it, finding its header, reading dates, names and all other cells. The time of csv-parse for the same bytes,
 * which is the least part of that, is told beside it; so are the memory against 500 rows alone, and how long others wait
 * while the largest file is taken over.
 */
export const importing: Figure = {
  name: 'importing',
  async measure(workplace) {
    return [...(await measureTime(workplace)), ...(await measureMemory(workplace)), ...(await measureWaits(workplace))];
  },
};

async function measureTime(workplace: Workplace) {
  const { tenant, service } = await importService(workplace, ROUNDS + 1);
  const file = registerFile(ROWS);
  const sides = {
    parse: () => {
      const startedAt = performance.now();
      const records: unknown[] = parse(file);
      if (records.length !== ROWS + 1) throw new Error(`${records.length} records were parsed`);
      return performance.now() - startedAt;
    },
    read: () => {
      const startedAt = performance.now();
      const table = atOnce(openChildTable(file));
      const rows = [...readChildRows(table, { today: civilDay(Date.now()), accept: new Set<string>() })];
      if (rows.length !== ROWS) throw new Error(`${rows.length} rows were read`);
      return performance.now() - startedAt;
    },
    take: (round: number) => importFile(service, tenant, round, file),
  };
  sides.parse();
  sides.read();
  // The last facility, which no round uses.
  await sides.take(ROUNDS);
  const times = await byTurns(ROUNDS, sides);
  await service.stop();
  const what = `an import of ${ROWS} rows, against`;
  const taken = { measured: times.take, unit: 'ms' };
  return [
    { what: `${what} csv-parse of the same bytes`, ...taken, against: times.parse, bound: null },
    { what: `${what} reading the same rows as children`, ...taken, against: times.read, bound: { atMost: 15 } },
  ];
}

async function measureMemory(workplace: Workplace) {
  const peak = async (files: readonly Buffer[]): Promise<number> => {
    const { tenant, service } = await importService(workplace, 1, PROBE);
    for (const file of files) await importFile(service, tenant, 0, file);
    return Number((await service.stop()).at(-1)) / 1024;
  };
  const file = registerFile(ROWS);
  const few = registerFile(ROWS / FILES);
  const sides = { ten: () => peak(parts(file, FILES)), one: () => peak([file]), few: () => peak([few]) };
  const peaks = await byTurns(MEMORY_ROUNDS, sides);
  const what = `the most memory that the service holds when it imports ${ROWS} rows from one file, against`;
  const held = { measured: peaks.one, unit: 'MiB' };
  return [
    { what: `${what} ${FILES} files`, ...held, against: peaks.ten, bound: { atMost: 1.3 } },
    { what: `${what} ${ROWS / FILES} rows alone`, ...held, against: peaks.few, bound: null },
  ];
}

async function measureWaits(workplace: Workplace) {
  const { tenant, service } = await importService(workplace, ROUNDS, [], SESSIONS);
  const connections = new Connections(service.url);
  const others = new Connections(service.url);
  const file = largestRegisterFile();
  let asked = 0;
  const small = async (): Promise<number> => {
    asked += 1;
    // The first session imports.
    return (await others.send({ path: SMALL, cookie: tenant.cookie(1 + (asked % (SESSIONS - 1))) })).ms;
  };
  // One request: what is left when its time is up is left.
  const part = (round: number) => connections.send(importCall(tenant, round, file, 1));
  // The host copies a body several times before the import begins: the same bytes, refused for a row that cannot be.
  const refused = async (round: number): Promise<void> => {
    const { message } = await connections
      .send(importCall(tenant, round, file, 0))
      .then(nothingRefused, (error) => error);
    if (!/ was answered 400 /.test(message)) throw new Error(message);
  };
  const times = await byTurns(ROUNDS, {
    alone: () => waitAlone(small),
    unread: (round) => longestWait(small, refused(round)),
    read: (round) => longestWait(small, part(round)),
  });
  connections.close();
  others.close();
  await service.stop();
  const size = `${(file.length / 2 ** 20).toFixed(1)} MiB`;
  const what = `the longest wait for a small request during an import of ${size}, against`;
  const waited = { measured: times.read, unit: 'ms', bound: null };
  return [
    { what: `${what} its median without`, ...waited, against: times.alone },
    { what: `${what} that while the same bytes are refused unread`, ...waited, against: times.unread },
  ];
}

function nothingRefused(): Error {
  return new Error('a row that cannot be was not refused');
}

/** The same rows in several files, each below the header. */
function parts(file: Buffer, into: number): readonly Buffer[] {
  const [header = '', ...lines] = file.toString().trimEnd().split('\r\n');
  const rows = Math.ceil(lines.length / into);
  return Array.from({ length: into }, (_, n) => {
    const part = [header, ...lines.slice(n * rows, (n + 1) * rows)];
    return Buffer.from(`${part.join('\r\n')}\r\n`);
  });
}

/** A service with this many facilities that have no children yet. */
async function importService(
  workplace: Workplace,
  facilities: number,
  nodeOptions: readonly string[] = [],
  sessions = 1,
): Promise<{ readonly tenant: PreparedTenant; readonly service: Running }> {
  const folder = workplace.folder();
  const [tenant] = await prepare(folder, [{ tenantId: 'importing', facilities, children: 0, sessions }]);
  return { tenant, service: await workplace.service(folder, { nodeOptions }) };
}

/** Sends the file until all its rows are taken; milliseconds. Throws when a row is refused. */
async function importFile(service: Running, tenant: PreparedTenant, at: number, file: Buffer): Promise<number> {
  const connections = new Connections(service.url);
  let total = 0;
  for (let fromRow: number | null = 1; fromRow !== null; ) {
    const { ms, text } = await connections.send(importCall(tenant, at, file, fromRow));
    const { counts, problems, nextRow } = JSON.parse(text);
    if (problems.length > 0) throw new Error(`${counts.refused} refused: ${JSON.stringify(problems.slice(0, 3))}`);
    total += ms;
    fromRow = nextRow;
  }
  connections.close();
  return total;
}

function importCall(tenant: PreparedTenant, at: number, file: Buffer, fromRow: number): Call {
  const path = `/api/children/import?facility=${tenant.facilities[at]}&dryRun=false&fromRow=${fromRow}`;
  return { method: 'POST', path, cookie: tenant.cookie(0), contentType: 'text/csv', body: file };
}
