import { BACKUPS_ID, type Backups, backupsItem, nextSlot, noBackups } from '../../domain/backups/generation-list.ts';
import { accessEnded, CONTRACT_ID, type Contract } from '../../domain/contracts/contract.ts';
import { STATE_ID, type TenantState } from '../../domain/contracts/tenant-state.ts';
import { SERVICE_PARTITION } from '../../domain/heartbeat.ts';
import { DAY, type EpochMs, epochMs, HOUR, type Instant, instant } from '../../model/instant.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ControlContainer, ControlReader, StoredControlItem } from '../../ports/control-store.ts';
import { isStoreError } from '../../ports/store-error.ts';

export interface LookContext {
  readonly clock: Clock;
  readonly control: { readonly contracts: ControlReader<Contract>; readonly tenantState: ControlContainer };
}

/** When all tenants were looked at last: `tenant-state`, partition `$service`, id `backups-look`. */
type Look = { readonly at: Instant };
const LOOK_ID = 'backups-look';
const EVERY = HOUR;
const PAGE = 500;

/** No night is further away than this; what is due later was written by a clock that ran ahead. */
const FURTHEST = 25 * HOUR;

/**
 * Once an hour, sees to it that every provisioned tenant has a night for its next generation: new ones, those whose contract
 * was extended after it had ended, and those whose night a wrong clock has put far away. Killed at any point, the next call
 * looks again.
 */
export async function lookForTenants({ clock, control }: LookContext): Promise<void> {
  const looks = control.tenantState as ControlContainer<Look>;
  const last = await looks.get(SERVICE_PARTITION, LOOK_ID);
  const now = clock.now();
  if (last !== undefined && Math.abs(now - epochMs(last.value.at)) < EVERY) return;
  let after: StoredControlItem | undefined;
  let backups: StoredControlItem<Backups> | undefined;
  do {
    const page = await control.tenantState.page({ limit: PAGE, ...(after && { after }) });
    // In id order a tenant's `backups` comes before its `state`.
    for (const item of page) {
      if (item.id === BACKUPS_ID) backups = item as StoredControlItem<Backups>;
      if (item.id !== STATE_ID) continue;
      const own = backups?.partition === item.partition ? backups : undefined;
      await lookAt(control, item as StoredControlItem<TenantState>, own, now);
    }
    after = page.length < PAGE ? undefined : page.at(-1);
  } while (after !== undefined);
  const item = { partition: SERVICE_PARTITION, id: LOOK_ID, value: { at: instant(now) }, dueAt: null };
  try {
    await (last === undefined ? looks.create(item) : looks.replace(item, last.etag));
  } catch (error) {
    // Another run has looked at the same time.
    if (!isStoreError(error, 'conflict', 'stale')) throw error;
  }
}

async function lookAt(
  { contracts, tenantState }: LookContext['control'],
  state: StoredControlItem<TenantState>,
  backups: StoredControlItem<Backups> | undefined,
  now: EpochMs,
): Promise<void> {
  const items = tenantState as ControlContainer<Backups>;
  const { partition, value } = state;
  if (value.phase !== 'provisioned') return;
  try {
    if (backups === undefined) {
      const first = noBackups(value.provisionedAt === null ? now : epochMs(value.provisionedAt));
      await items.create(backupsItem(partition, first, epochMs(first.slot)));
    } else if (backups.dueAt !== null && backups.dueAt > now + FURTHEST) {
      const slot = nextSlot(now);
      await items.replace(backupsItem(partition, { ...backups.value, slot: instant(slot) }, slot), backups.etag);
    } else if (backups.dueAt === null && !accessEnded((await contracts.get(partition, CONTRACT_ID))?.value, now)) {
      // Nobody has failed this tenant: the nights of its ended contract are not missed ones.
      const slot = instant(nextSlot(now) - DAY);
      const value = { ...backups.value, slot, missedTold: slot };
      await items.replace(backupsItem(partition, value, now), backups.etag);
    }
  } catch (error) {
    // Another run, or the tenant's own, has changed it: the next look sees what came of it.
    if (!isStoreError(error, 'conflict', 'stale')) throw error;
  }
}
