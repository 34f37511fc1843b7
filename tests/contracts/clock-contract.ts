import { describe, expect, test } from 'vitest';
import { DAY } from '../../src/model/instant.ts';
import type { Clock } from '../../src/ports/clock.ts';

export interface ClockFixture {
  readonly clock: Clock;
  /** Lets at least so much time pass; real clocks pass by themselves and need nothing done. */
  pass(ms: number): Promise<void>;
}

/** What every `Clock` keeps. */
export function clockContract(name: string, make: () => ClockFixture): void {
  describe(`clock: ${name}`, () => {
    test('now is an instant in whole milliseconds', () => {
      const { clock } = make();
      expect(Number.isSafeInteger(clock.now())).toBe(true);
      expect(clock.now()).toBeGreaterThan(Date.parse('2020-01-01T00:00:00Z'));
    });

    test('monotonic never goes back and follows the time that passes', async () => {
      const { clock, pass } = make();
      const readings = Array.from({ length: 100 }, () => clock.monotonic());
      expect(readings).toEqual(readings.toSorted((a, b) => a - b));
      const slept = clock.sleep(2);
      await pass(2);
      await slept;
      // A timer may fire within the millisecond before its time.
      expect(clock.monotonic() - (readings[0] ?? 0)).toBeGreaterThan(1);
    });

    test('sleeps end, the shorter one first, and one of no length at once', async () => {
      const { clock, pass } = make();
      const order: string[] = [];
      const all = [
        clock.sleep(20).then(() => order.push('long')),
        clock.sleep(2).then(() => order.push('short')),
        clock.sleep(0).then(() => order.push('none')),
      ];
      await pass(20);
      await Promise.all(all);
      expect(order).toEqual(['none', 'short', 'long']);
    });

    test("an aborted sleep rejects with the signal's own reason, however long it would have been", async () => {
      const { clock } = make();
      const reason = new Error('stop');
      const controller = new AbortController();
      const sleeping = clock.sleep(100 * DAY, controller.signal);
      controller.abort(reason);
      await expect(sleeping).rejects.toBe(reason);
    });

    test('a sleep under a signal that is aborted already rejects with its reason', async () => {
      const { clock } = make();
      const reason = { any: 'value' };
      await expect(clock.sleep(5, AbortSignal.abort(reason))).rejects.toBe(reason);
    });

    test('a sleep longer than any timer does not end at once', async () => {
      const { clock } = make();
      const controller = new AbortController();
      let ended = false;
      const sleeping = clock.sleep(100 * DAY, controller.signal).then(
        () => {
          ended = true;
        },
        () => undefined,
      );
      await clock.sleep(0);
      await new Promise((resolve) => setTimeout(resolve, 5));
      expect(ended).toBe(false);
      controller.abort();
      await sleeping;
    });

    test('a signal that is aborted after the sleep changes nothing', async () => {
      const { clock, pass } = make();
      const controller = new AbortController();
      const sleeping = clock.sleep(1, controller.signal);
      await pass(1);
      await sleeping;
      controller.abort();
      await expect(sleeping).resolves.toBeUndefined();
    });
  });
}
