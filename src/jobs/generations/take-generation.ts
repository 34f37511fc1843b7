import {
  type Generation,
  goodGeneration,
  isBeingWritten,
  kept,
  type Purpose,
  withGood,
  withNew,
} from '../../domain/backups/generation-list.ts';
import { verifyGeneration } from '../../domain/backups/verify-generation.ts';
import { writeGeneration } from '../../domain/backups/write-generation.ts';
import { newId } from '../../domain/ids.ts';
import type { TenantHandle } from '../../domain/tenant-handle.ts';
import { Failure } from '../../model/failure.ts';
import { type EpochMs, instant } from '../../model/instant.ts';
import type { BlobStore } from '../../ports/blob-store.ts';
import type { Clock } from '../../ports/clock.ts';
import type { PartitionStore } from '../../ports/partition-store.ts';
import { isStoreError } from '../../ports/store-error.ts';
import type { GenerationStore, StoredBackups } from './generation-store.ts';
import { removeGeneration, tidyBlobs } from './tidy-blobs.ts';

/** What a generation is taken of, and with. */
export interface TakeParts {
  readonly tenant: TenantHandle;
  readonly partition: Pick<PartitionStore, 'gate'>;
  readonly blobs: BlobStore;
  readonly list: GenerationStore;
  readonly clock: Clock;
  /** Nobody waits for it. */
  readonly background: boolean;
  /** Id of the job run. */
  readonly run: string;
}

export interface Wanted {
  readonly purpose: Purpose;
  /** Whether the list, as it stands at the beginning, asks for a generation. */
  readonly asked: (stored: StoredBackups) => boolean;
  /** The item's value and due time once the generation is good. */
  readonly done: (stored: StoredBackups, startedAt: EpochMs) => Pick<StoredBackups, 'value' | 'dueAt'>;
}

/**
 * How it went. `gate-moved`: another gate stands than at the start, so what was read may be of two states; it was thrown
 * away and is due again. `left`: another run has it, or nobody asks for it any more.
 */
export type Taken =
  | { readonly outcome: 'good'; readonly id: string }
  | { readonly outcome: 'gate-moved' }
  | { readonly outcome: 'left' };

class Discarded extends Error {
  readonly outcome: 'gate-moved' | 'left';
  constructor(outcome: 'gate-moved' | 'left') {
    super(outcome);
    this.outcome = outcome;
  }
}

/**
 * Takes one generation: enter it in the list, write its blobs, read it back, tell it in the audit log under the gate of
 * its start, and only then make that very entry good. What is not kept leaves the list in the same write; its blobs are
 * for `tidyBlobs` after that. Killed at any point, nothing good was removed, and the next run takes a new one and tidies up. Throws what
 * the stores throw, and GenerationDamaged when what was read back is not what was written.
 */
export async function takeGeneration(parts: TakeParts, wanted: Wanted): Promise<Taken> {
  const { tenant, list, clock, run } = parts;
  const startedAt = clock.now();
  const id = newId(startedAt);
  const entry: Generation = {
    ...{ id, purpose: wanted.purpose, run, gate: tenant.gate },
    ...{ startedAt: instant(startedAt), good: null, pinnedBy: null },
  };
  if (!(await entered(list, entry, wanted, clock))) return { outcome: 'left' };
  await tidyBlobs(list, parts.blobs);
  try {
    await requireWanted(parts, id);
    const stillWanted = () => requireWanted(parts, id);
    const written = await writeGeneration(id, { ...parts, stillWanted });
    await verifyGeneration(written, parts);
    await tell(parts, entry);
    await requireWanted(parts, id);
    const good = goodGeneration(written, clock.now());
    const stored = await list.change((standing) => {
      const { generations } = standing.value;
      if (!isBeingWritten(generations, id, run)) return undefined;
      const { value, dueAt } = wanted.done(standing, startedAt);
      return { value: { ...value, generations: withGood(generations, id, good, clock.now()) }, dueAt };
    });
    if (stored === undefined) throw new Discarded('left');
  } catch (error) {
    if (!(error instanceof Discarded)) throw error;
    await discard(parts, id);
    return { outcome: error.outcome };
  }
  return { outcome: 'good', id };
}

/** Enters the generation before its first blob. False when another run was faster, or nobody asks for one. */
async function entered(list: GenerationStore, entry: Generation, wanted: Wanted, clock: Clock): Promise<boolean> {
  const stored = await list.read();
  if (stored === undefined || !wanted.asked(stored)) return false;
  const generations = withNew(kept(stored.value.generations, clock.now()), entry);
  try {
    await list.replace(stored, { ...stored.value, generations });
    return true;
  } catch (error) {
    if (!isStoreError(error, 'stale')) throw error;
    return false;
  }
}

/** Throws Discarded unless the gate of the start still stands and the entry is still this run's. */
async function requireWanted({ partition, tenant, list, run }: TakeParts, id: string): Promise<void> {
  if ((await partition.gate())?.name !== tenant.gate) throw new Discarded('gate-moved');
  const stored = await list.read();
  if (stored === undefined || !isBeingWritten(stored.value.generations, id, run)) throw new Discarded('left');
}

/** Takes the entry out of the list when it is still there, then removes what was written. */
async function discard({ list, blobs }: TakeParts, id: string): Promise<void> {
  await list.change(({ value }) => {
    const generations = value.generations.filter((each) => each.id !== id || each.good !== null);
    return generations.length === value.generations.length ? undefined : { value: { ...value, generations } };
  });
  await removeGeneration(id, blobs);
}

/** The event's commit proves that the gate still stands. */
async function tell({ tenant, clock, run }: TakeParts, { id, purpose }: Generation): Promise<void> {
  try {
    await tenant.commit(
      [],
      [
        {
          id: tenant.derivedId('backup-made', id),
          at: instant(clock.now()),
          action: 'backup-made',
          ...{ actor: null, session: null, address: null, agent: null },
          ...{ targetKind: 'generation', targets: [id], facility: null },
          ...{ result: 'done', reason: purpose, version: null, trace: run },
        },
      ],
    );
  } catch (error) {
    if (error instanceof Failure && (error.code === 'starting' || error.code === 'contract-ended'))
      throw new Discarded('gate-moved');
    throw error;
  }
}
