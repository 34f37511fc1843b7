import { Buffer, isUtf8 } from 'node:buffer';
import { TextDecoder } from 'node:util';
import type { Steps } from './steps.ts';
import { unreadable } from './unreadable.ts';

export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'cp932';

export interface DecodedFile {
  readonly encoding: TextEncoding;
  /** The whole text in UTF-8, without byte order mark; the file's own bytes where it is UTF-8 already. */
  readonly text: Buffer;
}

/** First bytes of files that Excel writes under its own formats: ZIP (.xlsx) and OLE2 (.xls). */
const WORKBOOK_SIGNATURES: readonly (readonly number[])[] = [
  [0x50, 0x4b, 0x03, 0x04],
  [0xd0, 0xcf, 0x11, 0xe0],
];

/**
 * Finds out how a file is encoded: UTF-8 when it is that without exception (a byte order mark or not), UTF-16 by its mark
 * or by its line ends and digits, else cp932, which `shift_jis` names in the Encoding Standard. Throws Failure
 * `unreadable-file` with advice for Excel's own formats, empty files, NUL characters, and what is none of these encodings.
 */
export function* decodeFile(bytes: Uint8Array): Steps<DecodedFile> {
  if (WORKBOOK_SIGNATURES.some((signature) => startsWith(bytes, signature))) {
    throw unreadable(
      'workbook',
      'これはExcelブック（.xlsx・.xls）です。Excelで開き、「名前を付けて保存」で「CSV UTF-8（コンマ区切り）」を選んで保存してから、もう一度お選びください。',
      'This is an Excel workbook (.xlsx, .xls). Open it in Excel, choose "Save as" and "CSV UTF-8 (comma delimited)", and choose that file.',
    );
  }
  const encoding = yield* encodingOf(bytes);
  const text = encoding === 'utf-8' ? withoutMark(bytes) : yield* decoded(bytes, encoding);
  if (text.includes(0)) {
    throw unreadable(
      'nul',
      'ファイルに文字ではないデータ（NUL）が入っています。壊れているか、CSVではないファイルです。元のシステムかExcelから、もう一度CSVで書き出してください。',
      'The file holds data that is not text (NUL). It is damaged or no CSV. Please export it again as CSV.',
    );
  }
  if (text.toString('utf8', 0, 4096).trim() === '' && text.toString('utf8').trim() === '') {
    throw unreadable(
      'empty',
      'ファイルが空です。中身のあるファイルをお選びください。',
      'The file is empty. Please choose a file with content.',
    );
  }
  return { encoding, text };
}

/** What is not UTF-16 by its look, and neither UTF-8 nor near it, is taken for cp932 until it turns out to be none. */
function* encodingOf(bytes: Uint8Array): Steps<TextEncoding> {
  if (startsWith(bytes, [0xef, 0xbb, 0xbf])) return isUtf8(bytes) ? 'utf-8' : refuseEncoding();
  if (startsWith(bytes, [0xff, 0xfe])) return 'utf-16le';
  if (startsWith(bytes, [0xfe, 0xff])) return 'utf-16be';
  if (bytes.includes(0)) return utf16Without(bytes) ?? 'utf-8';
  if (isUtf8(bytes)) return 'utf-8';
  return (yield* isDamagedUtf8(bytes)) ? refuseEncoding() : 'cp932';
}

/** UTF-16 without a mark shows by ASCII separators, line ends and digits, whose other byte is zero. */
function utf16Without(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  if (bytes.length % 2 !== 0) return undefined;
  let little = 0;
  let big = 0;
  for (let at = 0; at + 1 < Math.min(bytes.length, 65_536); at += 2) {
    const [first = 0, second = 0] = [bytes[at], bytes[at + 1]];
    if (second === 0 && isPlain(first)) little += 1;
    if (first === 0 && isPlain(second)) big += 1;
  }
  if (little === big) return undefined;
  return little > big ? 'utf-16le' : 'utf-16be';
}

function isPlain(byte: number): boolean {
  return byte === 0x09 || byte === 0x0a || byte === 0x0d || byte === 0x2c || (byte >= 0x30 && byte <= 0x3b);
}

/**
 * A UTF-8 file that lost a byte often decodes as cp932 too, to nonsense. It shows by many sequences that are right and
 * few that are not; in a real cp932 text it is the reverse.
 */
function* isDamagedUtf8(bytes: Uint8Array): Steps<boolean> {
  let wrong = 0;
  let right = 0;
  for (const text of textsOf(bytes, new TextDecoder('utf-8'))) {
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code === 0xfffd) wrong += 1;
      else if (code >= 0x80) right += 1;
    }
    yield;
  }
  return right > 10 * wrong;
}

/** The whole text in UTF-8; throws where the bytes are not of that encoding. */
function* decoded(bytes: Uint8Array, encoding: TextEncoding): Steps<Buffer> {
  const decoder = new TextDecoder(encoding === 'cp932' ? 'shift_jis' : encoding, { fatal: true });
  const parts: Buffer[] = [];
  for (const text of textsOf(bytes, decoder)) {
    parts.push(Buffer.from(text, 'utf8'));
    yield;
  }
  return Buffer.concat(parts);
}

/** Bytes decoded at once: some 2 ms. */
const PORTION_BYTES = 131_072;

/** The text in portions that end between characters. Throws Failure `unreadable-file` where a decoder refuses. */
function* textsOf(bytes: Uint8Array, decoder: TextDecoder): Generator<string> {
  for (let at = 0; at < bytes.length; at += PORTION_BYTES) {
    const end = at + PORTION_BYTES;
    try {
      yield decoder.decode(bytes.subarray(at, end), { stream: end < bytes.length });
    } catch (error) {
      if (error instanceof TypeError) refuseEncoding();
      throw error;
    }
  }
}

function withoutMark(bytes: Uint8Array): Buffer {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return startsWith(bytes, [0xef, 0xbb, 0xbf]) ? text.subarray(3) : text;
}

function startsWith(bytes: Uint8Array, signature: readonly number[]): boolean {
  return signature.every((byte, at) => bytes[at] === byte);
}

function refuseEncoding(): never {
  throw unreadable(
    'encoding',
    '文字コードを読み取れません。壊れているか、CSVではないファイルです。Excelで開き、「CSV UTF-8（コンマ区切り）」で保存してから、もう一度お選びください。',
    'The encoding of the file cannot be read: it is damaged or no CSV. Open it in Excel, save it as "CSV UTF-8 (comma delimited)" and choose that file.',
  );
}
