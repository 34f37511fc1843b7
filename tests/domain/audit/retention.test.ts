import { expect, test } from 'vitest';
import { newLog } from '../../../src/domain/audit/log-state.ts';
import { expiredBefore, lookDue, retentionNow } from '../../../src/domain/audit/retention.ts';
import { DAY, instant } from '../../../src/model/instant.ts';
import { FAKE_START } from '../../support/fake-clock.ts';

const log = newLog(instant(FAKE_START));

test('a look is due a day after the last one, and when the clock has jumped by a day either way', () => {
  expect([0, DAY - 1, DAY, -DAY + 1, -DAY].map((past) => lookDue(log, FAKE_START + past))).toEqual([
    false,
    false,
    true,
    false,
    true,
  ]);
});

test("what a look takes for now is never later than the host's clock, the store's, or two days after the last look", () => {
  expect(retentionNow(log, FAKE_START + 5, FAKE_START + 7)).toBe(FAKE_START + 5);
  expect(retentionNow(log, FAKE_START + 7, FAKE_START + 5)).toBe(FAKE_START + 5);
  expect(retentionNow(log, FAKE_START + 900 * DAY, FAKE_START + 900 * DAY)).toBe(FAKE_START + 2 * DAY);
});

test.each([184, 400])('what is older than %d days has expired', (days) => {
  expect(expiredBefore(FAKE_START, days)).toBe(FAKE_START - days * DAY);
});

test.each([183.9, 0, -1, Number.NaN])('%d days are too few', (days) => {
  expect(() => expiredBefore(FAKE_START, days)).toThrow(RangeError);
});
