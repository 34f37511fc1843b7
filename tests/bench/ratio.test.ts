import { expect, test } from 'vitest';
import { byTurns, type Comparison, median, ratioOf, verdictOf } from './ratio.ts';
import { jsonOf, tableOf } from './report.ts';

function comparison(measured: number, against: number, bound: Comparison['bound']): Comparison {
  return { what: 'one thing against another', measured, against, unit: 'ms', bound };
}

test('a median is the middle value, or lies between the two in the middle, whatever their order', () => {
  expect(median([9, 1, 10])).toBe(9);
  expect(median([10, 2, 9, 100])).toBe(9.5);
  expect(() => median([])).toThrow(RangeError);
});

test('a ratio is what was measured over what it is compared with', () => {
  expect(ratioOf(comparison(3, 2, null))).toBe(1.5);
});

test.each([
  [3, 2, { atMost: 1.5 }, 'ok'],
  [3.01, 2, { atMost: 1.5 }, 'over'],
  [1, 2, { atLeast: 0.5 }, 'ok'],
  [0.99, 2, { atLeast: 0.5 }, 'over'],
  [Number.NaN, 2, { atMost: 1.5 }, 'over'],
  [100, 2, null, '-'],
] as const)('%d over %d against the bound %j is told as it is', (measured, against, bound, verdict) => {
  expect(verdictOf(comparison(measured, against, bound))).toBe(verdict);
});

test('the sides of a comparison take turns, and each gives its median', async () => {
  const order: string[] = [];
  const side = (name: string, values: readonly number[]) => (round: number) => {
    order.push(`${name}${round}`);
    return values[round] ?? 0;
  };
  const medians = await byTurns(3, { a: side('a', [1, 50, 2]), b: side('b', [7, 7, 8]) });
  expect(order).toEqual(['a0', 'b0', 'a1', 'b1', 'a2', 'b2']);
  expect(medians).toEqual({ a: 2, b: 7 });
});

test('table and JSON tell the same ratio and verdict', () => {
  const lines = [{ figure: 'lists', ...comparison(3.2, 2, { atMost: 1.5 }) }];
  expect(tableOf(lines).split('\n')[1]?.split(/ {2,}/)).toEqual([
    ...['lists', '1.6', '<= 1.5', 'over', '3.2', '2', 'ms'],
    'one thing against another',
  ]);
  expect(JSON.parse(jsonOf(lines))).toMatchObject([{ figure: 'lists', ratio: 1.6, verdict: 'over' }]);
});
