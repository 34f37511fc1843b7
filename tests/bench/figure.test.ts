import { expect, test } from 'vitest';
import { median, verdict } from './figure.ts';

test('the middle of what was measured', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(() => median([])).toThrow(RangeError);
});

test('a ratio is judged by its bound, and the bound itself still is ok', () => {
  const most = { bound: { kind: 'at most', value: 1.5 } } as const;
  const least = { bound: { kind: 'at least', value: 0.5 } } as const;
  expect([1.5, 1.51].map((ratio) => verdict(most, ratio))).toEqual(['ok', 'OVER']);
  expect([0.5, 0.49].map((ratio) => verdict(least, ratio))).toEqual(['ok', 'OVER']);
  expect(verdict({}, 7)).toBe('');
});
