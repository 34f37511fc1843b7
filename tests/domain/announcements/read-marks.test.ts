import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isRead, type ReadMarks, withMark } from '../../../src/domain/announcements/read-marks.ts';
import { FAKE_START } from '../../support/fake-clock.ts';

const id = fc.uuid({ version: 7 });

test('what was said after the reading makes an announcement unread', () => {
  const read = { id: 'a', updatedAt: FAKE_START };
  const marks = withMark({}, read, [read]);
  expect(isRead(marks, read)).toBe(true);
  expect(isRead(marks, { ...read, updatedAt: FAKE_START + 1 })).toBe(false);
  expect(isRead(marks, { ...read, id: 'b' })).toBe(false);
});

test('marks never outnumber the announcements that are shown by more than the new one, and lose none of those', () => {
  fc.assert(
    fc.property(fc.array(id), fc.array(id, { maxLength: 20 }), id, (marked, shown, added) => {
      const before: ReadMarks = Object.fromEntries(
        [...marked, ...shown.slice(0, 5)].map((each) => [each, '2026-11-24T03:00:00.000Z']),
      );
      const after = withMark(
        before,
        { id: added, updatedAt: FAKE_START },
        shown.map((each) => ({ id: each })),
      );
      expect(new Set(Object.keys(after))).toEqual(new Set([...shown.filter((each) => each in before), added]));
    }),
  );
});
