import { setImmediate } from 'node:timers/promises';
import type { Steps } from '../../domain/csv/steps.ts';
import type { Clock } from '../../ports/clock.ts';

/** Milliseconds of work after which others have their turn, so that no request of the instance waits much longer. */
const WORK = 5;

/** Shares the processor: long work asks now and then, and pauses when it has gone on for long enough. */
export class Turns {
  readonly #clock: Clock;
  #until: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#until = clock.monotonic() + WORK;
  }

  /** Whether it is time to give a turn. */
  get areDue(): boolean {
    return this.#clock.monotonic() >= this.#until;
  }

  /** Resolves after whatever waits has had its turn. */
  async give(): Promise<void> {
    await setImmediate();
    this.#until = this.#clock.monotonic() + WORK;
  }

  /** Does work in steps to its end, with turns between them. Throws what a step throws. */
  async through<Result>(steps: Steps<Result>): Promise<Result> {
    for (;;) {
      const { done, value } = steps.next();
      if (done === true) return value;
      if (this.areDue) await this.give();
    }
  }
}
