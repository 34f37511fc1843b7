import { HOUR } from '../../model/instant.ts';
import type { Clock } from '../../ports/clock.ts';
import { BoundedMap } from '../bounded-map.ts';

/** Failed sign-ins that one instance writes as events of their own, per tenant and hour. Source: the rules of sign-in. */
const EVENTS_PER_HOUR = 200;
/** More tenants than one instance serves. */
const TENANTS = 5_000;

/** What is to be written of a failure: its own event, the one that says that more followed, or nothing. */
export type FailureEvent = 'own' | 'more-followed' | 'none';

/** Bounds what guessing at made-up ids can write into a tenant. */
export class FailureEvents {
  readonly #clock: Clock;
  readonly #hours = new BoundedMap<string, { readonly since: number; readonly failures: number }>(TENANTS);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Counts one failure of this tenant; an hour begins with the first. */
  next(tenantId: string): FailureEvent {
    const now = this.#clock.monotonic();
    const known = this.#hours.get(tenantId);
    const hour = known !== undefined && now < known.since + HOUR ? known : { since: now, failures: 0 };
    const failures = hour.failures + 1;
    this.#hours.set(tenantId, { since: hour.since, failures });
    if (failures <= EVENTS_PER_HOUR) return 'own';
    return failures === EVENTS_PER_HOUR + 1 ? 'more-followed' : 'none';
  }
}
