import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  addDays,
  ageOn,
  civilDay,
  classAge,
  dayOf,
  daysBetween,
  ERAS,
  endOfDay,
  eraDate,
  eraYear,
  firstYear,
  isCivilDay,
  schoolYear,
  schoolYearBounds,
  startOfDay,
  weekday,
} from '../../src/domain/calendar.ts';
import { DAY } from '../../src/model/instant.ts';

const day = fc
  .integer({ min: Date.UTC(1873, 0, 1) / DAY, max: Date.UTC(2199, 11, 31) / DAY })
  .map((days) => new Date(days * DAY).toISOString().slice(0, 10));

test('a day in Tokyo begins at 15:00 UTC of the day before and ends where the next begins', () => {
  expect(startOfDay('2026-04-01')).toBe(Date.parse('2026-03-31T15:00:00.000Z'));
  expect(civilDay(Date.parse('2026-03-31T14:59:59.999Z'))).toBe('2026-03-31');
  expect(civilDay(Date.parse('2026-03-31T15:00:00.000Z'))).toBe('2026-04-01');
  fc.assert(
    fc.property(day, fc.integer({ min: 0, max: DAY - 1 }), (on, ms) => {
      expect(civilDay(startOfDay(on) + ms)).toBe(on);
      expect(endOfDay(on)).toBe(startOfDay(addDays(on, 1)));
    }),
  );
});

test.each(['2026-02-29', '2026-13-01', '2026-4-1', '26-04-01', '', '2026-04-31', '2026-04-01T00:00'])(
  '%j is no civil day',
  (text) => {
    expect(isCivilDay(text)).toBe(false);
    expect(() => startOfDay(text)).toThrow(RangeError);
  },
);

test('days are added and counted alike, over leap days too', () => {
  expect(addDays('2028-02-28', 1)).toBe('2028-02-29');
  expect(addDays('2026-03-01', -1)).toBe('2026-02-28');
  fc.assert(
    fc.property(day, fc.integer({ min: -2000, max: 2000 }), (on, days) => {
      expect(daysBetween(on, addDays(on, days))).toBe(days);
    }),
  );
});

test('the day of the week', () => {
  expect([weekday('2026-11-22'), weekday('2026-11-24'), weekday('2026-11-28')]).toEqual([0, 2, 6]);
});

test('a school year runs from 1 April to 31 March', () => {
  expect([schoolYear('2026-03-31'), schoolYear('2026-04-01'), schoolYear('2027-01-01')]).toEqual([2025, 2026, 2026]);
  expect(schoolYearBounds(2026)).toEqual({ first: '2026-04-01', last: '2027-03-31' });
});

test('the class age counts full years on 1 April, a birthday on that day included', () => {
  expect([classAge('2020-04-02', 2026), classAge('2021-04-01', 2026)]).toEqual([5, 5]);
  expect([classAge('2020-04-01', 2026), classAge('2021-04-02', 2026), classAge('2026-09-01', 2026)]).toEqual([6, 4, 0]);
});

test('an age counts the birthday itself, and that of 29 February from 1 March in other years', () => {
  expect([ageOn('2021-04-01', '2026-03-31'), ageOn('2021-04-01', '2026-04-01')]).toEqual([4, 5]);
  expect([ageOn('2024-02-29', '2027-02-28'), ageOn('2024-02-29', '2027-03-01')]).toEqual([2, 3]);
});

test.each([
  ['2026-11-24', '令和8年11月24日'],
  ['2019-05-01', '令和元年5月1日'],
  ['2019-04-30', '平成31年4月30日'],
  ['1989-01-08', '平成元年1月8日'],
  ['1989-01-07', '昭和64年1月7日'],
  ['1926-12-25', '昭和元年12月25日'],
  ['1926-12-24', '大正15年12月24日'],
  ['1912-07-29', '明治45年7月29日'],
])('%s is %s', (on, era) => {
  expect(eraDate(on)).toBe(era);
});

test('eras follow each other without a gap, and there is none before Gregorian dates', () => {
  for (const [at, era] of ERAS.entries()) {
    const older = ERAS[at + 1];
    if (older?.last != null) expect([0, 1]).toContain(daysBetween(older.last, era.first));
  }
  expect(() => eraYear('1872-12-31')).toThrow(RangeError);
  expect(firstYear(ERAS.find(({ letter }) => letter === 'M') ?? { name: '', letter: '', first: '', last: null })).toBe(
    1868,
  );
});

test('a day is made of its parts only when it exists', () => {
  expect([dayOf(2026, 4, 1), dayOf(2026, 2, 29), dayOf(2026, 0, 1)]).toEqual(['2026-04-01', undefined, undefined]);
});
