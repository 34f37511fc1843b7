import { contentOf } from './cells.ts';
import type { Columns } from './column.ts';
import type { HeaderField } from './header.ts';

/** What a table says of its columns: which are understood, and as what. */
export interface Understood {
  readonly columns: Columns;
  readonly fields: readonly HeaderField<string>[];
}

/**
 * A blank row, the row of the sum or the end, or a note (※): its first cell that is not blank says so, and no other column
 * that is understood holds more than a count. A family may be called 計, and a mark ※ may stand before a child: whatever
 * could be about a child is a row, to be read or to be told.
 */
export function isFooter(cells: readonly string[], { columns, fields }: Understood): boolean {
  const first = cells.findIndex((cell) => cell.trim() !== '');
  if (first === -1) return true;
  if (!saysSo(cells[first] ?? '')) return false;
  return fields.every(({ key, index }) => {
    const content = index === first ? '' : contentOf(cells[index] ?? '');
    return content === '' || (columns[key]?.essential !== 'number' && isCount(content));
  });
}

/** Sums and counts are a few characters long. */
const LONGEST_COUNT = 30;

function saysSo(cell: string): boolean {
  if (cell.trim().startsWith('※')) return true;
  return /^(?:合計|総計|小計|計|総数|以上)[:.。]?(?:\d+(?:名|人|件)?)?$/u.test(plain(cell));
}

/** A number as sums hold it: 12, 12名, 男3名. What is longer, such as a date or a phone number, is none. */
function isCount(content: string): boolean {
  return /^(?:[男女][児子]?:?)?\d{1,4}(?:名|人|件)?$/u.test(plain(content));
}

/** Without spaces and in half width; empty for what is too long to be a sum. */
function plain(cell: string): string {
  return cell.length > LONGEST_COUNT ? '' : cell.normalize('NFKC').replace(/\s/gu, '');
}
