import { backingUp } from './backing-up.ts';
import { erasing } from './erasing.ts';
import type { Figure } from './figure.ts';
import { importing } from './importing.ts';
import { lists } from './lists.ts';
import { reading } from './reading.ts';
import { jsonOf, type Line, tableOf } from './report.ts';
import { search } from './search.ts';
import { start } from './start.ts';
import { startOfPackage } from './start-of-package.ts';
import { Workplace } from './workplace.ts';

const FIGURES: readonly Figure[] = [reading, lists, search, start, startOfPackage, importing, backingUp, erasing];

/**
 * `npm run bench`: all figures, or the one that the argument names; `--json` for programs. The exit code is 0 also when a
 * figure is over its bound, 1 when something could not be measured, 2 for a wrong call.
 */
async function main(args: readonly string[]): Promise<number> {
  const json = args.includes('--json');
  const [name, ...more] = args.filter((argument) => argument !== '--json');
  const chosen = FIGURES.filter((figure) => name === undefined || figure.name === name);
  if (chosen.length === 0 || more.length > 0) {
    process.stderr.write(`Give nothing, or one of these: ${FIGURES.map((figure) => figure.name).join(', ')}\n`);
    return 2;
  }
  const workplace = new Workplace();
  const lines: Line[] = [];
  for (const figure of chosen) {
    process.stderr.write(`measuring ${figure.name} ...\n`);
    for (const comparison of await figure.measure(workplace)) lines.push({ figure: figure.name, ...comparison });
  }
  process.stdout.write(`${json ? jsonOf(lines) : tableOf(lines)}\n`);
  return 0;
}

try {
  process.exit(await main(process.argv.slice(2)));
} catch (error) {
  process.stderr.write(`${(error as Error).stack}\n`);
  process.exit(1);
}
