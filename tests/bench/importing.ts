import { parse } from 'csv-parse/sync';
import { civilDay } from '../../src/domain/calendar.ts';
import { openChildTable, readChildRows } from '../../src/domain/csv/child-rows.ts';
import { Connections } from './connections.ts';
import type { Figure } from './figure.ts';
import { type PreparedTenant, prepare } from './prepared-tenant.ts';
import { byTurns } from './ratio.ts';
import { registerFile } from './register-file.ts';
import type { Running } from './running.ts';
import type { Workplace } from './workplace.ts';

const ROUNDS = 5;
const MEMORY_ROUNDS = 3;
const FEW = 500;
const MANY = 5_000;
/** Loaded before the service; it tells the process's peak at its end. */
const PROBE = ['--import', './tests/bench/memory-probe.ts'];

/**
 * Taking over a register of 5,000 rows: its time against parsing alone (and, to see where it goes, against reading the
 * rows as children), its memory against a register of 500.
 */
export const importing: Figure = {
  name: 'importing',
  async measure(workplace) {
    return [...(await measureTime(workplace)), ...(await measureMemory(workplace))];
  },
};

async function measureTime(workplace: Workplace) {
  const { tenant, service } = await importService(workplace, ROUNDS + 1);
  const file = registerFile(MANY);
  const sides = {
    parse: () => {
      const startedAt = performance.now();
      const records: unknown[] = parse(file);
      if (records.length !== MANY + 1) throw new Error(`${records.length} records were parsed`);
      return performance.now() - startedAt;
    },
    read: () => {
      const startedAt = performance.now();
      const rows = [...readChildRows(openChildTable(file), { today: civilDay(Date.now()), accept: new Set<string>() })];
      if (rows.length !== MANY) throw new Error(`${rows.length} rows were read`);
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
  const what = `an import of ${MANY} rows, against`;
  const taken = { measured: times.take, unit: 'ms' };
  return [
    { what: `${what} csv-parse of the same bytes`, ...taken, against: times.parse, bound: { atMost: 15 } },
    { what: `${what} reading the same rows as children`, ...taken, against: times.read, bound: null },
  ];
}

async function measureMemory(workplace: Workplace) {
  const peak = async (rows: number): Promise<number> => {
    const { tenant, service } = await importService(workplace, 1, PROBE);
    await importFile(service, tenant, 0, registerFile(rows));
    return Number((await service.stop()).at(-1)) / 1024;
  };
  const { many, few } = await byTurns(MEMORY_ROUNDS, { few: () => peak(FEW), many: () => peak(MANY) });
  const what = `the most memory that the service holds when it imports ${MANY} rows, against ${FEW}`;
  return [{ what, measured: many, against: few, unit: 'MiB', bound: { atMost: 1.5 } }];
}

/** A service with this many facilities that have no children yet. */
async function importService(
  workplace: Workplace,
  facilities: number,
  nodeOptions: readonly string[] = [],
): Promise<{ readonly tenant: PreparedTenant; readonly service: Running }> {
  const folder = workplace.folder();
  const [tenant] = await prepare(folder, [{ tenantId: 'importing', facilities, children: 0, sessions: 1 }]);
  return { tenant, service: await workplace.service(folder, { nodeOptions }) };
}

/** Sends the file until all its rows are taken; milliseconds. Throws when a row is refused. */
async function importFile(service: Running, tenant: PreparedTenant, at: number, file: Buffer): Promise<number> {
  const connections = new Connections(service.url);
  let total = 0;
  for (let fromRow: number | null = 1; fromRow !== null; ) {
    const query = `facility=${tenant.facilities[at]}&dryRun=false&fromRow=${fromRow}`;
    const path = `/api/children/import?${query}`;
    const call = { method: 'POST', path, cookie: tenant.cookie(0), contentType: 'text/csv', body: file } as const;
    const { ms, text } = await connections.send(call);
    const { counts, problems, nextRow } = JSON.parse(text);
    if (problems.length > 0) throw new Error(`${counts.refused} refused: ${JSON.stringify(problems.slice(0, 3))}`);
    total += ms;
    fromRow = nextRow;
  }
  connections.close();
  return total;
}
