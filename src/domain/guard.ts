import { type EpochMs, epochMs, type Instant, SECOND } from '../model/instant.ts';
import type { Contract } from './contracts/contract.ts';

/**
 * The guard of irreversible steps: whether a tenant's key may be destroyed. No mistake, no single wrong clock and no stolen
 * operator session destroys data faster than a person can stop it. Source: guarantee 5 of the design.
 */

/** Clocks that are this far apart, or further, are not believed: one of them is wrong. Source: guarantee 5 of the design. */
export const CLOCKS_APART = 30 * SECOND;

/**
 * Why nothing may be destroyed:
 * - `no-end`: the service has seen no end
 * - `end-not-seen`: the end stands in the service's mirror, but not yet since when
 * - `contract-vanished`: there is no contract document; whoever removed it did not end the contract
 * - `end-changed`: the contract names another end than the mirror
 * - `clocks-apart`: the host's clock and the store's are 30 s apart or more
 * - `not-ended`: one of the clocks has not reached the end
 * - `known-too-shortly`: the end has not been seen for as long as it must be
 */
export type Refusal =
  | 'no-end'
  | 'end-not-seen'
  | 'contract-vanished'
  | 'end-changed'
  | 'clocks-apart'
  | 'not-ended'
  | 'known-too-shortly';

/** What the guard said: yes; or why not, and from when on it will be yes as things stand (null when time alone changes nothing). */
export type Verdict =
  | { readonly destroy: true }
  | { readonly destroy: false; readonly because: Refusal; readonly until: EpochMs | null };

export interface GuardFacts {
  /** The service's own mirror of the contract's end: it starts afresh with every other end. */
  readonly mirror: { readonly endsAt: Instant | null; readonly firstSeenAt: Instant | null };
  /** The contract, read after the mirror; undefined when there is none. */
  readonly contract: Pick<Contract, 'endsAt'> | undefined;
  readonly hostNow: EpochMs;
  /** The clock of the store that stamped the mirror. */
  readonly storeNow: EpochMs;
  /** For how many milliseconds the mirror must have held this end. */
  readonly notice: number;
}

/** Whether everything that is known says that the key may be destroyed now. Throws RangeError for a notice below zero. */
export function mayDestroy({ mirror, contract, hostNow, storeNow, notice }: GuardFacts): Verdict {
  if (!(notice >= 0)) throw new RangeError('the notice is less than nothing');
  const { endsAt, firstSeenAt } = mirror;
  if (contract === undefined) return refusal('contract-vanished');
  if (contract.endsAt !== endsAt) return refusal('end-changed');
  if (endsAt === null) return refusal('no-end');
  if (firstSeenAt === null) return refusal('end-not-seen');
  const end = epochMs(endsAt);
  const known = epochMs(firstSeenAt) + notice;
  // Written so that a time which is no number refuses too.
  if (!(Math.abs(hostNow - storeNow) < CLOCKS_APART)) return refusal('clocks-apart');
  const now = Math.min(hostNow, storeNow);
  if (now < end) return refusal('not-ended', Math.max(end, known));
  return now < known ? refusal('known-too-shortly', known) : { destroy: true };
}

/** Whether a person must look: time alone, or the next look at the contracts, does not settle it. */
export function needsPerson(because: Refusal): boolean {
  return because === 'contract-vanished' || because === 'clocks-apart';
}

function refusal(because: Refusal, until: EpochMs | null = null): Verdict {
  return { destroy: false, because, until };
}
