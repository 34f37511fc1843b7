import { setImmediate, setTimeout as timer } from 'node:timers/promises';
import type { Clock } from '../../ports/clock.ts';

/** The longest wait that a timer of Node takes; a longer one would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The host's clock, which NTP keeps. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  async sleep(ms, signal) {
    signal?.throwIfAborted();
    // Long work of the processor sleeps for nothing now and then, so that others get their turn.
    if (ms <= 0) await setImmediate();
    const wakeAt = performance.now() + ms;
    for (let left = ms; left > 0; left = wakeAt - performance.now()) {
      try {
        await timer(Math.min(left, LONGEST_TIMER_MS), undefined, signal === undefined ? {} : { signal });
      } catch (error) {
        // Node rejects with an AbortError of its own; callers are promised the signal's reason.
        throw signal?.aborted ? signal.reason : error;
      }
    }
  },
};
