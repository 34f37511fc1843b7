import type { JobContext } from '../jobs/job-table.ts';
import type { BlobStores } from '../ports/blob-store.ts';
import type { Clock } from '../ports/clock.ts';
import type { ControlStore } from '../ports/control-store.ts';
import type { LogArchives } from '../ports/log-archive.ts';
import type { TenantKeyVault } from '../ports/secret-store.ts';
import type { Telemetry } from '../ports/telemetry.ts';

/** What an environment offers: every port that the service is put together on. */
export interface Ports {
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly control: ControlStore;
  readonly partitions: JobContext['partitions'];
  readonly tenantKeys: TenantKeyVault;
  readonly serviceKeys: JobContext['serviceKeys'];
  readonly blobs: BlobStores;
  readonly archives: LogArchives;
  /** Gives back files, locks and connections. */
  close(): Promise<void>;
}

/** What the operator's tool works with. */
export interface OperatorPorts {
  readonly clock: Clock;
  readonly control: ControlStore;
  close(): Promise<void>;
}
