import * as z from 'zod';
import { FAILURE_REASONS, PHASES, type Restore, type RestoreRequest } from '../../domain/backups/restore-state.ts';

const difference = z
  .strictObject({
    kind: z.string().meta({ description: 'A collection; `version` are former contents of records.' }),
    added: z.int(),
    changed: z.int(),
    removed: z.int(),
    stayDeleted: z.int().meta({ description: 'Records of the generation that were deleted since, and stay deleted.' }),
  })
  .meta({ id: 'RestoreDifference' });

/** A restore or dry run as it is shown. */
export const restoreShown = z
  .strictObject({
    id: z.string(),
    generation: z.string(),
    dryRun: z.boolean(),
    phase: z.enum(['waiting', ...PHASES]).meta({
      description: 'From `closing` to `opening` the tenant is told to come back later (503), this path included.',
    }),
    askedAt: z.iso.datetime(),
    startedAt: z.iso.datetime().nullable(),
    finishedAt: z.iso.datetime().nullable(),
    before: z
      .string()
      .nullable()
      .meta({ description: 'The generation that holds the state before: restoring it undoes.' }),
    differences: z
      .array(difference)
      .nullable()
      .meta({ description: 'What the restore changes, or would change; null until everything was compared.' }),
    shared: z.int().meta({ description: 'Records left with a number that another one has, for people to settle.' }),
    reason: z.enum(FAILURE_REASONS).nullable(),
  })
  .meta({ id: 'Restore' });

/** A request that the jobs have not taken up yet. */
export function shownRequest({ id, generation, dryRun, askedAt }: RestoreRequest): z.output<typeof restoreShown> {
  return {
    ...{ id, generation, dryRun, phase: 'waiting', askedAt, startedAt: null, finishedAt: null },
    ...{ before: null, differences: null, shared: 0, reason: null },
  };
}

export function shownRestore(restore: Restore): z.output<typeof restoreShown> {
  const { gates: _gates, written: _written, differences, ...shown } = restore;
  return { ...shown, differences: differences === null ? null : [...differences] };
}
