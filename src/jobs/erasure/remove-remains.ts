import { CHECK_ID, LOGS_ID } from '../../domain/audit/log-state.ts';
import { CLEARING_ID } from '../../domain/contracts/clearing.ts';
import { STATE_ID } from '../../domain/contracts/tenant-state.ts';
import { tenantSecretName } from '../../domain/tenant-keys.ts';
import type { BlobStore } from '../../ports/blob-store.ts';
import type { JobPartitionStore } from '../../ports/partition-store.ts';
import { archiveLastEvents, type ErasureFacts } from './archive-last-events.ts';
import { closeGate, secretGone } from './destroy-key.ts';
import type { EraseContext } from './erase-context.ts';

/** What stays of an erased tenant: its tombstone, how it was cleared, and how its log is kept. */
const STAY: readonly string[] = [STATE_ID, CLEARING_ID, LOGS_ID, CHECK_ID];

/** Documents deleted at a time. */
const PORTION = 500;
/** Portions and blobs of one tenant in one run: a big tenant does not hold up the others. */
const PORTIONS_PER_RUN = 20;
const BLOBS_PER_RUN = 500;

/** What was found of a tenant and removed. */
export interface Removed {
  readonly gate: boolean;
  readonly key: boolean;
  readonly documents: number;
  readonly blobs: number;
  /** Requests, and what the service did about them and about backups. */
  readonly items: number;
  /** Whether nothing can be left. */
  readonly complete: boolean;
}

/**
 * Removes what is left of a tenant whose key was destroyed, in bounded portions. A gate or a key can be there only because a
 * worker was frozen in between: they go first. Events that are not archived yet, and `told` with them, go to the archive
 * before any document goes. Killed at any point, the next call goes on.
 */
export async function removeRemains(context: EraseContext, tenantId: string, told?: ErasureFacts): Promise<Removed> {
  const { partitions, blobs, tenantKeys } = context;
  const partition = partitions.of(tenantId);
  const gate = await closeGate(partition);
  const key = (await tenantKeys.state(tenantSecretName(tenantId))) !== 'absent';
  const destroyed = !key || (await secretGone(tenantKeys, tenantId));
  const archived = await archiveLastEvents(context, tenantId, told);
  if (!archived) return { gate, key, documents: 0, blobs: 0, items: 0, complete: false };
  const items = await removeItems(context, tenantId);
  const documents = await sweepPortions(partition);
  const removedBlobs = await removeBlobs(blobs.of(tenantId));
  const complete = destroyed && documents.complete && removedBlobs.complete;
  return { gate, key, documents: documents.count, blobs: removedBlobs.count, items, complete };
}

/** Whether anything was found. */
export function foundSomething({ gate, key, documents, blobs, items }: Removed): boolean {
  return gate || key || documents > 0 || blobs > 0 || items > 0;
}

/** Whether nothing was found, and nothing can be left. */
export function foundEmpty(removed: Removed): boolean {
  return removed.complete && !foundSomething(removed);
}

async function removeItems({ control }: EraseContext, tenantId: string): Promise<number> {
  const requests = await control.requests.ofPartition(tenantId);
  for (const { id } of requests) await control.requests.remove(tenantId, id);
  const states = (await control.tenantState.ofPartition(tenantId)).filter(({ id }) => !STAY.includes(id));
  for (const { id } of states) await control.tenantState.remove(tenantId, id);
  return requests.length + states.length;
}

interface Counted {
  readonly count: number;
  readonly complete: boolean;
}

async function sweepPortions(partition: JobPartitionStore): Promise<Counted> {
  let count = 0;
  for (let portions = 0; portions < PORTIONS_PER_RUN; portions += 1) {
    const swept = await partition.sweep(PORTION);
    count += swept;
    if (swept === 0) return { count, complete: true };
  }
  return { count, complete: false };
}

async function removeBlobs(blobs: BlobStore): Promise<Counted> {
  let count = 0;
  for await (const { name } of blobs.list('')) {
    if (count >= BLOBS_PER_RUN) return { count, complete: false };
    await blobs.remove(name);
    count += 1;
  }
  return { count, complete: true };
}
