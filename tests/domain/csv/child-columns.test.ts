import { expect, test } from 'vitest';
import { CHILD_WORDS } from '../../../src/domain/collections/child-labels.ts';
import {
  CERTIFICATION_HOURS_WORDS,
  CHILD_COLUMNS,
  readCertification,
  SEX_WORDS,
  USE_KIND_WORDS,
} from '../../../src/domain/csv/child-columns.ts';
import type { Reading } from '../../../src/domain/csv/column.ts';
import { choiceReader, choicesReader } from '../../../src/domain/csv/read-choice.ts';

const told = ({ value, findings }: Reading<unknown>) => [
  value,
  ...findings.map(({ severity, code }) => `${severity} ${code}`),
];

test.each([
  ['2号', { certification: '2' }],
  ['２号認定', { certification: '2' }],
  ['3', { certification: '3' }],
  ['2号（標準時間）', { certification: '2', hours: 'standard' }],
  ['3号・短時間', { certification: '3', hours: 'short' }],
  ['教育標準時間認定', { certification: '1' }],
])('the certification %s is read', (cell, value) => {
  expect(told(readCertification(cell))).toEqual([value]);
});

test('what is none of the words is refused with the words that are known', () => {
  expect(told(readCertification('4号'))).toEqual([undefined, 'error not-a-choice']);
  const sex = choiceReader(SEX_WORDS)('3');
  expect(sex.findings[0]?.text.ja).toContain('「男」「女」「未記入」');
});

test('every word that the product shows for a choice is read back as that choice', () => {
  for (const [sex, { ja }] of Object.entries(CHILD_WORDS.sex)) expect(told(choiceReader(SEX_WORDS)(ja))).toEqual([sex]);
  for (const [kind, { ja }] of Object.entries(CHILD_WORDS.useKinds))
    expect(told(choicesReader(USE_KIND_WORDS)(ja))).toEqual([[kind]]);
  for (const [certification, { ja }] of Object.entries(CHILD_WORDS['certifications.certification']))
    expect(told(readCertification(ja))).toEqual([{ certification }]);
  for (const [hours, { ja }] of Object.entries(CHILD_WORDS['certifications.hours']))
    expect(told(choiceReader(CERTIFICATION_HOURS_WORDS)(ja))).toEqual([hours]);
});

test('a number in full width is kept in half width, and an address of several lines becomes one', () => {
  expect(told(CHILD_COLUMNS.number.parse('Ａ０１２'))).toEqual(['A012']);
  expect(told(CHILD_COLUMNS.address.parse('東京都渋谷区\r\n1-2-3'))).toEqual(['東京都渋谷区 1-2-3']);
});
