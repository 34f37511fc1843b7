import { parse } from 'csv-parse/sync';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { guarded, unguarded } from '../../../src/domain/csv/formula-guard.ts';
import { heldBy, MAX_REPORTED, type WrittenEncoding, writeCsv } from '../../../src/domain/csv/write-csv.ts';

function text(rows: readonly string[][], encoding: WrittenEncoding): string {
  const written = writeCsv(rows, encoding);
  if (!('bytes' in written)) throw new Error('it was refused');
  return new TextDecoder(encoding === 'cp932' ? 'shift_jis' : 'utf-8', { fatal: true }).decode(written.bytes);
}

test('every field is quoted, lines end in CRLF, UTF-8 has its mark and Shift_JIS none', () => {
  const rows = [
    ['a', 'b'],
    ['1"2', ''],
    ['x\ny', '\r'],
  ];
  expect(text(rows, 'cp932')).toBe('"a","b"\r\n"1""2",""\r\n"x\ny","\'\r"\r\n');
  const utf8 = writeCsv(rows, 'utf-8');
  expect('bytes' in utf8 ? [...utf8.bytes.subarray(0, 3)] : []).toEqual([0xef, 0xbb, 0xbf]);
});

test.each(['=1', '+1', '-1', '@x', '\tx', '\rx', "'x", '＝1'])(
  '%j could run as a formula, or hide a guard: it gets one',
  (field) => {
    expect(text([[field]], 'utf-8')).toBe(`"'${field}"\r\n`);
  },
);

test.each(['1=1', '山田', ' =1', '\nx', ''])('%j is written as it is', (field) => {
  expect(text([[field]], 'utf-8')).toBe(`"${field}"\r\n`);
});

test('in Shift_JIS 〜 − ‖ — become the forms that it has', () => {
  expect(text([['a〜−‖—髙﨑']], 'cp932')).toBe('"a～－∥―髙﨑"\r\n');
});

test('what has no place in Shift_JIS is reported by row and column, and nothing is written', () => {
  const rows = [
    ['姓', '名'],
    ['髙', '花子'],
    ['𠮷', '🌸é'],
  ];
  expect(writeCsv(rows, 'cp932')).toEqual({
    unwritable: [
      { row: 3, column: '姓', character: '𠮷' },
      { row: 3, column: '名', character: '🌸' },
      { row: 3, column: '名', character: 'é' },
    ],
  });
  expect('bytes' in writeCsv(rows, 'utf-8')).toBe(true);
});

test("characters of one computer's own font, NUL and half a surrogate pair are reported; the report is bounded", () => {
  expect(writeCsv([['x'], ['\u{e000}']], 'cp932')).toHaveProperty('unwritable');
  expect(writeCsv([['x'], ['\0']], 'utf-8')).toHaveProperty('unwritable');
  expect(writeCsv([['x'], ['\ud800']], 'utf-8')).toHaveProperty('unwritable');
  const many = writeCsv([['x'], ...Array.from({ length: 300 }, () => ['𠮷'])], 'cp932');
  expect('unwritable' in many ? many.unwritable.length : 0).toBe(MAX_REPORTED);
});

const field = fc
  .array(
    fc.oneof(
      fc.constantFrom('"', ',', '\r\n', '\n', '\r', '\t', "'", '=', '髙', '〜', 'ﾔ', ' '),
      fc.string({ unit: 'grapheme', maxLength: 3 }),
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(''));
const table = fc
  .integer({ min: 1, max: 4 })
  .chain((width) => fc.array(fc.array(field, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 5 }));

test('written and read back gives the same fields, in both encodings', () => {
  fc.assert(
    fc.property(table, fc.constantFrom('utf-8' as const, 'cp932' as const), (rows, encoding) => {
      const written = writeCsv(rows, encoding);
      fc.pre('bytes' in written);
      const read: string[][] = parse(text(rows, encoding), { record_delimiter: '\r\n' });
      expect(read.map((fields) => fields.map(unguarded))).toEqual(
        rows.map((fields) => fields.map((one) => heldBy(encoding, one))),
      );
    }),
    { numRuns: 300 },
  );
});

test('no field that is written begins as a formula, and the guard always comes off again', () => {
  fc.assert(
    fc.property(field, (one) => {
      expect(guarded(one)).not.toMatch(/^[=+\-@\t\r＝＋－＠]/u);
      expect(unguarded(guarded(one))).toBe(one);
    }),
  );
});
