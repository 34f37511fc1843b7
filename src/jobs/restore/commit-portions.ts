import type { Change, SealedChange, TenantHandle } from '../../domain/tenant-handle.ts';
import { COMMIT_MAX_BYTES, COMMIT_MAX_OPERATIONS } from '../../ports/partition-store.ts';

/** Below what a commit takes, with room for the batch around the changes. */
const OPERATIONS = COMMIT_MAX_OPERATIONS - 8;
const BYTES = COMMIT_MAX_BYTES - 100_000;

/** Commits changes as they come, as many at once as fit. Throws what the store throws; what was committed by then stays. */
export async function commitPortions(tenant: TenantHandle, changes: AsyncIterable<Change>): Promise<void> {
  let portion: SealedChange[] = [];
  let bytes = 0;
  for await (const change of changes) {
    const sealed = tenant.sealed(change);
    if (portion.length === OPERATIONS || (bytes + sealed.bytes > BYTES && portion.length > 0)) {
      await tenant.commitWithoutEvent('portion-of-a-restore', portion);
      portion = [];
      bytes = 0;
    }
    portion.push(sealed);
    bytes += sealed.bytes;
  }
  if (portion.length > 0) await tenant.commitWithoutEvent('portion-of-a-restore', portion);
}
