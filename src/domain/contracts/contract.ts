import { type CivilDay, type EpochMs, epochMs, type Instant } from '../../model/instant.ts';
import { endOfDay, startOfDay } from '../calendar.ts';

/** What a tenant's one-time activation code is known by. The code itself is shown once and never stored. */
export type Activation = {
  /** SHA-256 of the code, hex. */
  readonly codeHash: string;
  readonly issuedAt: Instant;
  /** From this instant on the code is refused. */
  readonly expiresAt: Instant;
};

/**
 * The contract of one tenant, as operators write it: container `contracts`, partition tenantId, id `contract`.
 * `endsOn` is the last day on which people can work; `endsAt` is the exact instant from which access is refused (UTC), and it
 * alone decides. Both are null together: a contract without an end.
 */
export type Contract = {
  readonly tenantId: string;
  readonly name: string;
  readonly startsOn: CivilDay;
  readonly endsOn: CivilDay | null;
  readonly endsAt: Instant | null;
  readonly activation: Activation | null;
  readonly createdAt: Instant;
};

/** The id of the one item that a tenant has in the container `contracts`. */
export const CONTRACT_ID = 'contract';

/** A tenantId is typed by people at sign-in, stands in names of secrets and is never reused. */
export const TENANT_ID = /^[a-z][a-z0-9-]{2,31}$/;

/** The instant at which access ends for a contract whose last day is `endsOn`: the next day at 00:00 in Asia/Tokyo. RangeError for no day. */
export function contractEnd(endsOn: CivilDay): EpochMs {
  return endOfDay(endsOn);
}

/**
 * Whether access has ended: the one function that decides it, for requests and for jobs alike. The instant `endsAt` itself
 * is refused already. Without a contract document there is no access either: a document that vanished opens nothing.
 */
export function accessEnded(contract: Contract | undefined, now: EpochMs): boolean {
  if (contract === undefined) return true;
  return contract.endsAt !== null && now >= epochMs(contract.endsAt);
}

/** Whether the contract's first day has begun in Asia/Tokyo. */
export function accessBegun(contract: Contract, now: EpochMs): boolean {
  return now >= startOfDay(contract.startsOn);
}
