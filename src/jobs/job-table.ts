import { eraseEndedTenants } from './erase-ended-tenants.ts';
import type { EraseContext } from './erasure/erase-context.ts';
import { type FinishDeletionsContext, finishDeletions } from './finish-deletions.ts';
import type { Job } from './job.ts';
import { type KeepKeysContext, keepKeys } from './keep-keys.ts';
import { type KeepLogsContext, keepLogs } from './keep-logs.ts';
import type { VerifyLogsContext } from './log-verification.ts';
import { type ProvisionContext, provisionTenants } from './provision-tenants.ts';
import { type BackupContext, runBackups } from './run-backups.ts';
import { type ServeRequestsContext, serveRequests } from './serve-requests.ts';
import { verifyLogs } from './verify-logs.ts';
import { type WatchClockContext, watchClock } from './watch-clock.ts';

/** Every port that some job uses; the composition root makes it, each job sees its own part. */
export type JobContext = ProvisionContext &
  KeepKeysContext &
  FinishDeletionsContext &
  BackupContext &
  ServeRequestsContext &
  KeepLogsContext &
  VerifyLogsContext &
  EraseContext &
  WatchClockContext;

/** Everything that the clock starts, on a page. */
export const JOBS: readonly Job<JobContext>[] = [
  provisionTenants,
  eraseEndedTenants,
  keepKeys,
  serveRequests,
  finishDeletions,
  runBackups,
  keepLogs,
  verifyLogs,
  watchClock,
];
