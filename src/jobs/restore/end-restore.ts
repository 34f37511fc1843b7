import { kept } from '../../domain/backups/generation-list.ts';
import { type FailureReason, FINISHED, type Restore } from '../../domain/backups/restore-state.ts';
import type { TenantHandle } from '../../domain/tenant-handle.ts';
import { instant } from '../../model/instant.ts';
import { isStoreError } from '../../ports/store-error.ts';
import { tidyBlobs } from '../generations/tidy-blobs.ts';
import type { RestoreParts } from './restore-parts.ts';

/**
 * Lets go of what was kept for the restore, and of a state before that came to nothing. Done at each look at a restore that
 * is over, so that no kill leaves it undone.
 */
export async function release({
  progress,
  list,
  blobs,
  clock,
}: Pick<RestoreParts, 'progress' | 'list' | 'blobs' | 'clock'>): Promise<void> {
  const { id } = progress.state;
  await list.change(({ value }) => {
    const free = value.generations
      .filter(({ purpose, good }) => purpose !== 'before-restore' || good !== null)
      .map((each) => (each.pinnedBy === id ? { ...each, pinnedBy: null } : each));
    const held = value.generations.some(({ pinnedBy }) => pinnedBy === id);
    if (!held && free.length === value.generations.length) return undefined;
    return { value: { ...value, generations: kept(free, clock.now()) } };
  });
  await tidyBlobs(list, blobs);
}

/** How a restore ends. */
export type End = { readonly phase: 'done' } | { readonly phase: 'failed'; readonly reason: FailureReason };

/** Ends a restore that closed nothing: tells it, then writes it down. */
export async function finish(
  parts: RestoreParts,
  tenant: TenantHandle,
  end: End & Pick<Partial<Restore>, 'differences'>,
): Promise<void> {
  await tellFinished(parts, tenant, end);
  await parts.progress.update({ ...end, finishedAt: instant(parts.clock.now()) });
}

/** The event's id derives from the restore: told again it is met, not doubled. */
export async function tellFinished(
  { progress, clock, run }: RestoreParts,
  tenant: TenantHandle,
  end: End,
): Promise<void> {
  const { id, generation, dryRun } = progress.state;
  const how = dryRun ? 'dry-run' : 'restore';
  try {
    await tenant.commit(
      [],
      [
        {
          id: tenant.derivedId(FINISHED, id),
          at: instant(clock.now()),
          action: 'restore-finished',
          ...{ actor: null, session: null, address: null, agent: null },
          ...{ targetKind: 'generation', targets: [generation, id], facility: null },
          ...{ result: end.phase, reason: end.phase === 'failed' ? end.reason : how, version: null, trace: run },
        },
      ],
    );
  } catch (error) {
    if (!isStoreError(error, 'conflict')) throw error;
  }
}
