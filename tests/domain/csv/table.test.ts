import iconv from 'iconv-lite';
import { expect, test } from 'vitest';
import { CHILD_COLUMNS } from '../../../src/domain/csv/child-columns.ts';
import { openTable, readRows } from '../../../src/domain/csv/table.ts';
import { Failure } from '../../../src/model/failure.ts';
import { atOnce } from '../../support/at-once.ts';

const NONE: ReadonlySet<string> = new Set();

function read(text: string, accept = NONE) {
  const table = atOnce(openTable(iconv.encode(text, 'cp932'), CHILD_COLUMNS));
  return { table, rows: [...readRows(table, accept)].filter((row) => row !== undefined) };
}

const numbers = ({ rows }: ReturnType<typeof read>) => rows.map(({ row, values }) => [row, values.number?.[0]]);

test.each([',', ';', '\t'])('columns separated by %j are found', (separator) => {
  const file = read(['園児番号,氏名', '1,山田 花子'].join('\n').replaceAll(',', separator));
  expect([file.table.separator, numbers(file)]).toEqual([separator, [[2, '1']]]);
});

test('title lines, blank lines and a footer stand around the table, and rows are numbered as Excel does', () => {
  const file = read(
    [
      '令和8年度 園児名簿,,',
      '',
      '（さくら保育園）',
      '園児番号,氏名,住所',
      '1,山田 花子,"東京都',
      '渋谷区"',
      ',,',
      '2,鈴木 一,',
      '合計,2名,',
      '※ 在園児のみ',
      '以上',
    ].join('\r\n'),
  );
  expect([file.table.headerRow, numbers(file)]).toEqual([
    4,
    [
      [5, '1'],
      [7, '2'],
    ],
  ]);
});

test('the header is the row that fits best of the first 20, and one that comes again is no row', () => {
  const file = read(
    '氏名,クラス\n園児番号,氏名,クラス,住所\n1,山田 花子,ひよこ,東京\n園児番号,氏名,クラス,住所\n2,森 一,ひよこ,東京\n',
  );
  expect([file.table.headerRow, numbers(file)]).toEqual([
    2,
    [
      [3, '1'],
      [5, '2'],
    ],
  ]);
  expect(() => read(`${'題\n'.repeat(20)}園児番号,氏名\n1,山田 花子\n`)).toThrow(Failure);
});

test('a broken row is told and stops no other', () => {
  const file = read('園児番号,氏名\n1,"山"田"\n2,鈴木 一\n3,"開いたまま\n');
  expect(file.rows.map(({ row, problems }) => [row, ...problems.map(({ code }) => code)])).toEqual([
    [2, 'broken-row'],
    [3],
    [4, 'broken-row'],
  ]);
});

test('a cell beyond the last header is told, as an address with commas makes it', () => {
  const { rows } = read('園児番号,住所\n1,東京都,渋谷区\n2,東京都,\n');
  expect(rows.map(({ problems }) => problems.map(({ code }) => code))).toEqual([['too-many-cells'], []]);
});

test('a problem names row, column as written and what to do, in both languages', () => {
  const { rows } = read('園児番号,"生年\n月日"\n1,21/4/1\n');
  expect(rows[0]?.problems).toMatchObject([
    {
      row: 2,
      column: '生年\n月日',
      severity: 'error',
      code: 'two-digit-year',
      text: {
        ja: expect.stringMatching(/^生年月日「21\/4\/1」は年が2けたです/u),
        en: expect.stringMatching(/^Birth date “21\/4\/1” has/u),
      },
    },
  ]);
});

test('proposals are taken in every row once they are accepted, each kind once', () => {
  const text = '園児番号,氏名,電話\n1,山田 花子様,312345678\n';
  expect(read(text).rows[0]?.problems.length).toBe(2);
  const taken = read(text, new Set(['honorific', 'lost-leading-zero']));
  expect(taken.rows[0]).toMatchObject({
    problems: [],
    values: { fullName: [{ family: '山田', given: '花子' }], phone: [['0312345678']] },
  });
});

test('the guard of an export comes off, and a lone dash says that there is nothing', () => {
  const { rows } = read("園児番号,備考,愛称\n1,'=1+1,-\n2,''a,－\n");
  expect(rows.map(({ values }) => [values.notes?.[0], values.nickname?.[0]])).toEqual([
    ['=1+1', undefined],
    ["'a", undefined],
  ]);
});

test('a file with too many rows, or with too many broken ones, is refused as a whole', () => {
  const codeOf = (text: string) => {
    try {
      read(text);
    } catch (error) {
      return error instanceof Failure ? error.errors[0]?.code : error;
    }
    return undefined;
  };
  expect(codeOf(`園児番号\n${'1\n'.repeat(10_001)}`)).toBe('too-many-rows');
  expect(codeOf(`園児番号\n${'1"\n'.repeat(300)}`)).toBe('too-many-broken-rows');
  expect(codeOf('題名\n本文\n')).toBe('no-header');
});

test('UTF-16LE with tabs, as Excel saves "Unicode text", is read', () => {
  const table = atOnce(openTable(Buffer.from('\u{feff}園児番号\t氏名\r\n1\t髙﨑 𠮷乃\r\n', 'utf16le'), CHILD_COLUMNS));
  const [row] = readRows(table, NONE);
  expect([table.encoding, table.separator]).toEqual(['utf-16le', '\t']);
  expect(row?.values.fullName).toEqual([{ family: '髙﨑', given: '𠮷乃' }]);
});

test("a character of one computer's own font, cp932 F040 and up, refuses its cell", () => {
  const bytes = Buffer.concat([
    iconv.encode('園児番号,氏名\r\n1,山', 'cp932'),
    Buffer.from([0xf0, 0x40]),
    Buffer.from(' x'),
  ]);
  const [row] = readRows(atOnce(openTable(bytes, CHILD_COLUMNS)), NONE);
  expect(row?.problems.map(({ column, code }) => `${column} ${code}`)).toEqual(['氏名 own-font-character']);
});

test('of very many problems in one row the first are told, and one that holds it up', () => {
  const header = Array.from({ length: 200 }, (_, at) => `電話${at}`).join(',');
  const { rows } = read(`${header},氏名,生年月日\n${'1,'.repeat(200)}山田 花子,4月1日\n`);
  const codes = rows[0]?.problems.map(({ code }) => code) ?? [];
  expect([codes.length, codes.at(-2), codes.at(-1)]).toEqual([51, 'unusual-phone', 'no-year']);
});
