import type { Instant } from '../../model/instant.ts';
import { LOG_START, type LogMark } from './digest.ts';
import type { Finding, Link } from './verification.ts';

/** How far a tenant's log is kept: `tenant-state`, partition tenantId, id `logs`. Written by jobs only, under If-Match. */
export type LogState = {
  /** The newest digest. */
  readonly head: LogMark;
  /** The newest digest that the retention removed; the start of the log while it has removed none. */
  readonly root: LogMark;
  readonly retention: {
    /** When the last look for expired events ended, by the host's clock. */
    readonly lookedAt: Instant;
    /** What that look took for now. */
    readonly reached: Instant;
  };
};

export const LOGS_ID = 'logs';

/** The state of a log of which nothing is kept yet. */
export function newLog(now: Instant): LogState {
  return { head: LOG_START, root: LOG_START, retention: { lookedAt: now, reached: now } };
}

/** What one verification of a whole log has looked at and found. */
export type Verified = {
  readonly startedAt: Instant;
  /** The newest digest that it covers. */
  readonly head: LogMark;
  readonly digests: number;
  readonly events: number;
  /** How many places are wrong. */
  readonly found: number;
  /** The first of them, at most `FINDINGS_KEPT`. */
  readonly findings: readonly Finding[];
};

/** How a tenant's log is verified: `tenant-state`, partition tenantId, id `log-check`. Written by jobs only, under If-Match. */
export type LogCheck = {
  /** The verification under way, which continues at `link`; null between two of them. */
  readonly running: (Verified & { readonly link: Link; readonly skipped: readonly number[] }) | null;
  /** The last one that came to its end; null when there was none. */
  readonly last: (Verified & { readonly finishedAt: Instant }) | null;
};

export const CHECK_ID = 'log-check';

/** Enough to see what happened; bounds the item. */
export const FINDINGS_KEPT = 20;

export const NEVER_CHECKED: LogCheck = { running: null, last: null };
