import { CLEARING_ID, type Clearing } from '../domain/contracts/clearing.ts';
import { destructionDue, KNOWN_FOR, STATE_ID, type TenantState } from '../domain/contracts/tenant-state.ts';
import { type EpochMs, MINUTE, SECOND } from '../model/instant.ts';
import type { JsonObject } from '../model/json.ts';
import type { ControlContainer, StoredControlItem } from '../ports/control-store.ts';
import { isStoreError } from '../ports/store-error.ts';
import { clearTenant } from './erasure/clear-tenant.ts';
import { decide, isDue, type StoredState } from './erasure/decide.ts';
import { destroyKey } from './erasure/destroy-key.ts';
import type { EraseContext } from './erasure/erase-context.ts';
import type { Job } from './job.ts';
import type { JobRun } from './job-run.ts';

/** Source: the product's design. */
const KEYS_AT_ONCE = 16;
const CLEARED_AT_ONCE = 4;
const KEYS_PAGE = 500;
const CLEARED_PAGE = 20;
/** No further page of tenants is cleared in a run after this long: the next run looks for keys that are due first. */
const CLEARS_FOR = 10 * SECOND;
/** A key is destroyed within a minute of the end; one that still is not after this long counts as overdue. */
const OVERDUE_AFTER = 2 * MINUTE;

/**
 * Erases tenants whose contracts have ended: first, for all that are due, gate and key, after which nothing of them can be read
 * anywhere; then their documents and blobs; last the tombstone. Killed at any point, or run twice at once, it comes to the same
 * end: each step stands in the tenant's state under If-Match, and what is removed must vanish anyway. Access has ended already,
 * whatever this job does.
 */
export const eraseEndedTenants: Job<EraseContext> = {
  name: 'erase-ended-tenants',
  schedule: '*/15 * * * * *',
  role: 'jobs',
  // Short, so that the keys of a run that was killed are destroyed within the minute all the same.
  leaseFor: 30 * SECOND,
  async run(context, run) {
    const { clock, control, erasureNotice } = context;
    const now = clock.now();
    // Due times reckon with a notice of a day; with a shorter one, what is due then is due now.
    const ahead = Math.max(0, KNOWN_FOR - erasureNotice);
    const states = control.tenantState as ControlContainer<TenantState>;
    for await (const due of duePages(states, STATE_ID, now + ahead, KEYS_PAGE)) {
      const tenants = due.filter((state) => isDue(state, now, erasureNotice));
      await run.each(tenants, KEYS_AT_ONCE, partitionOf, (state) => yielding(() => destroy(context, run, state, now)));
    }
    const until = clock.monotonic() + CLEARS_FOR;
    const clearings = control.tenantState as ControlContainer<Clearing>;
    for await (const due of duePages(clearings, CLEARING_ID, now, CLEARED_PAGE)) {
      await run.each(due, CLEARED_AT_ONCE, partitionOf, (item) => yielding(() => clearTenant(context, run, item)));
      if (clock.monotonic() >= until) break;
    }
  },
};

async function destroy(context: EraseContext, run: JobRun, due: StoredState, now: EpochMs): Promise<void> {
  const tenant = due.partition;
  const dueAt = destructionDue(due.value, context.erasureNotice) ?? now;
  if (now - dueAt > OVERDUE_AFTER) run.late(tenant);
  const state = due.value.phase === 'destroying' ? due : await decide(context, due);
  if (state === undefined || !(await destroyKey(context, state))) return;
  context.telemetry.event('tenant-key-destroyed', {
    tenant,
    secondsAfterDue: Math.round((context.clock.now() - dueAt) / SECOND),
  });
}

/** Does the work unless another instance does it at the same time. */
async function yielding(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!isStoreError(error, 'stale')) throw error;
  }
}

/** Everything that is due, each item once, the most overdue first. */
async function* duePages<T extends JsonObject>(
  items: ControlContainer<T>,
  id: string,
  at: EpochMs,
  pageSize: number,
): AsyncGenerator<readonly StoredControlItem<T>[]> {
  const given = new Set<string>();
  for (;;) {
    const page = await items.due({ id, at, limit: pageSize + given.size });
    const fresh = page.filter(({ partition }) => !given.has(partition));
    if (fresh.length === 0) return;
    for (const { partition } of fresh) given.add(partition);
    yield fresh;
  }
}

function partitionOf(item: { readonly partition: string }): string {
  return item.partition;
}
