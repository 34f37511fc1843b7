import { type FinishDeletionsContext, finishDeletions } from './finish-deletions.ts';
import type { Job } from './job.ts';
import { type KeepKeysContext, keepKeys } from './keep-keys.ts';
import { type ProvisionContext, provisionTenants } from './provision-tenants.ts';

/** Every port that some job uses; the composition root makes it, each job sees its own part. */
export type JobContext = ProvisionContext & KeepKeysContext & FinishDeletionsContext;

/** Everything that the clock starts, on a page. */
export const JOBS: readonly Job<JobContext>[] = [provisionTenants, keepKeys, finishDeletions];
