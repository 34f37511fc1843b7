import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { attempt, NO_FAILURES, type ThrottleState, waitAfter } from '../../../src/domain/sign-in/throttle.ts';
import { MINUTE, SECOND } from '../../../src/model/instant.ts';
import { FAKE_START as now } from '../../support/fake-clock.ts';

describe('throttle without lock-out', () => {
  test('four failures cost no wait; from the fifth, waits double from 1 s to 15 min', () => {
    expect([0, 1, 2, 3, 4].map(waitAfter)).toEqual([0, 0, 0, 0, 0]);
    expect([5, 6, 7, 8, 14].map((failures) => waitAfter(failures) / SECOND)).toEqual([1, 2, 4, 8, 512]);
    expect([15, 16, 100, 10_000].map((failures) => waitAfter(failures) / MINUTE)).toEqual([15, 15, 15, 15]);
  });

  test('an attempt is taken as if it failed, before it is evaluated', () => {
    expect(attempt(NO_FAILURES, now, 'unknown')).toEqual({ result: 'taken', state: { failures: 1, lastAt: now } });
  });

  test('while waiting an attempt is refused, told how long, and changes nothing', () => {
    const state: ThrottleState = { failures: 7, lastAt: now };
    expect(attempt(state, now, 'known')).toEqual({ result: 'wait', waitMs: 4 * SECOND });
    expect(attempt(state, now + 4 * SECOND - 1, 'known')).toEqual({ result: 'wait', waitMs: 1 });
    expect(attempt(state, now + 4 * SECOND, 'known')).toMatchObject({ result: 'taken', state: { failures: 8 } });
  });

  test('after 100 failures in a row unknown devices are closed, known ones wait as before', () => {
    const hundred: ThrottleState = { failures: 100, lastAt: now };
    const much_later = now + 1_000 * 15 * MINUTE;
    expect(attempt(hundred, much_later, 'unknown')).toEqual({ result: 'known-device-needed' });
    expect(attempt(hundred, much_later, 'known')).toMatchObject({ result: 'taken' });
    expect(attempt({ failures: 99, lastAt: now }, much_later, 'unknown')).toMatchObject({ result: 'taken' });
  });

  test('34 guesses at one instant on two instances: as many evaluated as the waits allow one after another', () => {
    // Both instances read, then write under If-Match: one of each pair loses and is refused unevaluated.
    let stored = { state: NO_FAILURES, etag: 0 };
    let evaluated = 0;
    const guess = (read: typeof stored) => {
      const asked = attempt(read.state, now, 'unknown');
      if (asked.result !== 'taken' || read.etag !== stored.etag) return;
      stored = { state: asked.state, etag: stored.etag + 1 };
      evaluated += 1;
    };
    for (let i = 0; i < 17; i += 1) {
      const [one, other] = [stored, stored];
      guess(one);
      guess(other);
    }
    expect(evaluated).toBe(5);
  });

  test('however fast the guesses come, a day of them evaluates little more than 96 and 14', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 * MINUTE }), { maxLength: 400 }), (pauses) => {
        let state = NO_FAILURES;
        let at = now;
        let evaluated = 0;
        for (const pause of pauses) {
          at += pause;
          if (at >= now + 24 * 60 * MINUTE) break;
          const asked = attempt(state, at, 'known');
          if (asked.result !== 'taken') continue;
          state = asked.state;
          evaluated += 1;
        }
        expect(evaluated).toBeLessThanOrEqual(96 + 15);
      }),
    );
  });

  test('a host clock that jumped back never makes a wait longer than the rule says', () => {
    fc.assert(
      fc.property(fc.nat(200), fc.integer({ min: -1e9, max: 1e9 }), (failures, jump) => {
        const asked = attempt({ failures, lastAt: now }, now + jump, 'known');
        if (asked.result === 'wait') expect(asked.waitMs).toBeLessThanOrEqual(waitAfter(failures));
        else expect(jump >= waitAfter(failures) || failures < 5).toBe(true);
      }),
    );
  });
});
