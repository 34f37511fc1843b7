import iconv from 'iconv-lite';
import { expect, test } from 'vitest';
import { decodeFile } from '../../../src/domain/csv/decode.ts';
import { Failure } from '../../../src/model/failure.ts';
import { atOnce } from '../../support/at-once.ts';

const TEXT = '氏名,生年月日\r\n髙﨑 花子,2021/4/1\r\n';

test.each([
  ['cp932 as Excel writes it', iconv.encode(TEXT, 'cp932'), 'cp932'],
  ['UTF-8 with byte order mark', Buffer.from(`\u{feff}${TEXT}`), 'utf-8'],
  ['UTF-8 without mark', Buffer.from(TEXT), 'utf-8'],
  ['UTF-16LE with mark, as Excel\'s "Unicode text"', Buffer.from(`\u{feff}${TEXT}`, 'utf16le'), 'utf-16le'],
  ['UTF-16LE without mark', Buffer.from(TEXT, 'utf16le'), 'utf-16le'],
  ['UTF-16BE with mark', Buffer.from(`\u{feff}${TEXT}`, 'utf16le').swap16(), 'utf-16be'],
  ['ASCII only, which is UTF-8', Buffer.from('No,TEL\n1,03\n'), 'utf-8'],
] as const)('%s is found out and read', (_name, bytes, encoding) => {
  const decoded = atOnce(decodeFile(bytes));
  expect(decoded.encoding).toBe(encoding);
  if (encoding !== 'utf-8' || bytes.length > 20) expect(decoded.text.toString()).toBe(TEXT);
});

function refusedAs(bytes: Uint8Array): string | undefined {
  try {
    atOnce(decodeFile(bytes));
  } catch (error) {
    if (error instanceof Failure && error.code === 'unreadable-file') return error.errors[0]?.code;
    throw error;
  }
  return undefined;
}

const DAMAGED = Buffer.from(TEXT.repeat(20));
DAMAGED[7] = 0xff;

test.each([
  ['.xlsx', Buffer.from('PK\u{3}\u{4}rest', 'latin1'), 'workbook'],
  ['.xls', Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 1, 2]), 'workbook'],
  ['an empty file', Buffer.alloc(0), 'empty'],
  ['a file of blank lines', Buffer.from('\r\n \r\n'), 'empty'],
  ['a file with NUL characters', Buffer.from('a,b\n\0\0\0,c\n'), 'nul'],
  ['UTF-8 that lost a byte, which cp932 would read as nonsense', DAMAGED, 'encoding'],
  ['bytes of no encoding', Buffer.from([0x81, 0x20, 0xff, 0xfd, 0x80]), 'encoding'],
])('%s is refused with advice', (_name, bytes, code) => {
  expect(refusedAs(bytes)).toBe(code);
});
