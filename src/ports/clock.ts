import type { EpochMs } from '../model/instant.ts';

/** Time for rules and jobs. Nothing in domain, jobs or endpoints calls `Date.now()` or a timer itself. */
export interface Clock {
  /** The host's idea of now, UTC. May jump in either direction. */
  now(): EpochMs;
  /** Milliseconds from an arbitrary start, never going back: for budgets and durations only. */
  monotonic(): number;
  /** Resolves after `ms`, and for 0 once others had their turn; rejects with the signal's reason when it is aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
