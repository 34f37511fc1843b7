import type { Buffer } from 'node:buffer';
import { CsvError, parse } from 'csv-parse/sync';
import { withTextsQuoted } from './text-formulas.ts';
import { unreadable } from './unreadable.ts';

export type Separator = ',' | ';' | '\t';

/** Where reading goes on: the number of the next row and its first byte in the decoded text. */
export interface Position {
  readonly row: number;
  readonly offset: number;
}

const FILE_START: Position = { row: 1, offset: 0 };

export interface CsvRecord {
  /** As Excel numbers it: from 1, blank rows counted, a cell with line breaks still one row. */
  readonly row: number;
  /** Null when the row is broken: a quotation mark that is not closed or stands in the wrong place, or it is far too long. */
  readonly cells: readonly string[] | null;
  /** How a broken row begins, for people to find it; empty for others. */
  readonly excerpt: string;
  readonly next: Position;
}

/** Far more than a facility's children of all years; bounds the time that one file can take. */
const MAX_ROWS = 10_000;
const MAX_BROKEN_ROWS = 200;
/** Far more cells and bytes than a row of a register: beyond, the row counts as broken. */
const MAX_CELLS = 1_000;
const MAX_RECORD_BYTES = 200_000;
/** What is parsed at once: some 2 ms, for a record that is longer up to 10. */
const PORTION_BYTES = 65_536;
const PORTION_RECORDS = 100;

/**
 * The records of a text, read in small portions as they are asked for, so that memory stays flat and no step is long. A
 * broken row is reported and reading goes on at the line after its first. Throws Failure `unreadable-file` only, when rows
 * or broken rows are too many. `from` is a `next` that an earlier reading of the same text gave.
 */
export function* readRecords(text: Buffer, separator: Separator, from: Position = FILE_START): Generator<CsvRecord> {
  let { row, offset } = from;
  let broken = 0;
  while (offset < text.length) {
    const { records, failed } = nextPortion(text, offset, separator);
    const base = offset;
    for (const { cells, end } of records) {
      offset = base + end;
      if (row > MAX_ROWS) throw tooManyRows();
      const tooLong = cells.length > MAX_CELLS;
      yield {
        row,
        cells: tooLong ? null : cells,
        excerpt: tooLong ? excerptOf(cells.slice(0, 5).join(separator)) : '',
        next: { row: row + 1, offset },
      };
      row += 1;
    }
    // Spaces after the last line end are no record: without them being passed over, reading would never end.
    if (!failed && offset === base) return;
    if (!failed) continue;
    broken += 1;
    if (broken > MAX_BROKEN_ROWS || row > MAX_ROWS) throw broken > MAX_BROKEN_ROWS ? tooManyBroken() : tooManyRows();
    const excerpt = excerptOf(text.toString('utf8', offset, offset + 120));
    offset = afterLine(text, offset);
    yield { row, cells: null, excerpt, next: { row: row + 1, offset } };
    row += 1;
  }
}

function excerptOf(start: string): string {
  return (start.split(/[\r\n]/u)[0] ?? '').slice(0, 30);
}

interface Portion {
  readonly records: readonly { readonly cells: readonly string[]; readonly end: number }[];
  /** True when there are none because the first is broken. */
  readonly failed: boolean;
}

/** At least one record, unless the one that begins at `offset` is broken or too long, or nothing but blanks is left. */
function nextPortion(text: Buffer, offset: number, separator: Separator): Portion {
  const short = parsePortion(text, offset, PORTION_BYTES, separator);
  const isCut = offset + PORTION_BYTES < text.length;
  return isCut && short.records.length === 0 ? parsePortion(text, offset, MAX_RECORD_BYTES, separator) : short;
}

/**
 * The records that end within so many bytes. Where the text goes on behind them, what reaches to the cut is left to the
 * next portion: neither its end nor whether it is broken can be told.
 */
function parsePortion(text: Buffer, offset: number, bytes: number, separator: Separator): Portion {
  const portion = text.subarray(offset, offset + bytes);
  const isCut = offset + portion.length < text.length;
  const asWritten = parsedUntilBroken(portion, separator);
  const parsed = asWritten.failed ? parsedUntilBroken(withTextsQuoted(portion), separator) : asWritten;
  const records = isCut ? parsed.records.filter(({ end }) => end < portion.length) : parsed.records;
  return { records, failed: parsed.failed || (isCut && records.length === 0) };
}

/** The records before the first that is broken; failed when that is the very first. */
function parsedUntilBroken(portion: Buffer, separator: Separator): Portion {
  try {
    return { records: parseRecords(portion, separator, PORTION_RECORDS), failed: false };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const good = Number(Reflect.get(error, 'records'));
    return { records: good > 0 ? parseRecords(portion, separator, good) : [], failed: good === 0 };
  }
}

function parseRecords(portion: Buffer, separator: Separator, to: number): Portion['records'] {
  const parsed: unknown = parse(portion, {
    delimiter: separator,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    trim: true,
    info: true,
    to,
  });
  // With `info` the library gives objects, which its types do not say.
  const records = parsed as readonly {
    readonly record: readonly string[];
    readonly info: { readonly bytes: number };
  }[];
  return records.map(({ record, info }) => ({ cells: record, end: info.bytes }));
}

/** The first byte after the line that begins at `offset`. */
function afterLine(text: Buffer, offset: number): number {
  const lineFeed = text.indexOf(0x0a, offset);
  const end = lineFeed === -1 ? text.length : lineFeed + 1;
  const carriageReturn = text.subarray(offset, end).indexOf(0x0d);
  if (carriageReturn === -1) return end;
  const after = offset + carriageReturn + 1;
  return text[after] === 0x0a ? after + 1 : after;
}

function tooManyRows(): Error {
  return unreadable(
    'too-many-rows',
    `行が多すぎます（${MAX_ROWS}行まで）。ファイルを分けてお送りください。`,
    `The file has too many rows (at most ${MAX_ROWS}). Please split it.`,
  );
}

function tooManyBroken(): Error {
  return unreadable(
    'too-many-broken-rows',
    '読み取れない行が多すぎます。「"」の使い方が正しくないか、CSVではないファイルです。Excelで開き、CSVで保存し直してください。',
    'Too many rows cannot be read: quotation marks are misplaced, or the file is no CSV. Open it in Excel and save it as CSV again.',
  );
}
