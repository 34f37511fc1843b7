import { execFileSync } from 'node:child_process';
import { type Figure, median, ms } from './figure.ts';

interface Run {
  readonly parsing: number;
  readonly importing: number;
  readonly megabytes: number;
}

const PROGRAM = new URL('import-run.ts', import.meta.url).pathname;
const MANY = 5_000;
const FEW = 500;
const CAPPED = ['--max-old-space-size=48', '--max-semi-space-size=4'];

function run(rows: number, flags: readonly string[] = []): Run {
  return JSON.parse(execFileSync(process.execPath, [...flags, PROGRAM, String(rows)], { encoding: 'utf8' }));
}

export const IMPORT_TIME: Figure = {
  name: 'import',
  what: `import of ${MANY} rows / reading them alone`,
  bound: { kind: 'at most', value: 15 },
  async measure() {
    const runs = [1, 2, 3].map(() => run(MANY));
    const importing = median(runs.map((one) => one.importing));
    const parsing = median(runs.map((one) => one.parsing));
    return { ratio: importing / parsing, told: `${ms(importing)} / ${ms(parsing)}` };
  },
};

export const IMPORT_MEMORY: Figure = {
  name: 'import-memory',
  what: `most memory of an import of ${MANY} rows / of ${FEW}`,
  bound: { kind: 'at most', value: 1.5 },
  async measure() {
    // Without a cap the collector lets the heap grow as long as the machine has room, whatever is in use.
    const [many, few] = [run(MANY, CAPPED).megabytes, run(FEW, CAPPED).megabytes];
    return { ratio: many / few, told: `${Math.round(many)} MB / ${Math.round(few)} MB` };
  },
};
