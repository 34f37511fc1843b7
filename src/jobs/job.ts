import { Cron } from 'croner';
import { type Heartbeat, heartbeatId, SERVICE_PARTITION } from '../domain/heartbeat.ts';
import { newId } from '../domain/ids.ts';
import { type EpochMs, instant, MINUTE } from '../model/instant.ts';
import type { Clock } from '../ports/clock.ts';
import type { ControlContainer } from '../ports/control-store.ts';
import { isStoreError } from '../ports/store-error.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import { JobRun } from './job-run.ts';
import { returnLease, takeLease } from './lease.ts';

/** The ports that the frame itself uses; every job's context holds them. */
export interface JobPorts {
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly control: { readonly tenantState: ControlContainer };
}

/**
 * Work that the clock starts. `run` looks for what is due, takes a bounded portion of it, and may be killed at any
 * instruction: the next run finishes. It throws only for trouble that concerns the whole run; trouble with one tenant is
 * for `JobRun.each`.
 */
export interface Job<Context extends JobPorts> {
  readonly name: string;
  /** Six-field NCRONTAB in UTC: second minute hour day month weekday. */
  readonly schedule: string;
  /** The function app whose identity can do the work. */
  readonly role: 'jobs';
  /** Milliseconds after which a run that never came back no longer keeps another from starting. */
  readonly leaseFor: number;
  run(context: Context, run: JobRun): Promise<void>;
}

/** How a run went. `skipped`: another run of this job holds the lease; nothing was done and nothing written. */
export interface JobReport {
  readonly outcome: 'done' | 'failed' | 'skipped';
  readonly done: number;
  readonly failed: number;
  readonly overdue: number;
}

/**
 * A heartbeat is late when the run after the next one has not finished a minute after its time, and the lease of a run that
 * was killed has run out by then.
 */
const HEARTBEAT_GRACE = MINUTE;

/**
 * Runs a job once: under its lease, with its heartbeat and its telemetry. Never throws: whatever goes wrong is reported as
 * an error and makes the outcome `failed`, which whoever starts jobs must pass on to its host.
 */
export async function runJob<Context extends JobPorts>(job: Job<Context>, context: Context): Promise<JobReport> {
  const { clock, telemetry } = context;
  const startedAt = clock.now();
  const began = clock.monotonic();
  const run = new JobRun(job.name, newId(startedAt), telemetry);
  const { tenantState } = context.control;
  try {
    const lease = await takeLease(tenantState, job.name, run.id, job.leaseFor, startedAt);
    if (lease === undefined) return { outcome: 'skipped', done: 0, failed: 0, overdue: 0 };
    await run.attempt(() => job.run(context, run));
    await run.attempt(() => beat(tenantState, job, heartbeat(job, run, startedAt, clock.now())));
    await run.attempt(() => returnLease(tenantState, lease, clock.now()));
  } catch (error) {
    run.fail(error);
  }
  const { done, failed, overdue, outcome } = run;
  const counts = { job: job.name, run: run.id, done, failed, overdue, ms: Math.round(clock.monotonic() - began) };
  telemetry.event(outcome === 'done' ? 'job-done' : 'job-failed', counts);
  if (overdue > 0) telemetry.event('job-overdue', { job: job.name, run: run.id, overdue });
  return { outcome, done, failed, overdue };
}

/** The next instants at which the schedule starts a run, after `from`. Throws TypeError for a schedule that is none. */
export function nextStarts(schedule: string, count: number, from: EpochMs): readonly EpochMs[] {
  const cron = new Cron(schedule, { mode: '6-part', timezone: 'UTC', domAndDow: true });
  return cron.nextRuns(count, new Date(from)).map((start) => start.getTime());
}

function heartbeat(
  job: Pick<Job<JobPorts>, 'schedule' | 'leaseFor'>,
  run: JobRun,
  startedAt: EpochMs,
  now: EpochMs,
): Heartbeat {
  const { done, failed, overdue, outcome } = run;
  const later = nextStarts(job.schedule, 2, now).at(-1) ?? now;
  const nextBy = instant(later + job.leaseFor + HEARTBEAT_GRACE);
  return { startedAt: instant(startedAt), finishedAt: instant(now), outcome, done, failed, overdue, nextBy };
}

/** Writes the heartbeat, unless another run of the job writes its own at the same moment: one of the two is enough. */
async function beat(tenantState: ControlContainer, job: { readonly name: string }, value: Heartbeat): Promise<void> {
  const item = { partition: SERVICE_PARTITION, id: heartbeatId(job.name), value, dueAt: null };
  const stored = await tenantState.get(SERVICE_PARTITION, item.id);
  try {
    await (stored === undefined ? tenantState.create(item) : tenantState.replace(item, stored.etag));
  } catch (error) {
    if (!isStoreError(error, 'conflict', 'stale')) throw error;
  }
}
