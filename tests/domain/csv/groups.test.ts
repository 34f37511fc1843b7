import { expect, test } from 'vitest';
import { childRows } from './read-file.ts';

/** By row: its class, and whether that is warned about. */
function classes(...lines: string[]): string[] {
  return childRows(lines.join('\n')).map(({ values: { className = '' }, problems, classIsFromAbove }) => {
    const warned = problems.some(({ code, severity }) => code === 'class-from-above' && severity === 'warning');
    return `${className}${warned ? ' warned' : classIsFromAbove ? ' from above' : ''}`;
  });
}

test('a class that stands only on the first row of its group is the class of all its rows', () => {
  expect(classes('クラス,園児番号', 'ひよこ,1', ',2', 'りす,3', ',4')).toEqual([
    'ひよこ',
    'ひよこ from above',
    'りす',
    'りす from above',
  ]);
  expect(classes('クラス,園児番号', 'ひよこ,', ',1', 'りす,', ',3')).toEqual(['ひよこ from above', 'りす from above']);
});

test('where each row has its own class a blank means blank, and a dash says that there is none', () => {
  expect(classes('クラス,園児番号', 'ひよこ,1', 'ひよこ,2', ',3')).toEqual(['ひよこ', 'ひよこ', '']);
  expect(classes('クラス,園児番号', 'ひよこ,1', ',2', '―,3', ',4')).toEqual(['ひよこ', 'ひよこ from above', '', '']);
});

test('一時預かり and 誰でも通園 come without a class, whatever stands above', () => {
  const header = 'クラス,園児番号,利用区分';
  expect(classes(header, 'ひよこ,1,通常', ',2,通常', ',3,一時預かり', ',4,誰でも通園、一時預かり')).toEqual([
    'ひよこ',
    'ひよこ',
    '',
    '',
  ]);
  expect(classes(header, 'ひよこ,1,通常', 'りす,2,通常', ',3,一時預かり')).toEqual(['ひよこ', 'りす', '']);
});

test('who says to be in a class is in the one above, and beside 一時預かり another kind does not say so', () => {
  const header = 'クラス,園児番号,利用区分';
  expect(classes(header, 'ひよこ,1,', 'りす,2,', ',3,延長', ',4,延長、一時預かり')).toEqual([
    'ひよこ',
    'りす',
    'りす',
    'りす warned',
  ]);
});

test('where most classes stand on one row alone, a blank cell may mean none: its class is warned about', () => {
  expect(classes('クラス,園児番号', 'ひよこ,1', 'りす,2', ',3')).toEqual(['ひよこ', 'りす', 'りす warned']);
  expect(classes('クラス,園児番号', 'ひよこ,1', ',2', 'りす,3', ',4', 'ぞう,5')).toEqual([
    'ひよこ',
    'ひよこ from above',
    'りす',
    'りす from above',
    'ぞう',
  ]);
});

test.each([
  ['a blank row', ',,,'],
  ['a sum', '小計,2名,,'],
  ['a row that has no class', ',,一時預かり,9'],
  ['a row of other columns only', ',,,,予備'],
  ['a broken row', 'り"す,,,'],
])('behind %s the class above is warned about, until a class stands in a row again', (_name, between) => {
  const rows = classes(
    'クラス,氏名,利用区分,園児番号,色',
    'ひよこ,,,1,',
    ',,,2,',
    between,
    ',,,3,',
    ',,,4,',
    'りす,,,5,',
    ',,,6,',
  );
  expect(rows.filter((row) => row !== '')).toEqual([
    'ひよこ',
    'ひよこ from above',
    'ひよこ warned',
    'ひよこ warned',
    'りす',
    'りす from above',
  ]);
});

test('a header that comes again, as on each page of a print, stands between nothing', () => {
  expect(classes('クラス,園児番号', 'ひよこ,1', ',2', 'クラス,園児番号', ',3')).toEqual([
    'ひよこ',
    'ひよこ from above',
    'ひよこ from above',
  ]);
});

test('the warning names the class, and says how a row says that it has none', () => {
  const [row] = childRows('クラス,園児番号\nひよこ,1\nりす,2\n,3\n').slice(2);
  expect(row?.problems).toMatchObject([
    {
      ...{ row: 4, column: 'クラス', severity: 'warning', code: 'class-from-above' },
      text: { ja: expect.stringMatching(/「りす」.*「―」/u), en: expect.stringMatching(/“りす”.*―/u) },
    },
  ]);
});

test('behind a broken row even who says to be in a class may be in another', () => {
  expect(
    classes('クラス,氏名,利用区分', 'ひよこ,山田 花子,通常', ',森 一,通常', 'り"す,林 二,通常', ',原 三,通常'),
  ).toEqual(['ひよこ', 'ひよこ', '', 'ひよこ warned']);
});
