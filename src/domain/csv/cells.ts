import type { CellProblem, Columns, Finding, Reading, ValueOf } from './column.ts';
import { finding, LONGEST, noValue } from './column.ts';
import { unguarded } from './formula-guard.ts';
import type { HeaderField } from './header.ts';
import { damage } from './spoilt-cells.ts';
import { textOf } from './text-formulas.ts';

/** What the cells of one row say. */
export interface ReadCells<C extends Columns> {
  /** By key, one entry per column of the table that means it, in the table's order; undefined where blank or not readable. */
  readonly values: { readonly [K in keyof C]?: readonly (ValueOf<C[K]> | undefined)[] };
  readonly problems: readonly CellProblem[];
}

/** The content of a cell: without the outer spaces, the guard of an export or the formula of a mere text; empty when it says nothing. */
export function contentOf(cell: string): string {
  const content = unguarded(textOf(cell)).trim();
  return isNothing(content) ? '' : content;
}

/** Whether a cell says in so many words that there is nothing: a lone dash. A blank cell says not even that. */
export function isDash(cell: string): boolean {
  const content = unguarded(textOf(cell)).trim();
  return content !== '' && isNothing(content);
}

/** Far more than a person corrects in one row; a row may have a thousand columns. */
const MOST_OF_A_ROW = 50;

function isHolding({ severity }: Finding): boolean {
  return severity !== 'warning';
}

/**
 * Reads the contents of a row, one per field. `accept` names findings whose proposals are taken. Each problem names the
 * header as written; of very many the first are told, and one that holds the row up if there is any. Nothing is thrown.
 */
export function readCells<C extends Columns>(
  columns: C,
  fields: readonly HeaderField<keyof C & string>[],
  row: number,
  contents: readonly string[],
  accept: ReadonlySet<string>,
): ReadCells<C> {
  const values: Partial<Record<string, unknown[]>> = {};
  const problems: CellProblem[] = [];
  for (const [at, { key, header }] of fields.entries()) {
    const content = contents[at] ?? '';
    const reading = content === '' ? { findings: [] } : readCell(columns, key, content, accept);
    const list = values[key] ?? [];
    values[key] = list;
    list.push(reading.value);
    for (const found of reading.findings) {
      const isTold = problems.length < MOST_OF_A_ROW || (isHolding(found) && !problems.some(isHolding));
      if (isTold) problems.push(aboutCell(columns, row, header, key, content, found));
    }
  }
  // The keys come from the table's own columns, whose parse gave the values.
  return { values: values as ReadCells<C>['values'], problems };
}

/** Reads a cell, then its proposals as long as they are accepted: at most one for each kind of finding. */
function readCell(columns: Columns, key: string, cell: string, accept: ReadonlySet<string>): Reading<unknown> {
  let content = cell;
  const left = new Set(accept);
  for (;;) {
    const reading = excess(content, columns[key]?.longest) ??
      damage(content) ??
      columns[key]?.parse(content) ?? { findings: [] };
    const accepted = reading.findings.find(({ code, proposal }) => proposal !== undefined && left.has(code));
    if (accepted?.proposal === undefined) return reading;
    left.delete(accepted.code);
    content = accepted.proposal;
  }
}

/**
 * What is too long for its column, whatever it is. It is told before anything else looks at the cell: readers may then
 * take time that grows faster than the cell (Unicode's normalisation does, for long runs of marks).
 */
function excess(content: string, longest = LONGEST): Reading<never> | undefined {
  if (content.length <= longest) return undefined;
  return noValue(
    finding(
      'error',
      'cell-too-long',
      `は長すぎます（${longest}文字まで）。別の欄の内容が入っていないか確かめ、短くしてください。`,
      `is too long (at most ${longest} characters). Check whether it holds the content of other cells, and shorten it.`,
    ),
  );
}

function isNothing(content: string): boolean {
  return /^[-‐‑–—―−－ー]*$/u.test(content);
}

function aboutCell(
  columns: Columns,
  row: number,
  header: string,
  key: string,
  cell: string,
  found: Finding,
): CellProblem {
  const shown = cell.length > 30 ? `${cell.slice(0, 30)}…` : cell;
  const text = {
    ja: `${header.replace(/\s+/gu, '')}「${shown}」${found.text.ja}`,
    en: `${columns[key]?.labels.en ?? header} “${shown}” ${found.text.en}`,
  };
  return { ...found, text, row, column: header };
}

/** A row that could not be taken apart into cells. */
export function brokenRow(row: number, excerpt: string): CellProblem {
  const found = finding(
    'error',
    'broken-row',
    `この行（「${excerpt}」から始まる行）は「"」の使い方が正しくないため読み取れません。Excelで開いて直し、CSVで保存し直してください。`,
    `This row (beginning “${excerpt}”) cannot be read: its quotation marks are misplaced. Correct it in Excel and save it as CSV again.`,
  );
  return { ...found, row, column: '' };
}

/** A row with a cell beyond the last header. */
export function tooManyCells(row: number, beyond: string): CellProblem {
  const shown = beyond.slice(0, 30);
  const found = finding(
    'error',
    'too-many-cells',
    `この行には見出しのない列に「${shown}」があります。住所などの中の「,」で列がずれていないかご確認ください。`,
    `This row has “${shown}” in a column without header. Please check whether a comma in an address shifted its cells.`,
  );
  return { ...found, row, column: '' };
}
