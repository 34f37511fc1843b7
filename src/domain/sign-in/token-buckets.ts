import { SECOND } from '../../model/instant.ts';
import type { Clock } from '../../ports/clock.ts';
import { BoundedMap } from '../bounded-map.ts';

/** How much is allowed: at once, and on and on. */
export interface Allowance {
  readonly burst: number;
  readonly perSecond: number;
}

/** A bucket is a key and one number, some 200 bytes. */
const BUCKETS = 20_000;

/** Token buckets by key in a bounded memory of this instance: whoever is forgotten starts with a full one. */
export class TokenBuckets {
  /** Milliseconds in which one token comes back. */
  readonly #interval: number;
  readonly #burst: number;
  readonly #clock: Clock;
  /** When the bucket will be full again: all that has to be known of it. */
  readonly #fullAt: BoundedMap<string, number>;

  constructor(allowance: Allowance, clock: Clock, capacity: number = BUCKETS) {
    this.#interval = SECOND / allowance.perSecond;
    this.#burst = allowance.burst;
    this.#clock = clock;
    this.#fullAt = new BoundedMap(capacity);
  }

  /** Takes one token: undefined when there was one, else the whole seconds until there is. Being refused costs nothing. */
  take(key: string): number | undefined {
    const now = this.#clock.monotonic();
    const fullAt = Math.max(this.#fullAt.get(key) ?? now, now) + this.#interval;
    const wait = fullAt - now - this.#burst * this.#interval;
    if (wait > 0) return Math.ceil(wait / SECOND);
    this.#fullAt.set(key, fullAt);
    return undefined;
  }
}
