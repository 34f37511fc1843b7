import type { Instant } from '../../model/instant.ts';
import type { ControlItem } from '../../ports/control-store.ts';

/**
 * What a tenant asks the jobs for: container `requests`, partition tenantId, always this one id, so that one is open per
 * tenant by construction. It stands after the event that tells of it; the job drops it when it is served.
 */
export type RestoreRequest = {
  /** Made by the client. */
  readonly id: string;
  readonly generation: string;
  /** Compare only, and change nothing. */
  readonly dryRun: boolean;
  readonly askedAt: Instant;
};

export const RESTORE_REQUEST_ID = 'restore';

export function requestItem(tenantId: string, value: RestoreRequest, dueAt: number): ControlItem<RestoreRequest> {
  return { partition: tenantId, id: RESTORE_REQUEST_ID, value, dueAt };
}

/** What the event of a request says besides who and when, and what the id of the event derives from. */
export function requestFacts({ id, generation, dryRun }: Pick<RestoreRequest, 'id' | 'generation' | 'dryRun'>) {
  return {
    action: 'restore-requested',
    targetKind: 'generation',
    targets: [generation, id],
    reason: dryRun ? 'dry-run' : 'restore',
  } as const;
}

/** The purpose from which events of a restore derive their ids; the text is the restore's id. */
export const REQUESTED = 'restore-requested';
export const FINISHED = 'restore-finished';

/**
 * - `checking`: the generation is read back whole; nothing has changed, and the tenant works
 * - `closing`: the gate is being moved, and instances forget the old one; from here to the end the tenant is told to wait
 * - `keeping`: the state before is being taken as a generation of its own
 * - `writing`: records become what the generation has
 * - `rebuilding`: what keeps unique values unique is made anew
 * - `opening`: all is written; the next gate is being opened
 */
export const PHASES = ['checking', 'closing', 'keeping', 'writing', 'rebuilding', 'opening', 'done', 'failed'] as const;
export type Phase = (typeof PHASES)[number];

/**
 * - `generation-gone`: it is not kept any more
 * - `generation-damaged`: it does not read back as it was written; nothing was changed
 * - `gave-up`: comparing, or keeping the state before, went wrong for half an hour; the tenant is open, nothing was changed
 */
export const FAILURE_REASONS = ['generation-gone', 'generation-damaged', 'gave-up'] as const;
export type FailureReason = (typeof FAILURE_REASONS)[number];

/** What a restore changes, or would change, in one collection. */
export type Difference = {
  readonly kind: string;
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  /** Records of the generation that were deleted since, and stay deleted. */
  readonly stayDeleted: number;
};

/**
 * How a restore goes: container `tenant-state`, partition tenantId, id `restore:<id>`. Created once and never removed, so
 * that a request that is sent again late never restores twice; replaced under If-Match.
 */
export type Restore = {
  readonly id: string;
  readonly generation: string;
  readonly dryRun: boolean;
  readonly phase: Phase;
  readonly askedAt: Instant;
  readonly startedAt: Instant;
  readonly finishedAt: Instant | null;
  /** The gates before and after; null until the first is known. */
  readonly gates: { readonly from: string; readonly to: string } | null;
  /** Id of the generation that holds the state before. */
  readonly before: string | null;
  /** Per collection; null until everything was compared. */
  readonly differences: readonly Difference[] | null;
  /** Kinds that are written already. */
  readonly written: readonly string[];
  /** Records that share a value which should be unique, because the generation was taken while it moved between them. */
  readonly shared: number;
  readonly reason: FailureReason | null;
};

export function restoreStateId(id: string): string {
  return `restore:${id}`;
}

/** Which restore of a tenant is open: `tenant-state`, partition tenantId, this id; due while there is one. Null: none is. */
export type OpenRestore = { readonly restore: string | null };
export const OPEN_RESTORE_ID = 'open-restore';

/** Whether nothing more is going to happen. */
export function isOver({ phase }: Pick<Restore, 'phase'>): boolean {
  return phase === 'done' || phase === 'failed';
}

/** The state in which the job takes a request up. */
export function takenUp({ id, generation, dryRun, askedAt }: RestoreRequest, startedAt: Instant): Restore {
  return {
    ...{ id, generation, dryRun, askedAt, startedAt },
    ...{ phase: 'checking', finishedAt: null, gates: null, before: null },
    ...{ differences: null, written: [], shared: 0, reason: null },
  };
}

/** The ordinary gate after one: `gate:2` after `gate:1`. RangeError for a name that no ordinary gate has. */
export function gateAfter(name: string): string {
  const [, number] = /^gate:(\d{1,15})$/.exec(name) ?? [];
  if (number === undefined) throw new RangeError(`${name} is no ordinary gate`);
  return `gate:${Number(number) + 1}`;
}
