import { expect, test } from 'vitest';
import { FailureEvents } from '../../../src/domain/sign-in/failure-events.ts';
import { HOUR } from '../../../src/model/instant.ts';
import { FakeClock } from '../../support/fake-clock.ts';

test('200 failures of a tenant are written in an hour, then that more followed, then nothing until the hour is over', async () => {
  const clock = new FakeClock();
  const events = new FailureEvents(clock);
  const due = Array.from({ length: 203 }, () => events.next('sakura'));
  expect(due.slice(0, 200).every((one) => one === 'own')).toBe(true);
  expect(due.slice(200)).toEqual(['more-followed', 'none', 'none']);
  expect(events.next('tanpopo')).toBe('own');
  await clock.advance(HOUR - 1);
  expect(events.next('sakura')).toBe('none');
  await clock.advance(1);
  expect(events.next('sakura')).toBe('own');
});
