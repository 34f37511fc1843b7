import type { Buffer } from 'node:buffer';
import type { CellProblem, Columns, Finding, Reading, ValueOf } from './column.ts';
import { finding } from './column.ts';
import { decodeFile, type TextEncoding } from './decode.ts';
import { type Header, type HeaderField, type IgnoredColumn, readHeader } from './header.ts';
import { type CsvRecord, type Position, readRecords, type Separator } from './records.ts';
import { damage } from './spoilt-cells.ts';
import { unreadable } from './unreadable.ts';

/** A file in which a table was found; its rows are read by `readRows`. */
export interface Table<C extends Columns> {
  readonly columns: C;
  readonly text: Buffer;
  readonly encoding: TextEncoding;
  readonly separator: Separator;
  readonly headerRow: number;
  readonly fields: readonly HeaderField<keyof C & string>[];
  readonly ignored: readonly IgnoredColumn[];
  readonly headers: readonly string[];
  /** Where the first row below the header stands. */
  readonly first: RowPosition;
}

/** Where reading goes on; plain JSON. `filled` holds by key what a blank cell below the first of its group means. */
export interface RowPosition extends Position {
  readonly filled: Readonly<Record<string, string>>;
}

export interface Row<C extends Columns> {
  readonly row: number;
  /** By key, one entry per column of the table that means it, in the table's order; undefined where blank or not readable. */
  readonly values: { readonly [K in keyof C]?: readonly (ValueOf<C[K]> | undefined)[] };
  readonly problems: readonly CellProblem[];
  /** Where to go on after this row. */
  readonly next: RowPosition;
}

export interface RowOptions {
  /** Codes of findings whose proposals are accepted, in every row. */
  readonly accept?: ReadonlySet<string>;
  /** Cells as a person corrected them: by row number, then by header as written. */
  readonly corrections?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const SEPARATORS: readonly Separator[] = [',', '\t', ';'];
/** Title and blank lines stand above the table: the header is the best match among this many rows. */
const HEADER_ROWS = 20;

/**
 * Opens a CSV file as it comes: encoding, separator and header are found, what stands above the header is skipped.
 * `bytes` is at most 10 MiB (the API's limit). Throws Failure `unreadable-file` with advice, and nothing else.
 */
export function openTable<C extends Columns>(bytes: Uint8Array, columns: C): Table<C> {
  const { text, encoding } = decodeFile(bytes);
  let best: { separator: Separator; record: CsvRecord; header: Header<keyof C & string> } | undefined;
  for (const separator of SEPARATORS) {
    for (const record of readRecords(text, separator)) {
      if (record.row > HEADER_ROWS) break;
      const header = record.cells === null ? undefined : readHeader(record.cells, columns);
      if (header === undefined || header.fields.length <= (best?.header.fields.length ?? 0)) continue;
      best = { separator, record, header };
    }
  }
  if (best === undefined) throw noHeader(columns);
  const { separator, record, header } = best;
  const groups = header.fields.filter(
    ({ key, index }) => columns[key]?.fillsDown === true && standsOncePerGroup(text, separator, record.next, index),
  );
  return {
    columns,
    text,
    encoding,
    separator,
    headerRow: record.row,
    fields: header.fields,
    ignored: header.ignored,
    headers: header.written,
    first: { ...record.next, filled: Object.fromEntries(groups.map(({ key }) => [key, ''])) },
  };
}

/**
 * The rows of a table, read as they are asked for. Blank rows, footers (合計, 以上, ※), repeated headers and headings of
 * groups are skipped; a broken row comes with a problem and no values. `from` is the `next` of a row of the same file:
 * reading goes on there without reading what stands before. Throws Failure `unreadable-file` only (too many rows).
 */
export function* readRows<C extends Columns>(
  table: Table<C>,
  options: RowOptions = {},
  from: RowPosition = table.first,
): Generator<Row<C>> {
  let filled = from.filled;
  for (const { row, cells, excerpt, next } of readRecords(table.text, table.separator, from)) {
    if (cells === null) {
      yield { row, values: {}, problems: [brokenRow(row, excerpt)], next: { ...next, filled } };
      continue;
    }
    if (isFooter(cells) || isHeaderAgain(table, cells)) continue;
    const contents = new Map<number, string>();
    for (const { key, index, header } of table.fields) {
      const cell = unguarded(options.corrections?.[row]?.[header] ?? cells[index] ?? '').trim();
      const filling = filled[key];
      if (filling !== undefined && cell !== '' && cell !== filling) filled = { ...filled, [key]: cell };
      contents.set(index, isBlank(cell) ? '' : cell);
    }
    const told = table.fields.filter(({ index }) => contents.get(index) !== '');
    if (told.every(({ key }) => filled[key] !== undefined)) continue;
    yield { row, ...readCells(table, row, cells, contents, filled, options.accept), next: { ...next, filled } };
  }
}

function readCells<C extends Columns>(
  table: Table<C>,
  row: number,
  cells: readonly string[],
  contents: ReadonlyMap<number, string>,
  filled: Readonly<Record<string, string>>,
  accept: ReadonlySet<string> = new Set(),
): Pick<Row<C>, 'values' | 'problems'> {
  const values: Partial<Record<string, unknown[]>> = {};
  const problems: CellProblem[] = [];
  for (const { key, index, header } of table.fields) {
    const content = contents.get(index) || (filled[key] ?? '');
    const reading = content === '' ? { findings: [] } : readCell(table.columns, key, content, accept);
    values[key] = [...(values[key] ?? []), reading.value];
    for (const found of reading.findings) problems.push(aboutCell(table, row, header, key, content, found));
  }
  const beyond = cells.slice(table.headers.length).find((cell) => cell.trim() !== '');
  if (beyond !== undefined) problems.push(tooManyCells(row, beyond));
  // The keys come from the table's own columns, whose parse gave the values.
  return { values: values as Row<C>['values'], problems };
}

/** Reads a cell, then its proposals as long as they are accepted: at most one for each kind of finding. */
function readCell(columns: Columns, key: string, cell: string, accept: ReadonlySet<string>): Reading<unknown> {
  let content = cell;
  const left = new Set(accept);
  for (;;) {
    const reading = damage(content) ?? columns[key]?.parse(content) ?? { findings: [] };
    const accepted = reading.findings.find(({ code, proposal }) => proposal !== undefined && left.has(code));
    if (accepted?.proposal === undefined) return reading;
    left.delete(accepted.code);
    content = accepted.proposal;
  }
}

/** An export puts a `'` before what a spreadsheet would run as a formula; reading takes one off. */
function unguarded(cell: string): string {
  return cell.startsWith("'") ? cell.slice(1) : cell;
}

/** A lone dash says that there is nothing. */
function isBlank(cell: string): boolean {
  return /^[-‐‑–—―−－ー]*$/u.test(cell);
}

/** The row of the sum or the end: its first cell that is not blank says so and nothing else, or it is a note (※). */
function isFooter(cells: readonly string[]): boolean {
  const first = cells
    .find((cell) => cell.trim() !== '')
    ?.normalize('NFKC')
    .replace(/\s/gu, '');
  if (first === undefined) return true;
  return /^(?:(?:合計|総計|小計|計|総数|以上)[:.。]?(?:\d+(?:名|人|件)?)?|※.*)$/u.test(first);
}

function isHeaderAgain({ fields }: Pick<Table<Columns>, 'fields'>, cells: readonly string[]): boolean {
  return fields.every(({ index, header }) => cells[index] === header);
}

/**
 * Whether a column names its group only on the group's first row: some cells are blank, and no cell repeats the one
 * before it. Where each row has its own value this is known after two rows; a blank there means blank.
 */
function standsOncePerGroup(text: Buffer, separator: Separator, from: Position, index: number): boolean {
  let last = '';
  let blanks = 0;
  for (const { cells } of readRecords(text, separator, from)) {
    if (cells === null || isFooter(cells)) continue;
    const cell = cells[index]?.trim() ?? '';
    if (cell === '') blanks += last === '' ? 0 : 1;
    else if (cell === last) return false;
    else last = cell;
  }
  return blanks > 0;
}

function aboutCell<C extends Columns>(
  { columns }: Table<C>,
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

function brokenRow(row: number, excerpt: string): CellProblem {
  const found = finding(
    'error',
    'broken-row',
    `この行（「${excerpt}」から始まる行）は「"」の使い方が正しくないため読み取れません。Excelで開いて直し、CSVで保存し直してください。`,
    `This row (beginning “${excerpt}”) cannot be read: its quotation marks are misplaced. Correct it in Excel and save it as CSV again.`,
  );
  return { ...found, row, column: '' };
}

function tooManyCells(row: number, beyond: string): CellProblem {
  const shown = beyond.slice(0, 30);
  const found = finding(
    'error',
    'too-many-cells',
    `この行には見出しのない列に「${shown}」があります。住所などの中の「,」で列がずれていないかご確認ください。`,
    `This row has “${shown}” in a column without header. Please check whether a comma in an address shifted its cells.`,
  );
  return { ...found, row, column: '' };
}

function noHeader(columns: Columns): Error {
  const essential = Object.values(columns).filter((column) => column.essential === true);
  return unreadable(
    'no-header',
    `見出しの行が見つかりません。はじめの${HEADER_ROWS}行のどこかに「${essential.map(({ labels }) => labels.ja).join('」「')}」などの見出しを入れてください。`,
    `No row of headers was found. Put headers such as ${essential.map(({ labels }) => `“${labels.en}”`).join(', ')} into one of the first ${HEADER_ROWS} rows.`,
  );
}
