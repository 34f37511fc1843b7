import { Cron } from 'croner';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CRON_OPTIONS, readNcrontab } from '../../src/local-host/ncrontab.ts';

test.each([
  ['* * * * * *', '* * * * * *'],
  ['*/15 * * * * *', '0,15,30,45 * * * * *'],
  ['5/15 * * * * *', '5,20,35,50 * * * * *'],
  ['0 0 17 * * *', '0 0 17 * * *'],
  ['0 10-20/5 * * * *', '0 10,15,20 * * * *'],
  ['0 0 1,3-5,4 * * *', '0 0 1,3,4,5 * * *'],
  ['0 0 0 1 January Mon', '0 0 0 1 1 1'],
  ['0 0 0 * sep-NOV Tuesday-thu', '0 0 0 * 9,10,11 2,3,4'],
  ['0 0 0 * * 0-6', '0 0 0 * * *'],
  ['  0  30 9 * * 1-5 ', '0 30 9 * * 1,2,3,4,5'],
])('%s is read as Azure reads it', (schedule, plain) => {
  expect(readNcrontab(schedule)).toBe(plain);
});

test.each([
  ['* * * * *', 'six fields'],
  ['* * * * * * *', 'six fields'],
  ['', 'six fields'],
  ['@daily', 'six fields'],
  ['60 * * * * *', 'second'],
  ['* 60 * * * *', 'minute'],
  ['* * 24 * * *', 'hour'],
  ['* * * 0 * *', 'day'],
  ['* * * 32 * *', 'day'],
  ['* * * * 13 *', 'month'],
  ['* * * * 0 *', 'month'],
  ['* * * * * 7', 'day of week'],
  ['* * * L * *', 'day'],
  ['* * * 15W * *', 'day'],
  ['* * * ? * *', 'day'],
  ['* * * * * 5#2', 'day of week'],
  ['* * * * * 5L', 'day of week'],
  ['* * * jan * *', 'day'],
  ['* * * * mon *', 'month'],
  ['* * * * ja *', 'month'],
  ['*/0 * * * * *', 'step'],
  ['*/60 * * * * *', 'step'],
  ['*/-1 * * * * *', 'second'],
  ['50-10 * * * * *', 'backwards'],
  ['1- * * * * *', 'second'],
  ['1,,2 * * * * *', 'second'],
  ['1.5 * * * * *', 'second'],
  ['0 0 0 31 2 *', 'never comes'],
  ['%SCHEDULE% * * * * *', 'second'],
])('%s is refused with the field that is wrong', (schedule, reason) => {
  expect(() => readNcrontab(schedule)).toThrow(reason);
});

test('day and weekday must both fit, and every run is at a time that the fields name', () => {
  const field = (min: number, max: number) =>
    fc.oneof(fc.constant(undefined), fc.uniqueArray(fc.integer({ min, max }), { minLength: 1, maxLength: 4 }));
  const fields = fc.tuple(field(0, 59), field(0, 59), field(0, 23), field(1, 28), field(1, 12), field(0, 6));
  fc.assert(
    fc.property(fields, (values) => {
      const schedule = values.map((value) => value?.join(',') ?? '*').join(' ');
      const cron = new Cron(readNcrontab(schedule), CRON_OPTIONS);
      const at = cron.nextRun(new Date('2026-11-24T05:00:00Z'));
      expect(at).not.toBeNull();
      const found = [
        at?.getUTCSeconds(),
        at?.getUTCMinutes(),
        at?.getUTCHours(),
        at?.getUTCDate(),
        (at?.getUTCMonth() ?? 0) + 1,
        at?.getUTCDay(),
      ];
      for (const [i, value] of values.entries()) if (value !== undefined) expect(value).toContain(found[i]);
    }),
    { numRuns: 200 },
  );
});
