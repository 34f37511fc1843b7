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
