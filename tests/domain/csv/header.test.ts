import { expect, test } from 'vitest';
import { CHILD_COLUMNS } from '../../../src/domain/csv/child-columns.ts';
import { headerKey, readHeader } from '../../../src/domain/csv/header.ts';

/** The key that a header is taken for, beside a column that makes the row a row of headers. */
function meaning(header: string): string | undefined {
  const read = readHeader([header, header === '姓' ? '園児番号' : '姓'], CHILD_COLUMNS);
  return read?.fields.find(({ index }) => index === 0)?.key;
}

test.each([
  ['氏名', 'fullName'],
  ['園児名', 'fullName'],
  ['児童名', 'fullName'],
  ['児童氏名', 'fullName'],
  ['氏名(漢字)', 'fullName'],
  ['名前', 'fullName'],
  ['姓', 'familyName'],
  ['名', 'givenName'],
  ['ふりがな', 'fullKana'],
  ['フリガナ', 'fullKana'],
  ['ﾌﾘｶﾞﾅ', 'fullKana'],
  ['カナ', 'fullKana'],
  ['よみがな', 'fullKana'],
  ['氏名カナ', 'fullKana'],
  ['生年月日', 'birthDate'],
  ['誕生日', 'birthDate'],
  ['性別', 'sex'],
  ['クラス', 'className'],
  ['組', 'className'],
  ['所属', 'className'],
  ['入園日', 'enrolledOn'],
  ['入所日', 'enrolledOn'],
  ['入園年月日', 'enrolledOn'],
  ['退園日', 'leftOn'],
  ['退所日', 'leftOn'],
  ['〒', 'postalCode'],
  ['郵便番号', 'postalCode'],
  ['住所', 'address'],
  ['電話', 'phone'],
  ['電話番号', 'phone'],
  ['ＴＥＬ', 'phone'],
  ['携帯', 'guardianPhone'],
  ['保護者名', 'guardianName'],
  ['保護者氏名', 'guardianName'],
  ['父', 'father'],
  ['母', 'mother'],
  ['続柄', 'relationship'],
  ['園児番号', 'number'],
  ['児童番号', 'number'],
  ['No.', 'number'],
  ['認定区分', 'certification'],
  ['支給認定', 'certification'],
  ['保育必要量', 'certificationHours'],
])('the header %s means %s', (header, key) => {
  expect(meaning(header)).toBe(key);
});

test.each(['生 年 月 日', '生年\n月日', '【生年月日】', '生年月日（西暦）', '　生年月日　', '*生年月日'])(
  'brackets, spaces, line breaks and width do not count: %j',
  (header) => {
    expect(meaning(header)).toBe('birthDate');
  },
);

test.each([
  [['氏名（姓）', '氏名（名）', 'フリガナ（セイ）', 'フリガナ（メイ）']],
  [['園児名[姓]', '園児名[名]', 'ふりがな（姓）', 'ふりがな（名）']],
  [['氏名　姓', '氏名　名', '氏名カナ(姓)', '氏名カナ(名)']],
  [['児童氏名（氏）', '児童氏名（名）', '氏名（せい）', '氏名（めい）']],
  [['名前\n(姓)', '名前\n(名)', '名前（姓・カナ）', '名前（名・カナ）']],
])('the two parts of a name may stand in two columns under one word: %j', (headers) => {
  const read = readHeader([...headers, '生年月日'], CHILD_COLUMNS);
  const keys = ['familyName', 'givenName', 'familyNameKana', 'givenNameKana', 'birthDate'];
  expect([read?.fields.map(({ key }) => key), read?.ignored]).toEqual([keys, []]);
});

test("the two parts of a guardian's name are not two guardians: they are told as not known", () => {
  const read = readHeader(['氏名', '保護者氏名（姓）', '保護者氏名（名）', '保護者氏名（1）'], CHILD_COLUMNS);
  expect(read?.fields.map(({ key }) => key)).toEqual(['fullName', 'guardianName']);
  expect(read?.ignored.map(({ reason }) => reason)).toEqual(['unknown', 'unknown']);
});

test('no header of one column is one of another', () => {
  const keys = Object.values(CHILD_COLUMNS).flatMap(({ headers }) => [...new Set(headers.map(headerKey))]);
  expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([]);
});

test('where No. counts the rows, the column 園児番号 is the number', () => {
  const read = readHeader(['No.', '園児番号', '氏名'], CHILD_COLUMNS);
  expect(read?.fields.map(({ key, header }) => `${key} ${header}`)).toEqual(['number 園児番号', 'fullName 氏名']);
  expect(read?.ignored).toEqual([{ header: 'No.', reason: 'repeated' }]);
});

test('phones and guardians may have several columns, with or without a number', () => {
  const read = readHeader(['氏名', '電話1', '電話2', '保護者名', '保護者名', '氏名2'], CHILD_COLUMNS);
  expect(read?.fields.map(({ key }) => key)).toEqual(['fullName', 'phone', 'phone', 'guardianName', 'guardianName']);
});

test('a column without header is told by its letter, and blank ones after the last are none', () => {
  const read = readHeader(['氏名', ...Array.from({ length: 26 }, () => ''), 'クラス', '', ''], CHILD_COLUMNS);
  expect([read?.ignored[0]?.header, read?.ignored.at(-1)?.header, read?.width]).toEqual(['B列', 'AA列', 28]);
});

test.each([
  [['令和8年度 園児名簿', '', '']],
  [['クラス', '住所', '電話']],
  [['山田 花子', '2021/4/1', '女']],
  [['氏名', '好きな色']],
])('a row that tells nobody apart is no header: %j', (cells) => {
  expect(readHeader(cells, CHILD_COLUMNS)).toBeUndefined();
});
