import type { Contract } from '../../domain/contracts/contract.ts';
import type { EpochMs } from '../../model/instant.ts';
import type { BlobStores } from '../../ports/blob-store.ts';
import type { ControlContainer, ControlReader, ControlRemover } from '../../ports/control-store.ts';
import type { CommitOrderReader, JobPartitionStore } from '../../ports/partition-store.ts';
import type { SecretDestroyer } from '../../ports/secret-store.ts';
import type { ArchiveEventsPorts } from '../archive-events.ts';

/** What erasing a tenant needs: of the vault, only what destroys. */
export interface EraseContext extends ArchiveEventsPorts {
  readonly control: {
    readonly contracts: ControlReader<Contract>;
    readonly requests: ControlReader & ControlRemover;
    readonly tenantState: ControlContainer;
    /** The store's own clock. */
    now(): Promise<EpochMs>;
  };
  readonly partitions: { of(tenantId: string): JobPartitionStore & CommitOrderReader };
  readonly tenantKeys: SecretDestroyer;
  readonly blobs: BlobStores;
  /** For how many milliseconds an end must have been seen before anything is destroyed for it. */
  readonly erasureNotice: number;
}
