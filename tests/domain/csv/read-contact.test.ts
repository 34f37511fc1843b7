import { expect, test } from 'vitest';
import type { Reading } from '../../../src/domain/csv/column.ts';
import { readPhones, readPostalCode } from '../../../src/domain/csv/read-contact.ts';

const told = ({ value, findings }: Reading<unknown>) => [
  value,
  ...findings.map(({ severity, code }) => `${severity} ${code}`),
];

test.each([
  ['03-1234-5678', ['03-1234-5678'], []],
  ['０３−１２３４−５６７８', ['03-1234-5678'], []],
  ['(03)1234-5678', ['03-1234-5678'], []],
  ['090 1234 5678', ['090-1234-5678'], []],
  ['090-1234-5678、03-1234-5678', ['090-1234-5678', '03-1234-5678'], []],
  ['03-1234-5678\n090-1234-5678', ['03-1234-5678', '090-1234-5678'], []],
  ['内線12', ['内線12'], ['warning unusual-phone']],
  ['9012345678', ['9012345678'], ['warning lost-leading-zero']],
])('the phone %j is read', (cell, phones, findings) => {
  expect(told(readPhones(cell))).toEqual([phones, ...findings]);
});

test('a phone number that lost its 0 stands as written, with the right one proposed', () => {
  expect(readPhones('312345678').findings[0]?.proposal).toBe('0312345678');
});

test.each([
  ['150-0001', '150-0001'],
  ['〒150-0001', '150-0001'],
  ['1500001', '150-0001'],
  ['１５０−０００１', '150-0001'],
])('the postal code %s is read', (cell, code) => {
  expect(told(readPostalCode(cell))).toEqual([code]);
});

test('a postal code that lost its 0 is asked about, nonsense refused', () => {
  expect(told(readPostalCode('600001'))).toEqual([undefined, 'question lost-leading-zero']);
  expect(told(readPostalCode('東京'))).toEqual([undefined, 'error no-postal-code']);
});
