import { expect, test } from 'vitest';
import { USE_KIND_WORDS } from '../../../src/domain/csv/child-columns.ts';
import type { Reading } from '../../../src/domain/csv/column.ts';
import { choicesReader } from '../../../src/domain/csv/read-choice.ts';

const told = ({ value, findings }: Reading<unknown>) => [
  value,
  ...findings.map(({ severity, code }) => `${severity} ${code}`),
];

test('kinds of use may be several, and one that is not known refuses the cell', () => {
  const read = choicesReader(USE_KIND_WORDS);
  expect(told(read('通常、延長'))).toEqual([['regular', 'extended']]);
  expect(told(read('通常／通常保育'))).toEqual([['regular']]);
  expect(told(read('通常、夜間'))).toEqual([undefined, 'error not-a-choice']);
});
