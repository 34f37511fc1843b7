import type { Buffer } from 'node:buffer';
import { isFooter } from './around-the-table.ts';
import { brokenRow, contentOf, type ReadCells, readCells, tooManyCells } from './cells.ts';
import type { Columns } from './column.ts';
import { decodeFile, type TextEncoding } from './decode.ts';
import { type FromAbove, type Grouping, GroupsAbove, groupingOf } from './groups.ts';
import { type Header, type HeaderField, type IgnoredColumn, readHeader } from './header.ts';
import { type CsvRecord, type Position, readRecords, type Separator } from './records.ts';
import type { Steps } from './steps.ts';
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
  /** How many columns have a header. */
  readonly width: number;
  /** Columns in which a blank cell means, or may mean, what the first row of its group says. */
  readonly groups: ReadonlyMap<string, Grouping>;
  /** Where the first row below the header stands. */
  readonly first: Position;
}

export interface Row<C extends Columns> extends ReadCells<C> {
  /** As Excel numbers it. */
  readonly row: number;
  /** What stands on a row above only, by key. */
  readonly fromAbove: ReadonlyMap<string, FromAbove>;
}

const SEPARATORS: readonly Separator[] = [',', '\t', ';'];
/** Title and blank lines stand above the table: the header is the best match among this many rows. */
const HEADER_ROWS = 20;

/**
 * Opens a CSV file as it comes: encoding, separator and header are found, what stands above the header is skipped.
 * `bytes` is at most 10 MiB (the API's limit). Throws Failure `unreadable-file` with advice, and nothing else.
 */
export function* openTable<C extends Columns>(bytes: Uint8Array, columns: C): Steps<Table<C>> {
  const { text, encoding } = yield* decodeFile(bytes);
  let best: { separator: Separator; record: CsvRecord; header: Header<keyof C & string> } | undefined;
  for (const separator of SEPARATORS) {
    for (const record of readRecords(text, separator)) {
      if (record.row > HEADER_ROWS) break;
      yield;
      const header = record.cells === null ? undefined : readHeader(record.cells, columns);
      if (header === undefined || header.fields.length <= (best?.header.fields.length ?? 0)) continue;
      best = { separator, record, header };
    }
  }
  if (best === undefined) throw noHeader(columns);
  const { separator, record, header } = best;
  const groups = new Map<string, Grouping>();
  for (const field of header.fields) {
    if (columns[field.key]?.fillsDown === undefined) continue;
    const rows = readRecords(text, separator, record.next);
    const grouping = yield* groupingOf({ columns, fields: header.fields }, field, rows);
    if (grouping !== 'each-row') groups.set(field.key, grouping);
  }
  return {
    columns,
    text,
    encoding,
    separator,
    headerRow: record.row,
    fields: header.fields,
    ignored: header.ignored,
    width: header.width,
    groups,
    first: record.next,
  };
}

/**
 * The rows of a table, read as they are asked for; undefined for each blank row, footer (合計, 以上, ※), repeated header and
 * heading of a group, so that very many of them are no long step. A broken row comes with a problem and no values.
 * `accept` holds the codes of findings whose proposals are taken, in every row. Throws Failure `unreadable-file` only (too
 * many rows).
 */
export function* readRows<C extends Columns>(
  table: Table<C>,
  accept: ReadonlySet<string>,
): Generator<Row<C> | undefined> {
  const { columns, fields } = table;
  const above = new GroupsAbove(table, table.groups);
  for (const { row, cells, excerpt } of readRecords(table.text, table.separator, table.first)) {
    if (cells === null) {
      above.pass(true);
      yield { row, values: {}, problems: [brokenRow(row, excerpt)], fromAbove: NOTHING };
      continue;
    }
    const isHeader = fields.every(({ index, header }) => cells[index] === header);
    if (isHeader || isFooter(cells, table)) {
      if (!isHeader) above.pass();
      yield;
      continue;
    }
    const told = fields.map(({ index }) => contentOf(cells[index] ?? ''));
    const { contents, fromAbove } = above.fill(cells, told);
    if (fields.every(({ key }, at) => told[at] === '' || above.has(key))) {
      if (fromAbove.size > 0) above.pass();
      yield;
      continue;
    }
    const read = readCells(columns, fields, row, contents, accept);
    const beyond = cells.slice(table.width).find((cell) => cell.trim() !== '');
    yield {
      row,
      ...read,
      fromAbove,
      problems: beyond === undefined ? read.problems : [...read.problems, tooManyCells(row, beyond)],
    };
  }
}

const NOTHING: ReadonlyMap<string, FromAbove> = new Map();

function noHeader(columns: Columns): Error {
  const essential = Object.values(columns).filter((column) => column.essential !== undefined);
  return unreadable(
    'no-header',
    `見出しの行が見つかりません。はじめの${HEADER_ROWS}行のどこかに「${essential.map(({ labels }) => labels.ja).join('」「')}」などの見出しを入れてください。`,
    `No row of headers was found. Put headers such as ${essential.map(({ labels }) => `“${labels.en}”`).join(', ')} into one of the first ${HEADER_ROWS} rows.`,
  );
}
