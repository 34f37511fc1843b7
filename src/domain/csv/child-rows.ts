import type { CivilDay } from '../../model/instant.ts';
import { CHILD_COLUMNS } from './child-columns.ts';
import { childFindings, classFromAbove } from './child-findings.ts';
import { contactsOf } from './child-guardians.ts';
import type { CellProblem } from './column.ts';
import { HeaderNames } from './header-names.ts';
import { type ProposedChild, proposedChild } from './proposed-child.ts';
import type { Steps } from './steps.ts';
import { openTable, readRows, type Table } from './table.ts';

export interface ChildRow {
  /** As Excel numbers it. */
  readonly row: number;
  /** Only what the row says: what is absent keeps what is stored. */
  readonly values: Partial<ProposedChild>;
  /** A row with an `error` or a `question` waits for a person; `warning` alone does not hold it up. */
  readonly problems: readonly CellProblem[];
  /** The class stands on a row above, and nothing in the file speaks against it: its ages may. */
  readonly classIsFromAbove: boolean;
}

export type ChildTable = Table<typeof CHILD_COLUMNS>;

/** Opens a file of children. Throws Failure `unreadable-file` with advice. */
export function openChildTable(bytes: Uint8Array): Steps<ChildTable> {
  return openTable(bytes, CHILD_COLUMNS);
}

export interface ChildRowOptions {
  /** Codes of findings whose proposals are taken, in every row. */
  readonly accept: ReadonlySet<string>;
  /** The civil day against which birth dates are looked at. */
  readonly today: CivilDay;
}

/**
 * What each row says, one at a time, so that a large file is never held as a whole; undefined for what is no row, as
 * `readRows` has it. Throws Failure `unreadable-file` when the file has too many rows, and nothing else.
 */
export function* readChildRows(table: ChildTable, { accept, today }: ChildRowOptions): Generator<ChildRow | undefined> {
  const headers = new HeaderNames(table.fields);
  for (const read of readRows(table, accept)) {
    if (read === undefined) {
      yield;
      continue;
    }
    const { row, values: cells, problems, fromAbove } = read;
    const contacts = contactsOf(cells);
    const values = proposedChild(cells, contacts);
    const said = problems.filter(({ column }) => !isSaidBetter(headers, column, values));
    const found = [...childFindings(values, contacts, today)];
    const classFound = fromAbove.get('className');
    if (classFound === 'doubtful') found.push({ ...classFromAbove(values.className ?? ''), keys: ['className'] });
    // Where a cell is refused already, a row that names nobody need not be told so too.
    const isRefused = said.some(({ severity }) => severity !== 'warning');
    const asWhole = found
      .filter(({ code }) => code !== 'no-child' || !isRefused)
      .map(({ keys, ...finding }) => ({ ...finding, row, column: headers.of(...keys) }));
    yield { row, values, problems: [...said, ...asWhole], classIsFromAbove: classFound === 'likely' };
  }
}

/** A problem of the whole name does not matter where 姓 and 名 stand in columns of their own. */
function isSaidBetter(headers: Headers, column: string, child: Partial<ProposedChild>): boolean {
  if (column === '') return false;
  if (column === headers.of('fullName'))
    return child.familyName !== undefined && child.givenName !== undefined && headers.has('familyName');
  if (column !== headers.of('fullKana')) return false;
  return child.familyNameKana !== undefined && child.givenNameKana !== undefined && headers.has('familyNameKana');
}

type Headers = HeaderNames<keyof typeof CHILD_COLUMNS>;
