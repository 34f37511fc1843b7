import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readRecords } from '../../../src/domain/csv/records.ts';

function cellsOf(text: string): readonly (readonly string[] | null)[] {
  return [...readRecords(Buffer.from(text), ',')].map(({ cells }) => cells);
}

test.each([' ', '\t', ' \t', '\n \t', '\r\n ', '\n\n  \t '])(
  'a file that ends in blanks (%j) is read to its end',
  (end) => {
    const [header, row] = cellsOf(`姓,名\n山田,花${end}`);
    expect([header, row]).toEqual([
      ['姓', '名'],
      ['山田', '花'],
    ]);
  },
);

test('blanks alone hold no row that says anything', () => {
  for (const text of ['', ' ', '\t\t', ' \n ', '\n', '\r\n\t']) {
    expect(
      cellsOf(text)
        .flatMap((cells) => cells ?? [])
        .filter((cell) => cell !== ''),
    ).toEqual([]);
  }
});

test('whatever a file holds, reading ends, forwards, and passes each byte once', () => {
  const piece = fc.constantFrom(
    'a',
    '山',
    ',',
    '"',
    ' ',
    '\t',
    '\n',
    '\r',
    '\r\n',
    '\u0000',
    '""',
    '\ufeff',
    '\u3000',
    '\u200d',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const text = Buffer.from(pieces.join(''));
      let [row, offset] = [0, 0];
      for (const record of readRecords(text, ',')) {
        expect(record.row).toBe(row + 1);
        expect(record.next.offset).toBeGreaterThan(offset);
        expect(record.next.offset).toBeLessThanOrEqual(text.length);
        [row, offset] = [record.row, record.next.offset];
      }
    }),
    { numRuns: 3000 },
  );
});

/** Cells of every kind and length, as a file writes them. */
const cell = fc.oneof(
  fc.constantFrom('', '山', '"', '""', ',', ' a', '\r\n', '\n', '\r', '\u3000', 'ﾔﾏﾀﾞ', '𠮷'),
  fc.integer({ min: 0, max: 3000 }).map((length) => '髙'.repeat(length)),
);
const written = (text: string) => (/[",\r\n]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const line = fc.array(cell, { minLength: 1, maxLength: 12 }).map((cells) => cells.map(written).join(','));

test('a file is read the same wherever its portions end, and reading goes on from any row of it', () => {
  fc.assert(
    fc.property(
      fc.array(line, { minLength: 150, maxLength: 150 }),
      fc.constantFrom('\r\n', '\n', '\r'),
      (lines, end) => {
        const text = Buffer.from(lines.join(end));
        const whole = parse(text, { relax_column_count: true, trim: true, record_delimiter: ['\r\n', '\n', '\r'] });
        const records = [...readRecords(text, ',')];
        expect(records.map(({ cells }) => cells)).toEqual(whole);
        const [from, ...after] = records.slice(70);
        expect([...readRecords(text, ',', from?.next)]).toEqual(after);
      },
    ),
    { numRuns: 20 },
  );
});

test.each([
  ['commas', ','.repeat(250_000)],
  ['spaces', ' '.repeat(250_000)],
  ['one cell', 'あ'.repeat(100_000)],
  ['one cell in quotation marks', `"${'あ,'.repeat(70_000)}"`],
])('a row far longer than any of a register is broken, and those after it are read: %s', (_name, long) => {
  const cells = cellsOf(`姓,名\n${long}\n${'山田,花子\n'.repeat(9_000)}`);
  expect(cells.slice(0, 2)).toEqual([['姓', '名'], null]);
  expect(cells.at(-1)).toEqual(['山田', '花子']);
});
