import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isKana, kanaAsHiragana, nameMatcher, nameSearchKey, nameSortKey, searchKey } from '../../src/domain/names.ts';

const named = (familyName: string, givenName: string, familyNameKana = '', givenNameKana = '') => ({
  ...{ familyName, givenName, familyNameKana, givenNameKana },
});

test.each([
  ['髙', '高'],
  ['﨑', '崎'],
  ['斉', '斎'],
  ['齋', '斎'],
  ['齊', '斎'],
  ['邊', '辺'],
  ['邉', '辺'],
  ['濵', '浜'],
  ['濱', '浜'],
  ['澤', '沢'],
  ['廣', '広'],
  ['眞', '真'],
  ['德', '徳'],
  ['𠮷', '吉'],
  ['鶴ヶ谷', '鶴ケ谷'],
  ['葛\u{e0100}城', '葛城'],
])('%s is found as %s', (variant, plain) => {
  expect(searchKey(variant)).toBe(searchKey(plain));
});

test('keys know neither width nor kana nor spaces nor case', () => {
  expect(searchKey('ﾔﾏﾀﾞ　Ｔａｒｏ ')).toBe(searchKey('やまだtaro'));
});

test('a search finds any part of name or kana, words in any order, and not across name and kana', () => {
  const key = nameSearchKey(named('髙橋', '花子', 'タカハシ', 'はなこ'));
  for (const query of ['高橋', '橋花', 'たかはし', 'ﾊﾅｺ', '花子 たか', '高橋　花子', ''])
    expect(nameMatcher(query)(key)).toBe(true);
  for (const query of ['橋子', '花子た', '山']) expect(nameMatcher(query)(key)).toBe(false);
});

test('kana become full-width hiragana with joined marks, all else stays', () => {
  expect(kanaAsHiragana('ﾔﾏﾀﾞ')).toBe('やまだ');
  expect(kanaAsHiragana('ヴァイオレット・ジョー')).toBe('ゔぁいおれっと・じょー');
  expect(kanaAsHiragana('か゛')).toBe('が');
  expect(kanaAsHiragana('さーら Anna')).toBe('さーら Anna');
  expect([isKana('やまだ ハナコ'), isKana('ﾔﾏﾀﾞ'), isKana('山田')]).toEqual([true, true, false]);
});

const kana = fc.string({ unit: fc.constantFrom(...'あがぱぁゃっーアガパヴｱｶﾞﾊﾟ゛゜・-− 山A'), maxLength: 8 });

test('what has become hiragana stays as it is, and kana of any form have one search key', () => {
  fc.assert(
    fc.property(kana, (text) => {
      const once = kanaAsHiragana(text);
      expect(kanaAsHiragana(once)).toBe(once);
    }),
  );
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('ｶﾞ', 'ガ', 'が', ...'髙﨑斉𠮷ヶヵゕＡa　 神') }), (text) => {
      expect(searchKey(searchKey(text))).toBe(searchKey(text));
    }),
  );
});

test('the order is that of dictionaries: plain kana first, then voicing, then small and long', () => {
  const order = ['かき', 'がき', 'かぎ', 'きゃく', 'きやく', 'さあら', 'さーら', 'さら', 'はあ', 'ばあ', 'ぱあ'];
  const sorted = [...order].sort((a, b) => (nameSortKey(named('x', '', a)) < nameSortKey(named('x', '', b)) ? -1 : 1));
  expect(sorted.indexOf('かき')).toBeLessThan(sorted.indexOf('がき'));
  expect(sorted.indexOf('はあ')).toBeLessThan(sorted.indexOf('ばあ'));
  expect(sorted.indexOf('ばあ')).toBeLessThan(sorted.indexOf('ぱあ'));
  expect(sorted.indexOf('さあら')).toBeLessThan(sorted.indexOf('さら'));
  expect(Math.abs(sorted.indexOf('さあら') - sorted.indexOf('さーら'))).toBe(1);
});

test('せい decides before めい, katakana and hiragana alike, and who has no kana comes last', () => {
  const people = [
    named('木', '', '', ''),
    named('b', '', 'ヤマダ', 'ア'),
    named('a', '', 'やま', 'わ'),
    named('c', '', 'やまだ', 'い'),
  ];
  const sorted = people.toSorted((a, b) => (nameSortKey(a) < nameSortKey(b) ? -1 : 1));
  expect(sorted.map(({ familyName }) => familyName)).toEqual(['a', 'b', 'c', '木']);
});
