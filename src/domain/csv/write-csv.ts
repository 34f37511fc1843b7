import { Buffer } from 'node:buffer';
import iconv from 'iconv-lite';

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
  const parts: Buffer[] = encoding === 'utf-8' ? [Buffer.from('\u{feff}')] : [];
  const unwritable: UnwritableCharacter[] = [];
  let header: readonly string[] | undefined;
  let row = 0;
  for (const fields of rows) {
    row += 1;
    header ??= fields;
    const mapped = encoding === 'cp932' ? fields.map(asCp932Has) : fields;
    for (const [at, field] of mapped.entries()) {
      for (const character of new Set(field)) {
        if (hasPlace(character, encoding)) continue;
        if (unwritable.length < MAX_REPORTED) unwritable.push({ row, column: header[at] ?? '', character });
      }
    }
    if (unwritable.length === 0) parts.push(encoded(`${mapped.map(quoted).join(',')}\r\n`, encoding));
  }
  return unwritable.length === 0 ? { bytes: Buffer.concat(parts) } : { unwritable };
}

/**
 * First characters that make a spreadsheet run a field as a formula (OWASP, CSV injection), full width included as
 * Japanese Excel takes them too, and `'` itself, so that taking one off is always right.
 */
const RUNS_AS_FORMULA = /^[=+\-@\t\r'＝＋－＠]/u;

function quoted(field: string): string {
  return `"${RUNS_AS_FORMULA.test(field) ? "'" : ''}${field.replaceAll('"', '""')}"`;
}

/** Unicode's usual characters and those to which cp932's bytes decode (Microsoft's table; JIS' own differs in these). */
const CP932_FORMS: Readonly<Record<string, string>> = { '〜': '～', '−': '－', '‖': '∥', '—': '―' };

function asCp932Has(field: string): string {
  return field.replace(/[〜−‖—]/gu, (character) => CP932_FORMS[character] ?? character);
}

function encoded(line: string, encoding: WrittenEncoding): Buffer {
  return encoding === 'cp932' ? iconv.encode(line, 'cp932') : Buffer.from(line, 'utf8');
}

const cp932Decoder = new TextDecoder('shift_jis');

/** Private use characters do have codes in cp932, but show on one computer only: they are refused on the way in too. */
function hasPlace(character: string, encoding: WrittenEncoding): boolean {
  if (character === '\u{0}' || /^\p{Surrogate}$/u.test(character)) return false;
  if (encoding === 'utf-8' || /^[\u{20}-\u{7e}ぁ-んァ-ヶ]$/u.test(character)) return true;
  return !/^\p{Private_Use}$/u.test(character) && cp932Decoder.decode(iconv.encode(character, 'cp932')) === character;
}
