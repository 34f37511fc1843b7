import iconv from 'iconv-lite';
import { expect, test } from 'vitest';
import { withTextsQuoted } from '../../../src/domain/csv/text-formulas.ts';
import { childRows } from './read-file.ts';

const NUMBERS = [
  '園児番号,氏名,電話番号,備考',
  '001,山田 花子,0312345678,',
  '002,鈴木 一,0312345679,"東京都',
  '渋谷区"',
];

const told = (file: string | Uint8Array) =>
  childRows(file).map(({ values: { number, phone, notes = '' }, problems }) => [number, phone, notes, ...problems]);

const expected = [
  ['001', '0312345678', ''],
  ['002', '0312345679', '東京都\n渋谷区'],
];

test.each([
  ['quoted as CSV has it', (digits: string) => `"=""${digits}"""`],
  ['bare', (digits: string) => `="${digits}"`],
])('numbers and phones that other systems keep as ="001" are read with their zeros: %s', (_name, kept) => {
  for (const separator of [',', ';', '\t']) {
    const file = NUMBERS.join('\n').replaceAll(/\d+/gu, kept).replaceAll(',', separator);
    expect(told(file)).toEqual(expected);
    expect(told(iconv.encode(file, 'cp932'))).toEqual(expected);
  }
});

test('every cell may be kept so, headers and empty ones too', () => {
  const line = (...cells: string[]) => cells.map((cell) => `="${cell}"`).join(',');
  const file = [line('園児番号', '氏名', '電話番号'), line('001', '山田 花子', ''), line('002', '森 一', '0312345678')];
  expect(told(file.join('\r\n'))).toEqual([
    ['001', undefined, ''],
    ['002', '0312345678', ''],
  ]);
});

test('what an export wrote with a guard stays what it is', () => {
  expect(childRows(`氏名,備考\n山田 花子,"'=""001"""\n`)[0]?.values.notes).toBe('="001"');
});

test('a quotation mark in the wrong place is none of a formula: the row is told as broken', () => {
  const codes = (line: string) =>
    childRows(`園児番号,氏名\n${line}\n2,森 一\n`).map(({ problems: [first] }) => first?.code);
  for (const line of ['1,山="田"', '1,="山"田', '1,="山', '1,"山="田"', '1,="山""田"']) {
    expect(codes(line)).toEqual(['broken-row', undefined]);
  }
});

test('formulas are made quoted cells of the same length, and nothing else is touched', () => {
  const quoted = (text: string) => withTextsQuoted(Buffer.from(text)).toString();
  expect(quoted('="1", ="a,b";="")\n="2"\r\n')).toBe(' "1",  "a,b";="")\n "2"\r\n');
  expect(quoted('a="1",="x"y,="1\n"')).toBe('a="1",="x"y,="1\n"');
});
