import { expect, test } from 'vitest';
import type { Reading } from '../../../src/domain/csv/column.ts';
import { readFullKana, readFullName, readKana, readName } from '../../../src/domain/csv/read-name.ts';

const told = ({ value, findings }: Reading<unknown>) => [
  value,
  ...findings.map(({ severity, code }) => `${severity} ${code}`),
];

test.each([
  ['山田 花子', { family: '山田', given: '花子' }],
  ['山田　花子', { family: '山田', given: '花子' }],
  ['スミス　ジョン ポール', { family: 'スミス', given: 'ジョン ポール' }],
  ['髙﨑 𠮷乃', { family: '髙﨑', given: '𠮷乃' }],
  ['神 ﾊﾅ', { family: '神', given: 'ﾊﾅ' }],
])('one column with the whole name is split at its space and otherwise kept as typed: %s', (cell, name) => {
  expect(readFullName(cell)).toEqual({ value: name, findings: [] });
});

test.each([
  ['山田花子', 'name-without-space'],
  ['山田 花子 マリア', 'name-in-several-parts'],
])('a name that shows no clear end of the family name is asked about: %s', (cell, code) => {
  expect(told(readFullName(cell))).toEqual([undefined, `question ${code}`]);
});

test.each(['山田 花子様', '山田 花子 様', '山田 花子ちゃん', '山田 花子君'])(
  '%s: the form of address is proposed to go',
  (cell) => {
    const { value, findings } = readFullName(cell);
    expect(value?.family).toBe('山田');
    expect(findings).toMatchObject([{ severity: 'warning', code: 'honorific', proposal: '山田 花子' }]);
  },
);

test.each([
  ['ﾔﾏﾀﾞ ﾊﾅｺ', { family: 'やまだ', given: 'はなこ' }],
  ['ヤマダ　ハナコ', { family: 'やまだ', given: 'はなこ' }],
  ['やまだ はなこ', { family: 'やまだ', given: 'はなこ' }],
])('kana of any form come out as hiragana: %s', (cell, name) => {
  expect(readFullKana(cell)).toEqual({ value: name, findings: [] });
});

test('a reading that is not in kana is warned about, and a guardian keeps his name as typed', () => {
  expect(told(readKana('山田'))).toEqual(['山田', 'warning not-kana']);
  expect(told(readName('山田　太郎'))).toEqual(['山田　太郎']);
});
