import { CHECK_ID, type LogCheck } from '../domain/audit/log-state.ts';
import type { Finding } from '../domain/audit/verification.ts';
import { DAY, epochMs, instant, MINUTE } from '../model/instant.ts';
import type { ControlContainer, StoredControlItem } from '../ports/control-store.ts';
import { isStoreError } from '../ports/store-error.ts';
import type { Job } from './job.ts';
import { begin, logOf, phaseOf, type Running, type VerifyLogsContext, verifyPortion } from './log-verification.ts';

const AT_ONCE = 4;
const PAGE = 500;
const VERIFY_EVERY = DAY;

/**
 * Verifies every tenant's whole log once a day, partition and archive, from its head back to its root, and writes what it
 * found where operators read it. Whatever is wrong raises an alert that names the first place. Killed at any point, the next
 * run goes on from the last portion that was written down.
 */
export const verifyLogs: Job<VerifyLogsContext> = {
  name: 'verify-logs',
  schedule: '30 */5 * * * *',
  role: 'jobs',
  leaseFor: 5 * MINUTE,
  async run(context, run) {
    const checks = context.control.tenantState as ControlContainer<LogCheck>;
    const now = context.clock.now();
    const due = await checks.due({ id: CHECK_ID, at: now, limit: PAGE });
    for (const { partition, dueAt } of due) if (now - (dueAt ?? now) > VERIFY_EVERY) run.late(partition);
    await run.each(
      due,
      AT_ONCE,
      ({ partition }) => partition,
      (check) => verify(context, check),
    );
  },
};

async function verify(context: VerifyLogsContext, check: StoredControlItem<LogCheck>): Promise<void> {
  const { partition: tenantId, value, etag } = check;
  const now = context.clock.now();
  const log = await logOf(context, tenantId);
  if (log === undefined) return;
  const start = value.running ?? begin(log.value, instant(now));
  const { running, findings, ended } = await verifyPortion(context, tenantId, start);
  tell(context, tenantId, findings);
  const next = ended ? finished(running, instant(now)) : { ...value, running };
  const dueAt = ended ? await nextDue(context, tenantId, running) : now;
  try {
    await context.control.tenantState.replace({ partition: tenantId, id: CHECK_ID, value: next, dueAt }, etag);
  } catch (error) {
    // Another instance has verified the same.
    if (!isStoreError(error, 'stale')) throw error;
  }
}

function tell({ telemetry }: VerifyLogsContext, tenant: string, findings: readonly Finding[]): void {
  const [first] = findings;
  if (first === undefined) return;
  const { fault, where, entry, event } = first;
  const place = { fault, where, entry: entry ?? 'none', event: event ?? 'none' };
  telemetry.alert('log-tampered', { tenant, found: findings.length, ...place });
}

function finished({ startedAt, head, digests, events, found, findings }: Running, finishedAt: string): LogCheck {
  return { running: null, last: { startedAt, head, digests, events, found, findings, finishedAt } };
}

/** A day after this one began; never again once nothing of an ended tenant's log is left. */
async function nextDue(context: VerifyLogsContext, tenantId: string, { startedAt }: Running): Promise<number | null> {
  const log = (await logOf(context, tenantId))?.value;
  const over = log?.root.number === log?.head.number && (await phaseOf(context, tenantId)) === 'tombstone';
  return over ? null : epochMs(startedAt) + VERIFY_EVERY;
}
