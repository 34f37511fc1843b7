import { SECOND } from '../../model/instant.ts';
import type { Clock } from '../../ports/clock.ts';

/**
 * The request units that reading in the background may use per second, for all who share it: what was used is paid for
 * with time before the next read. A page is asked for whole, so a second may see some pages' units more; no longer
 * stretch of time does.
 */
export class UnitBudget {
  readonly #clock: Clock;
  readonly #msPerUnit: number;
  #paidAt = 0;

  /** Throws RangeError for a budget of nothing: who waits for it would wait for ever. */
  constructor(clock: Clock, unitsPerSecond: number) {
    if (!(unitsPerSecond > 0)) throw new RangeError('a budget is more than nothing');
    this.#clock = clock;
    this.#msPerUnit = SECOND / unitsPerSecond;
  }

  /** Resolves once all that was spent is paid for. */
  async paid(): Promise<void> {
    for (let wait = this.#wait(); wait > 0; wait = this.#wait()) await this.#clock.sleep(wait);
  }

  spend(units: number): void {
    this.#paidAt = Math.max(this.#paidAt, this.#clock.monotonic()) + units * this.#msPerUnit;
  }

  #wait(): number {
    return this.#paidAt - this.#clock.monotonic();
  }
}
