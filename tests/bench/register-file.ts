import iconv from 'iconv-lite';
import { ledgerFile } from '../../src/local-host/demo/ledger.ts';
import type { DemoFacility } from '../../src/local-host/demo/nursery.ts';
import { CLASS_NAME, YEAR } from './invented-records.ts';

/** Far below the 2,000 enrolled children that a facility takes. */
const MOST_ENROLLED = 1_500;
/** Children of that school year have left at its end, and are still young enough for their birthdays to be believed. */
const FORMER_YEAR = YEAR - 5;
const LEFT_ON = `${YEAR - 4}/3/31`;

/**
 * The register of a facility as CSV in UTF-8, CRLF, with this many children: those who are enrolled, and behind them those
 * who have left.
 */
export function registerFile(children: number): Buffer {
  const enrolled = Math.min(children, MOST_ENROLLED);
  const [header = '', ...present] = linesOf(enrolled, CLASS_NAME, 0, YEAR);
  const [, ...former] = linesOf(children - enrolled, '', 1, FORMER_YEAR);
  const lines = [
    `${header},退園日`,
    ...present.map((line) => `${line},`),
    ...former.map((line) => `${line},${LEFT_ON}`),
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n`);
}

/** The same with remarks, so that the file comes near the 10 MiB that an import takes. */
export function largestRegisterFile(): Buffer {
  const [header = '', ...lines] = registerFile(MOST_ROWS).toString().trimEnd().split('\r\n');
  const remarks = lines.map((line) => `${line},${'見本の備考です。'.repeat(36)}`);
  return Buffer.from([`${header},備考`, ...remarks, ''].join('\r\n'));
}

/** Near the 10,000 rows that a file may have. */
const MOST_ROWS = 9_900;

function linesOf(children: number, name: string, place: number, year: number): readonly string[] {
  const classes = [{ name, ages: [0, 1, 2, 3, 4, 5], children }];
  const file = ledgerFile({ ...NURSERY, classes }, place, year);
  return iconv.decode(Buffer.from(file), 'cp932').trimEnd().split('\r\n');
}

const NURSERY: DemoFacility = {
  name: '見本保育園',
  nameKana: 'みほんほいくえん',
  postalCode: '100-0000',
  address: '東京都見本区桜町1-2-3',
  phone: '03-0000-0001',
  classes: [],
};
