import { DAY, type EpochMs, epochMs, HOUR, type Instant, instant } from '../../model/instant.ts';
import type { ControlItem } from '../../ports/control-store.ts';
import type { WrittenGeneration } from './generation-format.ts';

/** Why a generation was taken: the nightly one, or the state before a restore. */
export type Purpose = 'daily' | 'before-restore';

/** What is known of a generation once it was read back and found whole. */
export type GoodGeneration = {
  readonly finishedAt: Instant;
  readonly verifiedAt: Instant;
  readonly keyVersion: string;
  /** Documents by kind. */
  readonly documents: Readonly<Record<string, number>>;
  /** Of all blobs, as they are stored. */
  readonly bytes: number;
  readonly manifestSha256: string;
};

export type Generation = {
  readonly id: string;
  readonly purpose: Purpose;
  /** Id of the job run that writes, or wrote, it. */
  readonly run: string;
  /** The gate that stood when it was begun. */
  readonly gate: string;
  readonly startedAt: Instant;
  /** Null while it is being written, and for ever when its run came to nothing. */
  readonly good: GoodGeneration | null;
  /** Id of the open restore that reads it, and for which it is kept. */
  readonly pinnedBy: string | null;
};

/**
 * A tenant's generations: container `tenant-state`, partition tenantId, id `backups`, replaced under If-Match. In the order
 * in which they were begun, whatever clocks said. The item's due time is when the next generation is to be taken.
 */
export type Backups = {
  readonly generations: readonly Generation[];
  /** The night (its 17:00 UTC) that the next generation is for. */
  readonly slot: Instant;
  /** The night for which an alert was raised already. */
  readonly missedTold: Instant | null;
};

export const BACKUPS_ID = 'backups';

/** Source: row 2.11 of the promises. */
export const KEPT = 7;
/** How long the state before a restore is kept. Source: the product's design. */
export const BEFORE_RESTORE_KEPT = 7 * DAY;

/** 02:00 in Japan. Source: row 2.11 of the promises. */
const SLOT = 17 * HOUR;

/** The first 17:00 UTC after an instant. */
export function nextSlot(after: EpochMs): EpochMs {
  return (Math.floor((after - SLOT) / DAY) + 1) * DAY + SLOT;
}

export function backupsItem(tenantId: string, value: Backups, dueAt: EpochMs | null): ControlItem<Backups> {
  return { partition: tenantId, id: BACKUPS_ID, value, dueAt };
}

/** The list of a tenant that has none yet. */
export function noBackups(since: EpochMs): Backups {
  return { generations: [], slot: instant(nextSlot(since)), missedTold: null };
}

/** The list with a generation that is about to be written; others of its purpose that were never finished leave it. */
export function withNew(generations: readonly Generation[], entry: Generation): readonly Generation[] {
  return [...generations.filter(({ good, purpose }) => good !== null || purpose !== entry.purpose), entry];
}

/** Whether the run may go on with the generation that it writes. */
export function isBeingWritten(generations: readonly Generation[], id: string, run: string): boolean {
  return generations.some((each) => each.id === id && each.run === run && each.good === null);
}

/** The list in which that very entry has become good, and what is not kept any more has left. */
export function withGood(
  generations: readonly Generation[],
  id: string,
  good: GoodGeneration,
  now: EpochMs,
): readonly Generation[] {
  return kept(
    generations.map((each) => (each.id === id ? { ...each, good } : each)),
    now,
  );
}

/**
 * What is kept: the seven newest good ones of the nights, exactly; the newest state before a restore for 7 days; what an
 * open restore reads; and what is being written. An unfinished one never takes the place of a good one.
 */
export function kept(generations: readonly Generation[], now: EpochMs): readonly Generation[] {
  const newest = (purpose: Purpose, many: number) =>
    generations.filter((each) => each.good !== null && each.purpose === purpose).slice(-many);
  const before = newest('before-restore', 1).filter(({ startedAt }) => now < epochMs(startedAt) + BEFORE_RESTORE_KEPT);
  const wanted = new Set([...newest('daily', KEPT), ...before]);
  return generations.filter((each) => each.good === null || each.pinnedBy !== null || wanted.has(each));
}

/** What is remembered of a generation that was just read back. */
export function goodGeneration(
  { manifest, manifestSha256, manifestBytes }: WrittenGeneration,
  verifiedAt: EpochMs,
): GoodGeneration {
  const { finishedAt, keyVersion, kinds, parts } = manifest;
  return {
    finishedAt,
    verifiedAt: instant(verifiedAt),
    keyVersion,
    documents: Object.fromEntries(kinds.map(({ kind, documents }) => [kind, documents])),
    bytes: parts.reduce((sum, { sealedBytes }) => sum + sealedBytes, manifestBytes),
    manifestSha256,
  };
}
