import type { TenantHandles } from '../../domain/tenant-handles.ts';
import type { BlobStore } from '../../ports/blob-store.ts';
import type { Clock } from '../../ports/clock.ts';
import type { JobPartitionStore } from '../../ports/partition-store.ts';
import type { Telemetry } from '../../ports/telemetry.ts';
import type { GenerationStore } from '../generations/generation-store.ts';
import type { RestoreProgress } from './restore-progress.ts';

/** What one restore is carried out with. */
export interface RestoreParts {
  readonly progress: RestoreProgress;
  readonly list: GenerationStore;
  readonly blobs: BlobStore;
  readonly partition: JobPartitionStore;
  readonly handles: TenantHandles;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  /** Id of the job run. */
  readonly run: string;
}
