import { DAY, type EpochMs, epochMs } from '../../model/instant.ts';
import type { LogState } from './log-state.ts';

/** Six months in days: the least that logs are kept. Source: row 2.13 of what the service promises. */
const LEAST_DAYS = 184;

/** How often expired events are looked for. */
const LOOK_EVERY = DAY;
/** How far one look goes beyond the last one, at most: a clock that is far ahead for a while costs days, not the log. */
const STEP_AT_MOST = 2 * DAY;

/** Whether it is time to look for expired events. A clock that jumped by a day in either direction brings a look too. */
export function lookDue({ retention }: LogState, now: EpochMs): boolean {
  return Math.abs(now - epochMs(retention.lookedAt)) >= LOOK_EVERY;
}

/**
 * What a look takes for now: the earliest of the host's clock, the store's own time when it wrote the state last, and two
 * days after what the last look took for now.
 */
export function retentionNow({ retention }: LogState, committedAt: EpochMs, now: EpochMs): EpochMs {
  return Math.min(now, committedAt, epochMs(retention.reached) + STEP_AT_MOST);
}

/** What was written before this instant is older than the retention. Throws RangeError for fewer than 184 days. */
export function expiredBefore(now: EpochMs, retentionDays: number): EpochMs {
  if (!(retentionDays >= LEAST_DAYS)) throw new RangeError(`logs are kept for ${LEAST_DAYS} days at least`);
  return now - retentionDays * DAY;
}
