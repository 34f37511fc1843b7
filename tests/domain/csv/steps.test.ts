import iconv from 'iconv-lite';
import { expect, test } from 'vitest';
import { openChildTable } from '../../../src/domain/csv/child-rows.ts';
import { decodeFile } from '../../../src/domain/csv/decode.ts';
import { atOnce } from '../../support/at-once.ts';

function pausesOf(steps: Generator<undefined, unknown>): number {
  let pauses = 0;
  while (steps.next().done !== true) pauses += 1;
  return pauses;
}

const row = (at: number) => `${at % 500 === 0 ? `組${at}` : ''},${at},山田 花子,${'備考'.repeat(100)}`;
const text = (rows: number) =>
  `クラス,園児番号,氏名,備考\r\n${Array.from({ length: rows }, (_, at) => row(at)).join('\r\n')}\r\n`;

test('opening a file pauses all the more often the larger it is', () => {
  const pauses = (rows: number) => pausesOf(openChildTable(iconv.encode(text(rows), 'cp932')));
  expect(pauses(1000)).toBeGreaterThan(1000);
  expect(pauses(4000)).toBeGreaterThan(4000);
});

test.each([
  ['cp932', (content: string) => iconv.encode(content, 'cp932')],
  ['utf-16le', (content: string) => Buffer.from(`\u{feff}${content}`, 'utf16le')],
] as const)('a text in %s is decoded in portions to the same as at once, wherever they end', (encoding, encoded) => {
  for (const shift of [0, 1, 2, 3]) {
    const content = 'x'.repeat(shift) + text(1000);
    const bytes = encoded(content);
    expect(pausesOf(decodeFile(bytes))).toBeGreaterThanOrEqual(Math.floor(bytes.length / 131_072));
    const decoded = atOnce(decodeFile(bytes));
    expect(decoded.encoding).toBe(encoding);
    expect(decoded.text.equals(Buffer.from(content))).toBe(true);
  }
});
