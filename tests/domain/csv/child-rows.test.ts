import { expect, test } from 'vitest';
import { childRows } from './read-file.ts';

const rows = (...lines: string[]) => childRows(lines.join('\n'));

const problems = (...lines: string[]) =>
  rows(...lines).flatMap((row) => row.problems.map(({ column, severity, code }) => `${column} ${severity} ${code}`));

test('only what a row says is told; a blank cell says nothing', () => {
  expect(rows('氏名,ふりがな,生年月日,住所,性別', '山田 花子,ﾔﾏﾀﾞ ﾊﾅｺ,R3.4.1,,女')[0]?.values).toEqual({
    familyName: '山田',
    givenName: '花子',
    familyNameKana: 'やまだ',
    givenNameKana: 'はなこ',
    birthDate: '2021-04-01',
    sex: 'female',
  });
});

test('where 姓 and 名 have columns of their own, a whole name that cannot be split does not matter', () => {
  expect(rows('氏名,姓,名', '山田花子,山田,花子')[0]).toMatchObject({
    values: { familyName: '山田', givenName: '花子' },
    problems: [],
  });
  expect(problems('氏名', '山田花子')).toEqual(['氏名 question name-without-space']);
});

test.each([
  ['氏名,生年月日', '山田 花子,2027/4/1', '生年月日 error born-in-future'],
  ['氏名,生年月日', '山田 花子,2001/4/1', '生年月日 warning unusual-age'],
  ['氏名,生年月日,入園日', '山田 花子,2023/4/2,2023/4/1', '入園日 warning enrolled-before-birth'],
  ['氏名,入園日,退園日', '山田 花子,2024/4/1,2023/4/1', '退園日 error left-before-enrolled'],
  ['園児番号,住所', ',東京都', ' error no-child'],
])('what does not fit together is told: %s / %s', (header, row, problem) => {
  expect(problems(header, row)).toEqual([problem]);
});

test('guardians of any columns are put together, phones with them', () => {
  const [row] = rows(
    '氏名,電話番号,保護者名,続柄,携帯,父,母,母携帯',
    '山田 花子,03-1111-1111,山田 太郎,父,090-1111-1111,山田　太郎,山田 良子,090-2222-2222',
  );
  expect(row?.values).toMatchObject({
    phone: '03-1111-1111',
    guardians: [
      { name: '山田 太郎', relationship: '父', phones: ['090-1111-1111'] },
      { name: '山田 良子', relationship: '母', phones: ['090-2222-2222'] },
    ],
  });
});

test('several columns of guardians and their phones go together by their order', () => {
  const [row] = rows('氏名,保護者名1,携帯1,保護者名2,携帯2', '山田 花子,太郎,090-1,良子,090-2');
  expect(row?.values.guardians?.map(({ name, phones }) => [name, ...phones])).toEqual([
    ['太郎', '090-1'],
    ['良子', '090-2'],
  ]);
});

test('without a guardian the first phone is the home, and others are told as lost', () => {
  expect(rows('氏名,携帯', '山田 花子,090-1234-5678')[0]).toMatchObject({
    values: { phone: '090-1234-5678' },
    problems: [],
  });
  expect(problems('氏名,電話1,電話2', '山田 花子,03-1234-5678,090-1234-5678')).toEqual([
    '電話1 warning phone-without-guardian',
  ]);
});

test.each([
  ['氏名,保護者名,続柄,保護者かな', '山田 花子,,母,やまだ りょうこ', '続柄'],
  ['氏名,保護者かな', '山田 花子,やまだ りょうこ', '保護者かな'],
  ['氏名,父,続柄', '山田 花子,山田 太郎,長女', '続柄'],
  ['氏名,保護者名,続柄1,続柄2', '山田 花子,太郎,父,母', '続柄1'],
])('続柄 and kana of a guardian without a name are told as lost: %s', (header, row, column) => {
  expect(problems(header, row)).toEqual([`${column} warning guardian-without-name`]);
});
