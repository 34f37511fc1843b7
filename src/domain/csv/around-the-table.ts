import type { Buffer } from 'node:buffer';
import { isDash } from './cells.ts';
import { readRecords, type Separator } from './records.ts';

/** A blank row, the row of the sum or the end: its first cell that is not blank says so and nothing else, or it is a note (※). */
export function isFooter(cells: readonly string[]): boolean {
  const first = cells
    .find((cell) => cell.trim() !== '')
    ?.normalize('NFKC')
    .replace(/\s/gu, '');
  if (first === undefined) return true;
  return /^(?:(?:合計|総計|小計|計|総数|以上)[:.。]?(?:\d+(?:名|人|件)?)?|※.*)$/u.test(first);
}

/**
 * Whether a column names its group only on the group's first row: some cells are blank, and no cell repeats the one
 * before it. A dash says that the row belongs to no group. Where each row has its own value this is known after two
 * rows; a blank there means blank.
 */
export function standsOncePerGroup(text: Buffer, separator: Separator, offset: number, index: number): boolean {
  let last = '';
  let blanks = 0;
  for (const { cells } of readRecords(text, separator, { row: 1, offset })) {
    if (cells === null || isFooter(cells)) continue;
    const cell = cells[index]?.trim() ?? '';
    if (isDash(cell)) last = '';
    else if (cell === '') blanks += last === '' ? 0 : 1;
    else if (cell === last) return false;
    else last = cell;
  }
  return blanks > 0;
}
