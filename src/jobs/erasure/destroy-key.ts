import { clearingItem, NOTHING_CLEARED } from '../../domain/contracts/clearing.ts';
import { keyGone, type TenantState } from '../../domain/contracts/tenant-state.ts';
import { tenantSecretName } from '../../domain/tenant-keys.ts';
import type { ControlContainer } from '../../ports/control-store.ts';
import type { JobPartitionStore } from '../../ports/partition-store.ts';
import type { SecretDestroyer } from '../../ports/secret-store.ts';
import { isStoreError, StoreError } from '../../ports/store-error.ts';
import type { StoredState } from './decide.ts';
import type { EraseContext } from './erase-context.ts';

/** A gate moves at most a few times, while a restore ends; each loss here is one of its moves. */
const CLOSE_TRIES = 5;

/**
 * Makes everything of the tenant unreadable: gate first, so that nothing is written any more, then the key. False while the
 * vault has not destroyed it for good: call it again. Only for a state that says `destroying`. Once the key is gone, the
 * removal of documents and blobs is due. Throws StoreError `stale` when another instance has done it.
 */
export async function destroyKey(context: EraseContext, state: StoredState): Promise<boolean> {
  const { control, partitions, tenantKeys } = context;
  const tenantId = state.partition;
  await closeGate(partitions.of(tenantId));
  if (!(await secretGone(tenantKeys, tenantId))) return false;
  const now = await control.now();
  try {
    await control.tenantState.create(clearingItem(tenantId, NOTHING_CLEARED, Math.min(now, context.clock.now())));
  } catch (error) {
    // A run that was killed made it.
    if (!isStoreError(error, 'conflict')) throw error;
  }
  const states = control.tenantState as ControlContainer<TenantState>;
  await states.replace({ ...state, value: keyGone(state.value, now), dueAt: null }, state.etag);
  return true;
}

/** Deletes whichever gate stands; whether one stood. A restore may move it while it is being deleted. */
export async function closeGate(partition: JobPartitionStore): Promise<boolean> {
  for (let tries = 0; tries < CLOSE_TRIES; tries += 1) {
    if ((await partition.gate()) === undefined) return tries > 0;
    await partition.closeGate();
  }
  throw new StoreError('busy', 'the gate moves all the time');
}

/**
 * Deletes and purges the tenant's key. False while neither is over: a deletion that is pending is told by the purge alone,
 * for neither the secret nor the deleted secret need be found meanwhile.
 */
export async function secretGone(vault: SecretDestroyer, tenantId: string): Promise<boolean> {
  const name = tenantSecretName(tenantId);
  await vault.delete(name);
  try {
    await vault.purge(name);
  } catch (error) {
    if (!isStoreError(error, 'busy')) throw error;
    return false;
  }
  return (await vault.state(name)) === 'absent';
}
