import { Buffer } from 'node:buffer';

/**
 * `="001"`, the formula of a mere text: so other systems keep a spreadsheet from taking zeros off. It stands in files
 * quoted as CSV has it, `"=""001"""`, or bare, which is no CSV: a quotation mark stands within a cell that has none around.
 */
const TEXT_FORMULA = /^="([^"]*)"$/u;

/** The text of a cell that is such a formula; any other cell as it is. */
export function textOf(cell: string): string {
  return TEXT_FORMULA.exec(cell)?.[1] ?? cell;
}

const START = Buffer.from('="');
const [QUOTE, SPACE] = [0x22, 0x20];
/** Such a text is of one line. */
const ENDS: ReadonlySet<number | undefined> = new Set([...Buffer.from('"\r\n')]);
/** Between cells; also what stands before the first and after the last of a record. */
const BETWEEN: ReadonlySet<number | undefined> = new Set([...Buffer.from(',;\t\r\n'), undefined]);

/** CSV with its bare formulas as quoted cells of the same length: their `=` become blanks, which do not count there. */
export function withTextsQuoted(csv: Buffer): Buffer {
  const quoted = Buffer.from(csv);
  for (let at = csv.indexOf(START); at !== -1; at = csv.indexOf(START, at + START.length)) {
    let before = at - 1;
    while (csv[before] === SPACE) before -= 1;
    let end = at + START.length;
    while (end < csv.length && !ENDS.has(csv[end])) end += 1;
    if (BETWEEN.has(csv[before]) && csv[end] === QUOTE && BETWEEN.has(csv[end + 1])) quoted[at] = SPACE;
  }
  return quoted;
}
