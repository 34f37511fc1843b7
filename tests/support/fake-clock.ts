import { setImmediate } from 'node:timers/promises';
import type { EpochMs } from '../../src/model/instant.ts';
import type { Clock } from '../../src/ports/clock.ts';

/** Where a fake clock starts unless told: an ordinary moment in the middle of a day in Tokyo. */
export const FAKE_START: EpochMs = Date.parse('2026-11-24T03:00:00.000Z');

interface Sleeper {
  readonly wakeAt: number;
  readonly wake: () => void;
}

/** A clock that stands still until a test moves it. */
export class FakeClock implements Clock {
  private wall: EpochMs;
  private elapsed = 0;
  private readonly sleepers = new Set<Sleeper>();

  constructor(start: EpochMs = FAKE_START) {
    this.wall = start;
  }

  now(): EpochMs {
    return this.wall;
  }

  monotonic(): number {
    return this.elapsed;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const leave = () => {
        this.sleepers.delete(sleeper);
        signal?.removeEventListener('abort', aborted);
      };
      const aborted = () => {
        leave();
        reject(signal?.reason);
      };
      const wake = () => {
        leave();
        resolve();
      };
      const sleeper: Sleeper = { wakeAt: this.elapsed + ms, wake };
      if (ms <= 0) return resolve();
      this.sleepers.add(sleeper);
      signal?.addEventListener('abort', aborted);
    });
  }

  /** How many sleeps have not ended: a test waits for work to fall asleep before it moves the clock. */
  get sleeping(): number {
    return this.sleepers.size;
  }

  /** The host's clock jumps, forward or back; time does not pass: nobody wakes. */
  set(at: EpochMs): void {
    this.wall = at;
  }

  /** Time passes. Sleeps end in order, and whoever wakes may fall asleep again within the same stretch. */
  async advance(ms: number): Promise<void> {
    const end = this.elapsed + ms;
    for (;;) {
      const next = this.firstDue(end);
      if (next === undefined) break;
      this.pass(Math.max(next.wakeAt, this.elapsed));
      next.wake();
      await setImmediate();
    }
    this.pass(end);
  }

  private firstDue(end: number): Sleeper | undefined {
    let first: Sleeper | undefined;
    for (const sleeper of this.sleepers) {
      if (sleeper.wakeAt <= end && (first === undefined || sleeper.wakeAt < first.wakeAt)) first = sleeper;
    }
    return first;
  }

  private pass(elapsed: number): void {
    this.wall += elapsed - this.elapsed;
    this.elapsed = elapsed;
  }
}
