import { expect, test } from 'vitest';
import { childRows } from './read-file.ts';

const rows = (...lines: string[]) => childRows(lines.join('\n'));

test.each([
  '合計,12名,,',
  '合計：12名,,,',
  '計,12,,',
  '計,,,12',
  '総計,,男6名,女児 6',
  '小計,－,,3人',
  '※在園児のみ,,,',
  '※ 2026/4/1現在,,,',
  ',以上,,',
])('%s is no row', (line) => {
  expect(rows('園児番号,氏名,クラス,住所', '1,山田 花子,ひよこ,東京都', line)).toHaveLength(1);
});

test.each([
  ['a child of the family 計', '姓,名,生年月日', '計,花子,2021/4/1', { familyName: '計', givenName: '花子' }],
  ['one without a given name', '姓,名,生年月日', '計,,2021/4/1', { familyName: '計', birthDate: '2021-04-01' }],
  ['one with its number alone', '姓,名,園児番号', '計,,12', { familyName: '計', number: '12' }],
  ['one with a phone alone', '姓,名,電話', '計,,0312345678', { familyName: '計', phone: '0312345678' }],
  ['a child with a mark before it', ',園児番号,氏名', '※,1,山田 花子', { number: '1', familyName: '山田' }],
  ['a marked child without a number', '備考,園児番号,氏名', '※退園,,山田 花子', { notes: '※退園', givenName: '花子' }],
])('%s is read', (_name, header, line, values) => {
  expect(rows(header, line)).toMatchObject([{ row: 2, values }]);
});

test('a sum with words beside it is told, not dropped', () => {
  const read = rows('園児番号,氏名', '1,山田 花子', '合計,12名と先生');
  expect(read[1]).toMatchObject({ row: 3, problems: [{ column: '氏名', code: 'name-without-space' }] });
});
