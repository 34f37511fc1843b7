import { expect, test } from 'vitest';
import { BoundedMap } from '../../src/domain/bounded-map.ts';

test('a bounded map never holds more than its capacity, and forgets what was used least recently', () => {
  const map = new BoundedMap<string, number>(2);
  map.set('a', 1);
  map.set('b', 2);
  expect(map.get('a')).toBe(1);
  map.set('c', 3);
  expect(map.size).toBe(2);
  expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([1, undefined, 3]);
  map.set('a', 4);
  expect([map.size, map.get('a')]).toEqual([2, 4]);
  map.delete('a');
  expect([map.size, map.get('a')]).toEqual([1, undefined]);
});
