import { BACKUPS_ID, type Backups, nextSlot } from '../domain/backups/generation-list.ts';
import type { Contract } from '../domain/contracts/contract.ts';
import type { TenantHandles } from '../domain/tenant-handles.ts';
import { DAY, epochMs, HOUR, instant, MINUTE } from '../model/instant.ts';
import type { BlobStores } from '../ports/blob-store.ts';
import type { ControlContainer, ControlReader } from '../ports/control-store.ts';
import type { PartitionStore } from '../ports/partition-store.ts';
import { GenerationStore, type StoredBackups } from './generations/generation-store.ts';
import { lookForTenants } from './generations/look-for-tenants.ts';
import { openAnew } from './generations/open-anew.ts';
import { type Taken, takeGeneration } from './generations/take-generation.ts';
import { tidyBlobs } from './generations/tidy-blobs.ts';
import type { Job, JobPorts } from './job.ts';
import type { JobRun } from './job-run.ts';

export interface BackupContext extends JobPorts {
  readonly control: { readonly contracts: ControlReader<Contract>; readonly tenantState: ControlContainer };
  readonly partitions: { of(tenantId: string): Pick<PartitionStore, 'gate'> };
  readonly handles: TenantHandles;
  readonly blobs: BlobStores;
}

/** Tenants in flight: each holds one part of 2 MiB, opened, compressed and sealed. */
const AT_ONCE = 4;
const PAGE = 20;
/** A run starts no further tenants after this long; the next one, minutes later, goes on. */
const STARTS_FOR = 10 * MINUTE;
/** How long a tenant waits for its next try, so that one that fails each time does not hold up the others. */
const RETRY_AFTER = 15 * MINUTE;
/** A night is over at 08:00 in Japan, when staff can still act on the alert before the nurseries' day. */
const MISSED_AFTER = 6 * HOUR;

/**
 * Takes a generation of each tenant's data a night: due from 17:00 UTC (02:00 in Japan), tried again until it succeeds, one
 * for all nights that were missed. Safe without its lease: two runs at once come to one good generation.
 */
export const runBackups: Job<BackupContext> = {
  name: 'run-backups',
  schedule: '0 */5 * * * *',
  role: 'jobs',
  leaseFor: 30 * MINUTE,
  async run(context, run) {
    const { clock, control } = context;
    await run.attempt(() => lookForTenants(context));
    const items = control.tenantState as ControlContainer<Backups>;
    const until = clock.monotonic() + STARTS_FOR;
    const tried = new Set<string>();
    while (clock.monotonic() < until) {
      // Whoever was served is not due any more; who still is, after a try, waits for the next run.
      const page = await items.due({ id: BACKUPS_ID, at: clock.now(), limit: PAGE + tried.size });
      const due = page.filter(({ partition }) => !tried.has(partition)).slice(0, PAGE);
      if (due.length === 0) return;
      for (const { partition } of due) tried.add(partition);
      await run.each(
        due,
        AT_ONCE,
        ({ partition }) => partition,
        (item) => backUp(context, run, item),
      );
    }
  },
};

async function backUp(context: BackupContext, run: JobRun, item: StoredBackups): Promise<void> {
  const { clock, partitions, blobs, telemetry } = context;
  const tenantId = item.partition;
  const list = new GenerationStore(context.control.tenantState, tenantId);
  if (epochMs(item.value.slot) > clock.now()) return finish(context, list);
  const tenant = await openAnew(context.handles, tenantId);
  // Ended: erasing it removes its generations too. The look at all tenants takes it up again when it is extended.
  if (tenant === 'ended') return void (await list.change(({ value }) => ({ value, dueAt: null })));
  await tellMissed(context, run, list, item);
  let taken: Taken;
  try {
    if (tenant === 'not-now') taken = { outcome: 'gate-moved' };
    else {
      const stores = { partition: partitions.of(tenantId), blobs: blobs.of(tenantId) };
      taken = await takeGeneration(
        { tenant, ...stores, list, clock, background: true, run: run.id },
        {
          purpose: 'daily',
          asked: ({ dueAt, value }) => dueAt !== null && Math.max(dueAt, epochMs(value.slot)) <= clock.now(),
          // Due again soon: what has left the list is still to be removed, and the next run does it if this one dies.
          done: ({ value }, startedAt) => ({
            value: { ...value, slot: instant(nextSlot(startedAt)), missedTold: null },
            dueAt: clock.now() + RETRY_AFTER,
          }),
        },
      );
    }
  } catch (error) {
    await run.attempt(() => putOff(context, list));
    throw error;
  }
  telemetry.event('backup-run', { tenant: tenantId, run: run.id, outcome: taken.outcome });
  if (taken.outcome === 'gate-moved') await putOff(context, list);
  if (taken.outcome === 'good') await finish(context, list);
}

/** Removes the blobs of what has left the list; then nothing is due before the next night. */
async function finish({ clock, blobs }: BackupContext, list: GenerationStore): Promise<void> {
  await tidyBlobs(list, blobs.of(list.tenantId));
  await list.change(({ value, dueAt }) => {
    const slot = epochMs(value.slot);
    return dueAt === null || slot <= clock.now() ? undefined : { value, dueAt: slot };
  });
}

async function putOff({ clock }: BackupContext, list: GenerationStore): Promise<void> {
  const now = clock.now();
  // Another run may have succeeded meanwhile: then it is not due, and stays so.
  await list.change(({ value, dueAt }) =>
    dueAt !== null && dueAt <= now ? { value, dueAt: now + RETRY_AFTER } : undefined,
  );
}

/** Raises one alert for a night that passed without a good generation. Told first and marked after: twice rather than never. */
async function tellMissed(
  { clock, telemetry }: BackupContext,
  run: JobRun,
  list: GenerationStore,
  { partition, value: { slot, missedTold } }: StoredBackups,
): Promise<void> {
  const late = clock.now() - epochMs(slot);
  if (late < MISSED_AFTER) return;
  run.late(partition);
  if (missedTold === slot) return;
  telemetry.alert('backup-missed', { tenant: partition, slot, nights: Math.floor(late / DAY) + 1 });
  await list.change(({ value }) => (value.slot === slot ? { value: { ...value, missedTold: slot } } : undefined));
}
