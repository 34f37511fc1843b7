import { expect, test } from 'vitest';
import { CHILD_COLUMNS } from '../../../src/domain/csv/child-columns.ts';
import { type Column, LONGEST, value } from '../../../src/domain/csv/column.ts';
import { openTable, readRows } from '../../../src/domain/csv/table.ts';
import { atOnce } from '../../support/at-once.ts';
import { childRows, childTable } from './read-file.ts';

test('a cell that is too long for its column is told by row and column, and the rest of the file is read', () => {
  const long = 'あ'.repeat(LONGEST + 1);
  const read = childRows(`氏名,生年月日,住所,備考\n山田 花子,2021/4/1,${long},\n森 一,2021/4/2,東京都,${long}\n`);
  expect(read.map(({ row, problems }) => [row, ...problems.map(({ column, code }) => `${column} ${code}`)])).toEqual([
    [2, '住所 cell-too-long'],
    [3],
  ]);
  expect(read[0]?.problems[0]).toMatchObject({
    severity: 'error',
    text: {
      ja: expect.stringMatching(/^住所「あ{30}…」は長すぎます（400文字まで）/u),
      en: expect.stringMatching(/^Address “あ{30}…” is too long \(at most 400 characters\)/u),
    },
  });
  expect(read[1]?.values.notes).toBe(long);
});

test('no reader of a column is given more than the column takes', () => {
  const given: number[] = [];
  const column = (header: string, traits: Partial<Column<string>> = {}): Column<string> => ({
    labels: { ja: header, en: header },
    headers: [header],
    essential: 'name',
    parse(cell) {
      given.push(cell.length);
      return value(cell);
    },
    ...traits,
  });
  const columns = { name: column('氏名'), remark: column('備考', { longest: 1000 }) };
  const text = [999, 1001, 60_000].map((length) => `${'1'.repeat(length)},${'1'.repeat(length)}`).join('\n');
  const table = atOnce(openTable(Buffer.from(`氏名,備考\n1,1\n${text}\n`), columns));
  const read = [...readRows(table, new Set())];
  expect([read.length, given]).toEqual([4, [1, 1, 999]]);
});

test('what is far longer than a header is none, and is told by its beginning', () => {
  const long = `氏名${'*'.repeat(60_000)}`;
  const { fields, ignored } = childTable(`${long},姓,名\n1,山田,花子\n`);
  expect(fields.map(({ key }) => key)).toEqual(['familyName', 'givenName']);
  expect(ignored).toEqual([{ header: `${long.slice(0, 100)}…`, reason: 'unknown' }]);
});

/** What patterns and normalisation stumble over: digits, spaces, line breaks, dashes, brackets, marks, half-width kana. */
const SPECIAL = [
  ...['1', '０', ' ', '\u{3000}', '\n', '\r\n', ' \n', '1 ', '-', '1-', '- ', 'ー', '―', '=', "'"],
  ...['(', '(1', '(1)', '（', '「', '"', '",', ',', '、', '/', '.', '1.', '#', '1E', 'T0', 'T 0:00', ' 0', '年', '月1'],
  ...['令和', '号', '〒', '※', '計', '様', '君 ', 'ｶﾞ', 'ﾞ', '゛', 'か\u{3099}', 'ゝ', 'ヶ', '㍻', 'ﷺ', '\u{e000}'],
  ...['\u{3099}\u{301}\u{315}', '\u{315}\u{300}', '\u{fe00}', '\u{fffd}', '\u{1f476}'],
];

/** Repeats as one cell of that many bytes, between others or not. */
function longCells(special: string, bytes: number): readonly string[] {
  const repeats = special.repeat(Math.floor(bytes / Buffer.byteLength(special.replaceAll('"', '""'))));
  return [repeats, `1${repeats}x`, `あ${repeats}あ`].map((text) => `"${text.replaceAll('"', '""')}"`);
}

// Where the time for a cell grew with the square of its length, the first of these ran into the limit of the runner.
test.each(SPECIAL)('long repeats of %j are read to their end, in every column and as headers', (special) => {
  const headers = Object.values(CHILD_COLUMNS).map(({ headers: [header] }) => header ?? '');
  const cells = longCells(special, 60_000);
  const body = headers.map((_, at) => `${','.repeat(at)}${cells[at % cells.length]}`);
  const told = childRows(`${headers.join(',')}\n${body.join('\n')}\n`, 'honorific', 'lost-leading-zero');
  expect(told.length).toBeLessThanOrEqual(headers.length);
  const above = [...longCells(special, 190_000), ...longCells(special, 190_000)].map((cell) => `氏名,${cell}`);
  expect(childRows(`${above.join('\n')}\n姓,名,${cells[1]}\n山田,花子,\n`)).toHaveLength(1);
});
