import { CHECK_ID, LOGS_ID, NEVER_CHECKED } from '../domain/audit/log-state.ts';
import { STATE_ID, type TenantState } from '../domain/contracts/tenant-state.ts';
import { SERVICE_PARTITION } from '../domain/heartbeat.ts';
import { DAY, type EpochMs, epochMs, HOUR, type Instant, instant, MINUTE } from '../model/instant.ts';
import type { ControlContainer, StoredControlItem } from '../ports/control-store.ts';
import { isStoreError } from '../ports/store-error.ts';
import { archiveEvents, openLog, type StoredLog } from './archive-events.ts';
import { type ExpireEventsPorts, expireEvents } from './expire-events.ts';
import type { Job } from './job.ts';
import type { JobRun } from './job-run.ts';

export type KeepLogsContext = ExpireEventsPorts;

type Watch = { readonly allAt: Instant };

/** When all tenants were last looked at: `tenant-state`, partition `$service`. */
const WATCH_ID = 'logs-watch';
const AT_ONCE = 4;
const PAGE = 500;
/** So that a run every five minutes comes once an hour, and never later. */
const DIGEST_EVERY = 55 * MINUTE;
/** No log is due later than this: what is, was written by a clock that ran ahead. */
const DUE_AT_MOST = DAY;
/** A tenant's events are overdue for the archive when its log was due this long ago. */
const OVERDUE_AFTER = HOUR;

/**
 * Keeps every tenant's log: once an hour its new events go into the archive as a digest, once a day what is older than the
 * retention goes. Every five minutes it takes the logs that are due; once an hour it looks at all tenants for those that have
 * none yet. Two instances at once meet at the log's etag; who comes second leaves the work to the first.
 */
export const keepLogs: Job<KeepLogsContext> = {
  name: 'keep-logs',
  schedule: '0 */5 * * * *',
  role: 'jobs',
  leaseFor: 5 * MINUTE,
  async run(context, run) {
    const { clock, control } = context;
    const now = clock.now();
    await watchTenants(context, run, now);
    const logs = control.tenantState as ControlContainer<StoredLog['value']>;
    const seen = new Set<string>();
    for (;;) {
      const page = await logs.due({ id: LOGS_ID, at: now, limit: PAGE });
      // What is due again, because it failed or has more than one run takes, waits for the next run.
      const due = page.filter(({ partition }) => !seen.has(partition));
      for (const { partition, dueAt } of due) {
        seen.add(partition);
        if (now - (dueAt ?? now) > OVERDUE_AFTER) run.late(partition);
      }
      await run.each(due, AT_ONCE, partitionOf, (log) => tend(context, run, log));
      if (page.length < PAGE || due.length === 0) return;
    }
  },
};

async function tend(context: KeepLogsContext, run: JobRun, due: StoredLog): Promise<void> {
  try {
    const archived = await archiveEvents(context, due);
    const expired = await expireEvents(context, archived.log, run.id);
    const { log } = expired;
    const now = context.clock.now();
    const dueAt = archived.complete && expired.complete ? await nextDue(context, log, now) : now;
    await context.control.tenantState.replace(
      { partition: log.partition, id: log.id, value: log.value, dueAt },
      log.etag,
    );
  } catch (error) {
    if (!isStoreError(error, 'stale')) throw error;
  }
}

/** An ended tenant's log is looked at once a day until the retention has removed the last of it. */
async function nextDue({ control }: KeepLogsContext, log: StoredLog, now: EpochMs): Promise<EpochMs | null> {
  const state = (await control.tenantState.get(log.partition, STATE_ID)) as StoredControlItem<TenantState> | undefined;
  if (state?.value.phase !== 'tombstone') return now + DIGEST_EVERY;
  return log.value.root.number === log.value.head.number ? null : now + DAY;
}

/**
 * Once an hour, and when the clock has jumped: makes the items by which a tenant's log is kept and verified where they do not
 * stand yet, and brings back what a clock that ran ahead put off.
 */
async function watchTenants(context: KeepLogsContext, run: JobRun, now: EpochMs): Promise<void> {
  const watches = context.control.tenantState as ControlContainer<Watch>;
  const last = await watches.get(SERVICE_PARTITION, WATCH_ID);
  if (last !== undefined && Math.abs(now - epochMs(last.value.allAt)) < HOUR) return;
  const failed: string[] = [];
  let after: StoredControlItem | undefined;
  do {
    const page: readonly StoredControlItem[] = await watches.page({ limit: PAGE, ...(after && { after }) });
    const items = page.filter(({ id }) => id === STATE_ID || id === LOGS_ID || id === CHECK_ID);
    failed.push(...(await run.each(items, AT_ONCE, partitionOf, (item) => look(context, item, now))));
    after = page.length < PAGE ? undefined : page.at(-1);
  } while (after !== undefined);
  if (failed.length > 0) return;
  const item = { partition: SERVICE_PARTITION, id: WATCH_ID, value: { allAt: instant(now) }, dueAt: null };
  try {
    await (last === undefined ? watches.create(item) : watches.replace(item, last.etag));
  } catch (error) {
    // Another instance has looked at all tenants too.
    if (!isStoreError(error, 'stale', 'conflict')) throw error;
  }
}

async function look(context: KeepLogsContext, item: StoredControlItem, now: EpochMs): Promise<void> {
  const { tenantState } = context.control;
  const { partition, id, value, dueAt, etag } = item;
  try {
    if (id !== STATE_ID && dueAt !== null && dueAt > now + DUE_AT_MOST) {
      await tenantState.replace({ partition, id, value, dueAt: now }, etag);
    }
    if (id !== STATE_ID || (item as StoredControlItem<TenantState>).value.phase === 'tombstone') return;
    await openLog(context, partition);
    if ((await tenantState.get(partition, CHECK_ID)) === undefined) {
      await tenantState.create({ partition, id: CHECK_ID, value: NEVER_CHECKED, dueAt: now });
    }
  } catch (error) {
    if (!isStoreError(error, 'stale', 'conflict')) throw error;
  }
}

function partitionOf(item: { readonly partition: string }): string {
  return item.partition;
}
