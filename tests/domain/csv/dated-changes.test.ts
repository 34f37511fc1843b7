import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { addDays } from '../../../src/domain/calendar.ts';
import { classEnd } from '../../../src/domain/collections/child-fields.ts';
import { lastDay, type Period } from '../../../src/domain/collections/periods.ts';
import { countingFrom } from '../../../src/domain/csv/dated-changes.ts';

const day = fc.integer({ min: 0, max: 1500 }).map((days) => addDays('2024-01-01', days));

test('a dated list in which something counts from a day on stays in order, and keeps what counted on other days', () => {
  const list = fc.uniqueArray(day, { maxLength: 5 }).map((days) => {
    const sorted = days.toSorted();
    return sorted.map((from, at) => {
      const next = sorted[at + 1];
      return { from, to: next === undefined ? null : addDays(next, -1), what: `${at}` };
    });
  });
  fc.assert(
    fc.property(list, day, fc.constantFrom(lastDay, classEnd), (entries, from, endOf) => {
      const on = (some: readonly (Period & { what: string })[], at: string) =>
        some.find((one) => one.from <= at && at <= endOf(one))?.what;
      const next = countingFrom(entries, { from, what: 'new' }, endOf);
      expect(on(next, from)).toBe('new');
      for (const [at, one] of next.entries())
        expect(one.from > (at === 0 ? '' : endOf(next[at - 1] ?? one))).toBe(true);
      const before = addDays(from, -1);
      expect(on(next, before)).toBe(on(entries, before));
      for (const later of entries.filter((one) => one.from > from)) expect(on(next, later.from)).toBe(later.what);
    }),
  );
});
