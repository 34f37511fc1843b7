import { SERVICE_PARTITION } from '../domain/heartbeat.ts';
import { type EpochMs, epochMs, type Instant, instant } from '../model/instant.ts';
import type { ControlContainer, StoredControlItem } from '../ports/control-store.ts';
import { isStoreError } from '../ports/store-error.ts';

type Lease = { readonly holder: string; readonly until: Instant };

/** A lease that was taken, as it stands in the store. */
export type HeldLease = StoredControlItem<Lease>;

/**
 * Takes the lease of a job for `leaseFor` milliseconds, or returns undefined when another run holds it. It only saves two
 * runs from doing the same work twice: jobs are safe without it. A lease that reaches further ahead than leases do was
 * written by a clock that ran ahead, and does not count.
 */
export async function takeLease(
  tenantState: ControlContainer,
  job: string,
  holder: string,
  leaseFor: number,
  now: EpochMs,
): Promise<HeldLease | undefined> {
  const leases = tenantState as ControlContainer<Lease>;
  const item = {
    partition: SERVICE_PARTITION,
    id: `lease:${job}`,
    value: { holder, until: instant(now + leaseFor) },
    dueAt: null,
  };
  const standing = await leases.get(SERVICE_PARTITION, item.id);
  if (standing !== undefined) {
    const until = epochMs(standing.value.until);
    if (until > now && until <= now + leaseFor) return undefined;
  }
  try {
    return await (standing === undefined ? leases.create(item) : leases.replace(item, standing.etag));
  } catch (error) {
    if (isStoreError(error, 'conflict', 'stale')) return undefined;
    throw error;
  }
}

/** Gives a lease back. When another run has taken it over meanwhile, there is nothing to give back. */
export async function returnLease(tenantState: ControlContainer, lease: HeldLease, now: EpochMs): Promise<void> {
  const { partition, id, value } = lease;
  try {
    await tenantState.replace({ partition, id, value: { ...value, until: instant(now) }, dueAt: null }, lease.etag);
  } catch (error) {
    if (!isStoreError(error, 'stale', 'not-found')) throw error;
  }
}
