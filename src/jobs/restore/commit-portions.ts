import type { Change, TenantHandle } from '../../domain/tenant-handle.ts';
import { COMMIT_MAX_BYTES, COMMIT_MAX_OPERATIONS } from '../../ports/partition-store.ts';

/** Below what a commit takes, with room for the batch around the changes. */
const OPERATIONS = COMMIT_MAX_OPERATIONS - 8;
const BYTES = COMMIT_MAX_BYTES - 100_000;

/** Commits changes as they come, as many at once as fit. Throws what the store throws; what was committed by then stays. */
export async function commitPortions(tenant: TenantHandle, changes: AsyncIterable<Change>): Promise<void> {
  let portion: Change[] = [];
  let bytes = 0;
  for await (const change of changes) {
    const size = tenant.sizeOf(change);
    if (portion.length === OPERATIONS || (bytes + size > BYTES && portion.length > 0)) {
      await tenant.commitWithoutEvent('portion-of-a-restore', portion);
      portion = [];
      bytes = 0;
    }
    portion.push(change);
    bytes += size;
  }
  if (portion.length > 0) await tenant.commitWithoutEvent('portion-of-a-restore', portion);
}
