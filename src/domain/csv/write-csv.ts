import { Buffer } from 'node:buffer';
import { stringify } from 'csv-stringify/sync';
import iconv from 'iconv-lite';
import { guarded } from './formula-guard.ts';

export type WrittenEncoding = 'utf-8' | 'cp932';

/** A character that the encoding has no place for. */
export interface UnwritableCharacter {
  /** As Excel numbers it, the header being row 1. */
  readonly row: number;
  /** The header of its column. */
  readonly column: string;
  readonly character: string;
}

export type WrittenCsv =
  | { readonly bytes: Buffer }
  /** Nothing is written; at most `MAX_REPORTED` are listed. */
  | { readonly unwritable: readonly UnwritableCharacter[] };

export const MAX_REPORTED = 200;

/**
 * Writes a table as Excel in Japan opens it: every field quoted, CRLF, UTF-8 with byte order mark or cp932. A field that a
 * spreadsheet could run as a formula, or that begins with `'`, gets a leading `'`, which importing takes off again. Written
 * in cp932, 〜 − ‖ — become ～ － ∥ ―, the forms that cp932 has; what then has no place is reported, never written as `?`.
 * Neither encoding takes NUL or half a surrogate pair. The first row is the header.
 */
export function writeCsv(rows: Iterable<readonly string[]>, encoding: WrittenEncoding): WrittenCsv {
  const written: string[][] = [];
  const unwritable: UnwritableCharacter[] = [];
  let header: readonly string[] | undefined;
  for (const fields of rows) {
    header ??= fields;
    const held = fields.map((field) => heldBy(encoding, field));
    written.push(held.map(guarded));
    for (const [at, field] of held.entries()) {
      for (const character of new Set(field)) {
        if (unwritable.length === MAX_REPORTED) return { unwritable };
        if (hasPlace(character, encoding)) continue;
        unwritable.push({ row: written.length, column: header[at] ?? '', character });
      }
    }
  }
  if (unwritable.length > 0) return { unwritable };
  const text = stringify(written, { quoted: true, quoted_empty: true, record_delimiter: 'windows' });
  return { bytes: encoding === 'cp932' ? iconv.encode(text, 'cp932') : Buffer.from(`\u{feff}${text}`, 'utf8') };
}

/** Unicode's usual characters and those to which cp932's bytes decode (Microsoft's table; JIS' own differs in these). */
const CP932_FORMS: Readonly<Record<string, string>> = { '〜': '～', '−': '－', '‖': '∥', '—': '―' };

/** A text in the form in which a file of that encoding holds it. */
export function heldBy(encoding: string, text: string): string {
  if (encoding !== 'cp932') return text;
  return text.replace(/[〜−‖—]/gu, (character) => CP932_FORMS[character] ?? character);
}

const cp932Decoder = new TextDecoder('shift_jis');

/** Private use characters do have codes in cp932, but show on one computer only: they are refused on the way in too. */
function hasPlace(character: string, encoding: WrittenEncoding): boolean {
  if (character === '\u{0}' || /^\p{Surrogate}$/u.test(character)) return false;
  if (encoding === 'utf-8' || /^[\u{20}-\u{7e}ぁ-んァ-ヶ]$/u.test(character)) return true;
  return !/^\p{Private_Use}$/u.test(character) && cp932Decoder.decode(iconv.encode(character, 'cp932')) === character;
}
