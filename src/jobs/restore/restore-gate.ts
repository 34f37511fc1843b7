import type { TenantHandle } from '../../domain/tenant-handle.ts';
import { isRestoreGate, RESTORE_GATE, type TenantHandles } from '../../domain/tenant-handles.ts';
import type { Gate, JobPartitionStore } from '../../ports/partition-store.ts';
import { StoreError } from '../../ports/store-error.ts';

/** What a restore's gate is moved with. */
export interface GateParts {
  readonly tenantId: string;
  readonly partition: JobPartitionStore;
  readonly handles: TenantHandles;
  /** Id of the restore. */
  readonly restore: string;
  /** Id of the job run. */
  readonly run: string;
}

/**
 * Closes the tenant to everybody but this run, and gives the handle that writes: moves the gate from `from`, or from the one
 * that an earlier run of the same restore left, to one of this run's own. So whatever that earlier run still has in flight
 * writes nothing. Throws StoreError `gate-closed` when another gate stands, and Failure `contract-ended`.
 */
export async function holdGate(parts: GateParts, from: string): Promise<TenantHandle> {
  const { tenantId, partition, handles, restore, run } = parts;
  const mine = `${RESTORE_GATE}${run}`;
  const standing = await partition.gate();
  const ours = standing !== undefined && isRestoreGate(standing.name) && standing.content['restore'] === restore;
  if (standing === undefined || (standing.name !== from && !ours)) {
    throw new StoreError('gate-closed', `${standing?.name ?? 'no gate'} stands, and not ${from}`);
  }
  if (standing.name !== mine) {
    await moved(partition, standing.name, { name: mine, content: { ...standing.content, restore } });
  }
  handles.forget(tenantId);
  return handles.openRestoring(tenantId, mine);
}

/**
 * Opens the tenant again under the gate `to`, unless that was done already: from this run's own gate and no other. Throws
 * StoreError `gate-closed` when another one stands.
 */
export async function openGate({ tenantId, partition, handles, run }: GateParts, to: string): Promise<void> {
  const mine = `${RESTORE_GATE}${run}`;
  const standing = await partition.gate();
  if (standing?.name !== to) {
    const { restore: _restore, ...content } = standing?.content ?? {};
    await moved(partition, mine, { name: to, content });
  }
  handles.forget(tenantId);
}

/** Moves the gate; an outcome that is unclear is settled by reading which one stands. */
async function moved(partition: JobPartitionStore, from: string, to: Gate): Promise<void> {
  try {
    await partition.moveGate(from, to);
  } catch (error) {
    if ((await partition.gate())?.name !== to.name) throw error;
  }
}
