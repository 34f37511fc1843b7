import { kanaAsHiragana } from '../names.ts';
import type { Columns } from './column.ts';

/** A column of the table that is understood. */
export interface HeaderField<K extends string> {
  readonly key: K;
  /** From 0. */
  readonly index: number;
  /** As written. */
  readonly header: string;
}

export interface IgnoredColumn {
  /** As written, the beginning of a long one; for a column without header its letter, `C列`. */
  readonly header: string;
  readonly reason: 'unknown' | 'repeated' | 'no-header';
}

export interface Header<K extends string> {
  readonly fields: readonly HeaderField<K>[];
  /** What is not taken in, for people to be told. */
  readonly ignored: readonly IgnoredColumn[];
  /** How many columns there are, the blank ones after the last header left out. */
  readonly width: number;
}

/**
 * Reads a row as headers; undefined when it is none: it needs an essential column and two columns that are understood
 * (one, when the table has no other). A header is compared whole first, then without what stands in brackets, and for
 * columns that may stand several times without a number at its end. Where several could be one column, that comes first
 * which stands first in the column's list: 園児番号 before No. What is longer than `LONGEST_HEADER` is no header that is
 * understood, and no more of it is looked at.
 */
export function readHeader<C extends Columns>(
  cells: readonly string[],
  columns: C,
): Header<keyof C & string> | undefined {
  const width = cells.findLastIndex((cell) => cell.trim() !== '') + 1;
  const written = cells.slice(0, width);
  const meanings = meaningsOf(columns);
  const meaningOf = (header: string, form: Form) =>
    header.length > LONGEST_HEADER ? undefined : meanings.get(form(header));
  const taken = new Map<number, string>();
  const used = new Set<string>();
  for (const form of FORMS) {
    const meant = written.flatMap((header, index) => {
      const meaning = taken.has(index) ? undefined : meaningOf(header, form);
      return meaning === undefined ? [] : [{ index, ...meaning }];
    });
    for (const { index, key } of meant.toSorted((a, b) => a.rank - b.rank)) {
      const many = columns[key]?.many === true;
      if ((used.has(key) || form === withoutNumber) && !many) continue;
      taken.set(index, key);
      used.add(key);
    }
  }
  const named = written.filter((header) => header.trim() !== '').length;
  const essential = [...used].some((key) => columns[key]?.essential !== undefined);
  if (!essential || (taken.size < 2 && named > 1)) return undefined;
  const isKnown = (header: string) => FORMS.some((form) => meaningOf(header, form) !== undefined);
  return {
    fields: [...taken].sort(([a], [b]) => a - b).map(([index, key]) => ({ key, index, header: written[index] ?? '' })),
    ignored: [...written.entries()]
      .filter(([index]) => !taken.has(index))
      .map(([index, header]) =>
        header.trim() === ''
          ? { header: `${columnLetters(index)}列`, reason: 'no-header' }
          : { header: shown(header), reason: isKnown(header) ? 'repeated' : 'unknown' },
      ),
    width,
  };
}

/** A column's letters in Excel: 0 is A, 26 is AA. */
function columnLetters(index: number): string {
  const last = String.fromCharCode(65 + (index % 26));
  return index < 26 ? last : columnLetters(Math.floor(index / 26) - 1) + last;
}

/** Headers are a few words, at times with an example in brackets. */
const LONGEST_HEADER = 100;

function shown(header: string): string {
  return header.length > LONGEST_HEADER ? `${header.slice(0, LONGEST_HEADER)}…` : header;
}

type Form = (header: string) => string;
const FORMS: readonly Form[] = [headerKey, withoutBrackets, withoutNumber];

/** Only letters, digits and 〒 count; kana as hiragana, Latin in lower case and half width. */
export function headerKey(header: string): string {
  return kanaAsHiragana(header.normalize('NFKC').toLowerCase()).replace(/[^\p{L}\p{N}〒]/gu, '');
}

/** A bracket that is not closed reaches to the end. A part of a name in it is no remark: 保護者氏名（姓） is not 保護者氏名. */
function withoutBrackets(header: string): string {
  const plain = header.normalize('NFKC').replace(BRACKET, (bracket) => (PARTS.has(headerKey(bracket)) ? bracket : ''));
  return headerKey(plain);
}

const BRACKET = /[([〔【「<][^)\]〕】」>]*(?:[)\]〕】」>]|$)/gu;
const PARTS: ReadonlySet<string> = new Set(['姓', '氏', '名', 'せい', 'めい']);

function withoutNumber(header: string): string {
  return withoutBrackets(header).replace(/(?<!\d)\d+$/u, '');
}

interface Meaning {
  readonly key: string;
  /** Place in the column's list of headers. */
  readonly rank: number;
}

function meaningsOf(columns: Columns): ReadonlyMap<string, Meaning> {
  return new Map(
    Object.entries(columns).flatMap(([key, { headers }]) =>
      headers.map((header, rank) => [headerKey(header), { key, rank }] as const),
    ),
  );
}
