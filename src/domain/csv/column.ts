import type { Text } from '../../model/failure.ts';

/**
 * `error`: the cell cannot be taken in; `question`: only a person can tell; neither gives a value. `warning`: the value
 * stands as written, a person should look.
 */
export type Severity = 'error' | 'warning' | 'question';

/** What a cell's reader found. The texts go on after `生年月日「21/4/1」` and `Birth date “21/4/1” `. */
export interface Finding {
  readonly severity: Severity;
  /** Kebab-case, stable: screens offer to accept proposals by it. */
  readonly code: string;
  readonly text: Text;
  /** Another content for the cell that would be taken in without this finding. */
  readonly proposal?: string;
}

/** What a cell says: a value, findings, or both; neither when the cell says nothing. */
export interface Reading<V> {
  readonly value?: V;
  readonly findings: readonly Finding[];
}

/** Another column, by its key, that may say whether a row is of a group at all; undefined when a cell does not tell. */
export interface FillsDown {
  readonly by: string;
  readonly isOfGroup: (cell: string) => boolean | undefined;
}

/** One thing of a record that a table can tell, whatever its header is called. */
export interface Column<V> {
  readonly labels: Text;
  /** Headers that mean it; width, spaces, line breaks, brackets and other marks do not count, nor hiragana or katakana. */
  readonly headers: readonly string[];
  /** Several columns of the table may mean it (電話1, 電話2). */
  readonly many?: true;
  /** It tells children apart, by name or by number: a row of headers without any such column is none. */
  readonly essential?: 'name' | 'number';
  /** The value may stand only on the first row of its group. */
  readonly fillsDown?: FillsDown;
  /** How long a content may be that is read at all, in UTF-16 units: `LONGEST` unless told. A longer one is refused. */
  readonly longest?: number;
  /** Reads a cell that is not blank, without outer spaces, and not too long. Never throws. */
  readonly parse: (cell: string) => Reading<V>;
}

/** The longest field of one line, an address, with room for line breaks and spaces that do not count. */
export const LONGEST = 400;

/** The columns of a kind of record by their keys. */
export type Columns = Readonly<Record<string, Column<unknown>>>;

export type ValueOf<C> = C extends Column<infer V> ? V : never;

export function value<V>(read: V, ...findings: readonly Finding[]): Reading<V> {
  return { value: read, findings };
}

export function finding(severity: Severity, code: string, ja: string, en: string, proposal?: string): Finding {
  return { severity, code, text: { ja, en }, ...(proposal === undefined ? {} : { proposal }) };
}

export function noValue(...findings: readonly Finding[]): Reading<never> {
  return { findings };
}

/** Something to look at in one cell, or in a whole row when `column` is empty. */
export interface CellProblem extends Finding {
  /** As Excel numbers it. */
  readonly row: number;
  /** The header as the file writes it. */
  readonly column: string;
}
