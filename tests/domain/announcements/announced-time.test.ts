import { expect, test } from 'vitest';
import { announcedTime } from '../../../src/domain/announcements/announced-time.ts';

test.each([
  ['2026-12-01T02:00', '2026-11-30T17:00:00.000Z'],
  ['2026-12-01 23:59', '2026-12-01T14:59:00.000Z'],
  ['2026-12-01T02:00:00+09:00', '2026-11-30T17:00:00.000Z'],
  ['2026-12-01T02:00:00Z', '2026-12-01T02:00:00.000Z'],
])('%s is read as %s', (text, instant) => {
  expect(announcedTime(text)).toBe(instant);
});

test.each(['', 'tomorrow', '2026-12-01', '2026-02-30T02:00', '2026-12-01T24:00', '2026-12-01T02:60', '12/1 02:00'])(
  '%j is refused',
  (text) => {
    expect(() => announcedTime(text)).toThrow('cannot be used as a time');
  },
);
