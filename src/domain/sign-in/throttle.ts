import { DAY, type EpochMs, MINUTE, SECOND } from '../../model/instant.ts';

/**
 * Failures in a row of one look-up id from one known device, or from all unknown devices together. Plain data, the
 * same whether or not the id exists.
 */
export interface ThrottleState {
  readonly failures: number;
  /** When the last attempt was taken. */
  readonly lastAt: EpochMs;
}

/** From which kind of device an attempt comes: one that the account knows, or any other. */
export type DevicePool = 'known' | 'unknown';

export type Attempt =
  /** To be written under If-Match before anything is evaluated; whoever loses that race is refused unevaluated. */
  | { readonly result: 'taken'; readonly state: ThrottleState }
  | { readonly result: 'wait'; readonly waitMs: number }
  /** Only a known device, a recovery code or a new registration code helps. */
  | { readonly result: 'known-device-needed' };

/** No failure yet; also what success leaves behind. */
export const NO_FAILURES: ThrottleState = { failures: 0, lastAt: 0 };

/**
 * How long a state is stored after its last attempt, so that made-up ids do not pile up for ever. Ours: at the longest
 * wait, forgetting after 90 quiet days gives a guesser nothing.
 */
export const FAILURES_REMEMBERED_FOR = 90 * DAY;

const FIRST_WAIT_AT = 5;
const FIRST_WAIT = 1 * SECOND;
const LONGEST_WAIT = 15 * MINUTE;
/** NIST SP 800-63B-4, 3.2.2: no more than 100 failed attempts in a row. */
const UNKNOWN_DEVICES_CLOSE_AT = 100;

/** How long the next attempt has to wait after so many failures in a row: nothing, then 1 s doubling to 15 min. */
export function waitAfter(failures: number): number {
  return failures < FIRST_WAIT_AT ? 0 : Math.min(FIRST_WAIT * 2 ** (failures - FIRST_WAIT_AT), LONGEST_WAIT);
}

/**
 * Asks for one attempt. A taken one already counts as failed: `state` is what is to be stored before the password is
 * looked at, so attempts of the same instant cannot share one allowance. A refused one changes nothing.
 */
export function attempt(state: ThrottleState, now: EpochMs, pool: DevicePool): Attempt {
  if (pool === 'unknown' && state.failures >= UNKNOWN_DEVICES_CLOSE_AT) return { result: 'known-device-needed' };
  const wait = waitAfter(state.failures);
  // A clock that went back must not make the wait longer than the rule says.
  const waitMs = Math.min(state.lastAt + wait - now, wait);
  if (waitMs > 0) return { result: 'wait', waitMs };
  return { result: 'taken', state: { failures: state.failures + 1, lastAt: now } };
}
