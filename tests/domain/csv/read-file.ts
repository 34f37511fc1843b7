import { type ChildRow, type ChildTable, openChildTable, readChildRows } from '../../../src/domain/csv/child-rows.ts';
import { atOnce } from '../../support/at-once.ts';

/** A Tuesday in November 2026 (令和8年度). */
const TODAY = '2026-11-24';

/** A file of children, opened at once; text is written in UTF-8. */
export function childTable(file: string | Uint8Array): ChildTable {
  return atOnce(openChildTable(typeof file === 'string' ? Buffer.from(file) : file));
}

/** All its rows. */
export function childRows(file: string | Uint8Array, ...accept: readonly string[]): readonly ChildRow[] {
  const rows = readChildRows(childTable(file), { accept: new Set(accept), today: TODAY });
  return [...rows].filter((row) => row !== undefined);
}
