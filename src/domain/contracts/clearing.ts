import type { EpochMs, Instant } from '../../model/instant.ts';
import type { ControlItem } from '../../ports/control-store.ts';

/**
 * How far the documents and blobs of a tenant are removed whose key is gone: container `tenant-state`, partition tenantId, id
 * `clearing`. It stands for ever: once the tenant is a tombstone, its due time is the next look for leftovers.
 */
export type Clearing = {
  readonly documents: number;
  readonly blobs: number;
  /** When everything was found empty for the first time, by the store's clock; null while it was not, or not any more. */
  readonly emptyAt: Instant | null;
};

export const CLEARING_ID = 'clearing';

export function clearingItem(tenantId: string, value: Clearing, dueAt: EpochMs): ControlItem<Clearing> {
  return { partition: tenantId, id: CLEARING_ID, value, dueAt };
}

export const NOTHING_CLEARED: Clearing = { documents: 0, blobs: 0, emptyAt: null };
