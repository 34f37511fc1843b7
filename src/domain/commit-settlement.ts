import type {
  CommitReceipt,
  ItemKey,
  NewItem,
  Operation,
  PartitionStore,
  StoredItem,
} from '../ports/partition-store.ts';
import { isStoreError, StoreError } from '../ports/store-error.ts';

/** How often a batch whose outcome is unclear is sent again before the caller is told that the store is unavailable. */
const SENT_AGAIN_AT_MOST = 3;

/** No stored item ever has this etag: a change made against it is refused as stale. */
const OVERTAKEN = 'overtaken';

/**
 * Commits, and settles an outcome that the store left unclear by reading `proof`, the event that the batch itself
 * creates: there = it was applied; absent = the same batch is sent again, and a conflict, a stale etag or a missing
 * gate after that is believed only when the event, read once more, is still absent. So a batch is applied at most
 * once and its caller learns what happened. Throws StoreError as `PartitionStore.commit`; `unavailable` with
 * `unclear` only when the store stays silent. Source: guarantee 9 of the design.
 */
export async function settled(
  store: PartitionStore,
  gate: string,
  operations: readonly Operation[],
  proof: ItemKey,
): Promise<CommitReceipt> {
  for (let sentAgain = 0; ; sentAgain += 1) {
    try {
      return await store.commit(gate, operations);
    } catch (error) {
      const unclear = isStoreError(error, 'unavailable') && error.unclear;
      const perhapsOurOwn = sentAgain > 0 && isStoreError(error, 'conflict', 'stale', 'gate-closed', 'not-found');
      if (!unclear && !perhapsOurOwn) throw error;
      const receipt = await receiptIfApplied(store, operations, proof);
      if (receipt !== undefined) return receipt;
      if (perhapsOurOwn || sentAgain === SENT_AGAIN_AT_MOST) throw error;
    }
  }
}

/** The receipt when the proof stands. A store that cannot say it leaves the outcome unclear, which is what is thrown then. */
async function receiptIfApplied(
  store: PartitionStore,
  operations: readonly Operation[],
  proof: ItemKey,
): Promise<CommitReceipt | undefined> {
  try {
    const event = await store.get(proof.kind, proof.id, 'none');
    return event && (await receiptAfterwards(store, operations, event));
  } catch (error) {
    if (!isStoreError(error, 'busy', 'unavailable')) throw error;
    throw new StoreError('unavailable', 'what became of a commit cannot be read', { unclear: true, cause: error });
  }
}

/**
 * The receipt of a batch that is known to have been applied. An item that somebody else has changed since gets an
 * etag that never matches: handing out the newer one would let the caller overwrite a change it has not seen.
 */
async function receiptAfterwards(
  store: PartitionStore,
  operations: readonly Operation[],
  event: StoredItem,
): Promise<CommitReceipt> {
  const etags: (string | null)[] = [];
  for (const operation of operations) {
    if (operation.type === 'delete') etags.push(null);
    else {
      const stored = await store.get(operation.item.kind, operation.item.id, 'both');
      etags.push(stored !== undefined && same(stored, operation.item) ? stored.etag : OVERTAKEN);
    }
  }
  return { committedAt: event.committedAt, etags };
}

/** Sealed texts differ with every seal, so equal ones are the very ones that this batch wrote. */
function same(stored: StoredItem, written: NewItem): boolean {
  return (
    stored.card === written.card &&
    stored.body === written.body &&
    JSON.stringify(stored.clear) === JSON.stringify(written.clear)
  );
}
