import type { Instant } from '../model/instant.ts';

/** Partition of `tenant-state` that holds what belongs to no tenant: leases, heartbeats, cursors. No tenantId begins so. */
export const SERVICE_PARTITION = '$service';

/** What operators see of a job's last run: `tenant-state`, partition `$service`, id `heartbeat:<job>`. */
export type Heartbeat = {
  readonly startedAt: Instant;
  readonly finishedAt: Instant;
  readonly outcome: 'done' | 'failed';
  /** Pieces of work done, failed, and found past their time. */
  readonly done: number;
  readonly failed: number;
  readonly overdue: number;
  /** The next heartbeat is late from this instant on. */
  readonly nextBy: Instant;
};

const PREFIX = 'heartbeat:';

/** The id of a job's heartbeat item. */
export function heartbeatId(job: string): string {
  return `${PREFIX}${job}`;
}

/** The job that an item of the partition `$service` is the heartbeat of, or undefined when it is something else. */
export function heartbeatJob(id: string): string | undefined {
  return id.startsWith(PREFIX) ? id.slice(PREFIX.length) : undefined;
}
