import { type Clearing, clearingItem } from '../../domain/contracts/clearing.ts';
import { STATE_ID, type TenantState, tombstone } from '../../domain/contracts/tenant-state.ts';
import { DAY, type EpochMs, epochMs, type Instant, instant, MINUTE } from '../../model/instant.ts';
import type { ControlContainer, StoredControlItem } from '../../ports/control-store.ts';
import type { JobRun } from '../job-run.ts';
import { archiveLastEvents, type ErasureFacts } from './archive-last-events.ts';
import type { StoredState } from './decide.ts';
import type { EraseContext } from './erase-context.ts';
import { foundEmpty, foundSomething, type Removed, removeRemains } from './remove-remains.ts';

export type StoredClearing = StoredControlItem<Clearing>;

/** Everything must be found empty a second time this long after the first. Source: the product's design. */
const EMPTY_AGAIN_AFTER = MINUTE;
/** How often tombstoned tenants are looked at. Source: the product's design. */
const LOOK_EVERY = DAY;
/** Documents and blobs that are still there this long after the key are overdue. */
const OVERDUE_AFTER = DAY;

/**
 * Takes one tenant whose key is gone a portion further: removes what is left, and writes the tombstone once everything was
 * found empty twice, 60 s apart. Tombstoned tenants are looked at once a day: what is there is removed and raises an alert.
 * Throws StoreError `stale` when another instance does the same.
 */
export async function clearTenant(context: EraseContext, run: JobRun, item: StoredClearing): Promise<void> {
  const states = context.control.tenantState as ControlContainer<TenantState>;
  const state = await states.get(item.partition, STATE_ID);
  if (state?.value.phase === 'tombstone') return lookAtTombstone(context, run, item);
  const keyGoneAt = state?.value.erasure?.keyGoneAt ?? null;
  // A run that was killed between the two has made the item already: the destruction of the key is still due.
  if (state === undefined || keyGoneAt === null) return;
  const from = await context.control.now();
  if (from - epochMs(keyGoneAt) > OVERDUE_AFTER) run.late(item.partition);
  const removed = await removeRemains(context, item.partition, keyDestroyed(state, run, keyGoneAt));
  if (removed.gate || removed.key) alertOf(context, item, removed);
  const value = counted(item.value, removed, await context.control.now());
  if (value.emptyAt === null) return write(context, item, value, 0);
  if (from < epochMs(value.emptyAt) + EMPTY_AGAIN_AFTER) return write(context, item, value, EMPTY_AGAIN_AFTER);
  const finished = await finish(context, run, state, value);
  await write(context, item, value, finished ? LOOK_EVERY : 0);
}

/** Tells it in the archive, then writes the tombstone. False when the event does not stand there yet. */
async function finish(context: EraseContext, run: JobRun, state: StoredState, cleared: Clearing): Promise<boolean> {
  const { partition: tenant } = state;
  const now = await context.control.now();
  const erased: ErasureFacts = {
    ...{ action: 'tenant-erased', at: instant(now), targetKind: 'tenant', targets: [], trace: run.id },
  };
  if (!(await archiveLastEvents(context, tenant, erased))) return false;
  const { documents, blobs } = cleared;
  const value = tombstone(state.value, { documents, blobs }, now);
  await context.control.tenantState.replace({ ...state, value, dueAt: null }, state.etag);
  context.telemetry.event('tenant-erased', { tenant, documents, blobs });
  return true;
}

async function lookAtTombstone(context: EraseContext, run: JobRun, item: StoredClearing): Promise<void> {
  const removed = await removeRemains(context, item.partition);
  if (foundSomething(removed)) {
    run.late(item.partition);
    alertOf(context, item, removed);
  }
  await write(context, item, item.value, foundEmpty(removed) ? LOOK_EVERY : 0);
}

function keyDestroyed({ value }: StoredState, run: JobRun, at: Instant): ErasureFacts {
  const targets = value.dataKeyVersion === null ? [] : [value.dataKeyVersion];
  return { action: 'key-destroyed', at, targetKind: 'tenant-key', targets, trace: run.id };
}

/** What was removed so far, and since when nothing is found. */
function counted({ documents, blobs, emptyAt }: Clearing, removed: Removed, now: EpochMs): Clearing {
  return {
    documents: documents + removed.documents,
    blobs: blobs + removed.blobs,
    emptyAt: foundEmpty(removed) ? (emptyAt ?? instant(now)) : null,
  };
}

/** The earlier of both clocks decides when to come back: a clock that runs ahead puts nothing off. */
async function write(context: EraseContext, item: StoredClearing, value: Clearing, after: number): Promise<void> {
  const { control, clock } = context;
  const now = Math.min(await control.now(), clock.now());
  await control.tenantState.replace(clearingItem(item.partition, value, now + after), item.etag);
}

/** Something was there that cannot be there, unless a worker was frozen while the tenant was erased. */
function alertOf({ telemetry }: EraseContext, { partition: tenant }: StoredClearing, removed: Removed): void {
  const { gate, key, documents, blobs, items } = removed;
  telemetry.alert('erased-tenant-leftovers', { tenant, gate, key, documents, blobs, items });
}
