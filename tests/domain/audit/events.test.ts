import { expect, test } from 'vitest';
import { EVENT_MAX_TARGETS, eventItem, eventOf } from '../../../src/domain/audit/events.ts';
import { FAKE_START } from '../../support/fake-clock.ts';
import { anEvent } from '../event.ts';

test('an event is stored in the clear under its time and facility, and comes back as it was', () => {
  const event = anEvent({ facility: 'f1', targets: ['1'], reason: 'out-of-reach', version: 'child:1:2' });
  const item = eventItem(event);
  expect(item).toMatchObject({ kind: 'event', id: event.id, card: null, body: null, expiresAt: null });
  expect(item.index).toEqual({ at: FAKE_START, facility: 'f1' });
  expect(eventItem(anEvent()).index).toEqual({ at: FAKE_START });
  expect(eventOf(item)).toEqual(event);
});

test('an event names at most 200 targets', () => {
  const targets = Array.from({ length: EVENT_MAX_TARGETS }, (_, n) => String(n));
  expect(eventOf(eventItem(anEvent({ targets }))).targets).toHaveLength(200);
  expect(() => eventItem(anEvent({ targets: [...targets, 'one more'] }))).toThrow(RangeError);
});
