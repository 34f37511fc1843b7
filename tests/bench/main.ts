import { measureColdStart } from './cold-start.ts';
import { type Figure, ms, verdict } from './figure.ts';
import { IMPORT_MEMORY, IMPORT_TIME } from './import.ts';
import { FACILITY_LIST, ID_PAGE, SEARCH } from './lists.ts';
import { READ_THROUGHPUT, START } from './start-and-read.ts';

const COLD_START: Figure = {
  name: 'cold-start',
  what: 'start of the package as api / of a bundle of functions, cosmos, jose and zod (processor time)',
  bound: { kind: 'at most', value: 1.5 },
  async measure() {
    const { ratio, apiPackage, fourLibraries, packageBytes } = await measureColdStart();
    const size = `package ${(packageBytes / 1e6).toFixed(1)} MB`;
    return { ratio, told: `${ms(apiPackage)} / ${ms(fourLibraries)}, ${size}` };
  },
};

const FIGURES: readonly Figure[] = [
  READ_THROUGHPUT,
  FACILITY_LIST,
  ID_PAGE,
  SEARCH,
  START,
  IMPORT_TIME,
  IMPORT_MEMORY,
  COLD_START,
];

const [wanted] = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const json = process.argv.includes('--json');
const chosen = FIGURES.filter(({ name }) => wanted === undefined || name === wanted);
if (chosen.length === 0) {
  process.stderr.write(`There is no figure "${wanted}"; there are: ${FIGURES.map(({ name }) => name).join(', ')}.\n`);
  process.exit(2);
}
const results: object[] = [];
for (const figure of chosen) {
  const { ratio, told } = await figure.measure();
  const { name, what, bound } = figure;
  results.push({ name, what, bound: bound ?? null, ratio, told, verdict: verdict(figure, ratio) });
  if (json) continue;
  const limit = bound === undefined ? '' : `${bound.kind} ${bound.value}`;
  process.stdout.write(
    `${name.padEnd(14)} ${ratio.toFixed(2).padStart(6)}  ${limit.padEnd(12)} ${verdict(figure, ratio).padEnd(5)} ${what}\n${' '.repeat(22)}${told}\n`,
  );
}
if (json) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
