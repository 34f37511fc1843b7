import { expect, test } from 'vitest';
import { identityOf, RowMatcher, type StoredChild } from '../../../src/domain/csv/match-rows.ts';

const hanako: StoredChild = {
  ...{ id: 'hanako', number: '1', familyName: '山田', givenName: '花子' },
  ...{ familyNameKana: 'やまだ', givenNameKana: 'はなこ', birthDate: '2021-04-01' },
};
const ichiro: StoredChild = {
  ...{ id: 'ichiro', number: '', familyName: '髙橋', givenName: '一郎' },
  ...{ familyNameKana: '', givenNameKana: '', birthDate: '2021-05-01' },
};
const twin = { ...hanako, id: 'twin', number: '2' };

type Told = Parameters<RowMatcher['add']>[1];

function match(stored: readonly StoredChild[], ...rows: Told[]): string[] {
  const matcher = new RowMatcher();
  for (const child of stored) matcher.know(child);
  for (const [at, row] of rows.entries()) matcher.add(at + 2, row);
  return [...matcher.matches().values()].map((one) => ('id' in one ? one.id : one.kind === 'new' ? 'new' : one.code));
}

const who = { familyNameKana: 'やまだ', givenNameKana: 'はなこ', birthDate: '2021-04-01' };

test.each<[string, Told, string]>([
  [
    'by number, when the name was corrected',
    { number: '１', familyName: '佐藤', givenName: '花子', birthDate: '2021-04-01' },
    'hanako',
  ],
  ['by number alone', { number: '1' }, 'hanako'],
  [
    'a number beside another name needs the birth date',
    { number: '1', familyName: '佐藤', givenName: '花子' },
    'number-of-another',
  ],
  ['by number when the birth date was corrected', { number: '1', ...who, birthDate: '2021-04-02' }, 'hanako'],
  ['by せい, めい and birth date', who, 'hanako'],
  ['kana of another form are the same', { ...who, familyNameKana: 'ヤマダ' }, 'hanako'],
  ['by name where the row has no kana', { familyName: '山田', givenName: '花子', birthDate: '2021-04-01' }, 'hanako'],
  [
    'by name where the stored child has no kana',
    {
      ...who,
      familyName: '高橋',
      givenName: '一郎',
      familyNameKana: 'たかはし',
      givenNameKana: 'いちろう',
      birthDate: '2021-05-01',
    },
    'ichiro',
  ],
  ['somebody with another birth date is new', { ...who, birthDate: '2022-04-01' }, 'new'],
  [
    'a number of somebody else is asked about',
    { number: '1', familyNameKana: 'すずき', givenNameKana: 'はじめ', birthDate: '2020-01-01' },
    'number-of-another',
  ],
  ['the same child under another number is asked about', { ...who, number: '9' }, 'other-number'],
  [
    'a number is added to a child that has none',
    { familyName: '髙橋', givenName: '一郎', birthDate: '2021-05-01', number: '9' },
    'ichiro',
  ],
  ['a name alone tells nobody', { familyName: '森', givenName: '一' }, 'cannot-tell'],
  ['a birth date alone tells nobody', { birthDate: '2021-04-01' }, 'cannot-tell'],
  [
    'a namesake without birth date is asked about',
    { familyName: '山田', givenName: '花子', number: '9' },
    'cannot-tell',
  ],
])('%s', (_name, row, expected) => {
  expect(match([hanako, ichiro], row)).toEqual([expected]);
});

test('namesakes born on one day are told apart by number, and asked about without', () => {
  expect(match([hanako, twin], { ...who, number: '2' })).toEqual(['twin']);
  expect(match([hanako, twin], who)).toEqual(['several-children']);
  expect(match([hanako, twin], { ...who, number: '1' }, { ...who, number: '2' })).toEqual(['hanako', 'twin']);
});

test.each<[string, Told, Told]>([
  ['the same number', { number: '7', familyName: '森' }, { number: '７', familyName: '林' }],
  ['the same kana and birth date', { ...who, birthDate: '2020-01-01' }, { ...who, birthDate: '2020-01-01' }],
  [
    'the same name and birth date',
    { familyName: '森', givenName: '一', birthDate: '2020-01-01' },
    { familyName: '森', givenName: '一', birthDate: '2020-01-01' },
  ],
  ['the same stored child', { number: '1' }, who],
])('two rows with %s are both asked about', (_name, first, second) => {
  expect(match([hanako], first, second)).toEqual(['twice-in-file', 'twice-in-file']);
});

test('a file in which all rows are the same is asked about in bounded words', () => {
  const matcher = new RowMatcher();
  for (let row = 2; row < 5000; row += 1) matcher.add(row, who);
  const texts = new Set([...matcher.matches().values()].map((one) => (one.kind === 'question' ? one.text.ja : '')));
  expect([...texts]).toEqual([
    '2行目と3行目と4行目と5行目と6行目などは同じ園児のようです。どちらか一方だけを残してください。',
  ]);
});

test('what makes a new child the one it is does not depend on how the row is written', () => {
  expect(identityOf({ ...who, number: '1' })).toBe(
    identityOf({ ...who, familyNameKana: 'ヤマダ', familyName: '山田' }),
  );
  expect(identityOf({ familyName: '髙橋', birthDate: '2021-05-01' })).toBe(
    identityOf({ familyName: '高橋', birthDate: '2021-05-01' }),
  );
  expect(identityOf({ familyName: '髙橋' })).toBe('');
});
