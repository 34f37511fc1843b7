import { BoundedMap } from '../bounded-map.ts';
import { type Attempt, attempt, NO_FAILURES, type ThrottleState } from './throttle.ts';

/** Ids of tenants that do not exist, each some 200 bytes. Whoever is forgotten begins anew, with nothing to guess at. */
const STRANGERS = 20_000;

/** What one instance remembers of attempts at passwords and codes; the stored waits of each account do the rest. */
export class AttemptMemory {
  readonly #running = new Set<string>();
  readonly #strangers = new BoundedMap<string, ThrottleState>(STRANGERS);

  /**
   * Begins the one attempt at this key that may run on this instance: gives what ends it, or undefined while another
   * one runs. Attempts of one instant meet the same answer whether or not there is a store behind the key.
   */
  begin(key: string): (() => void) | undefined {
    if (this.#running.has(key)) return undefined;
    this.#running.add(key);
    return () => this.#running.delete(key);
  }

  /** Takes an attempt at an id of a tenant that does not exist: by the same rule as any, and written nowhere. */
  takeStranger(key: string, now: number): Attempt {
    const asked = attempt(this.#strangers.get(key) ?? NO_FAILURES, now, 'unknown');
    if (asked.result === 'taken') this.#strangers.set(key, asked.state);
    return asked;
  }
}
