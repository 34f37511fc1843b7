import { COLLECTIONS } from '../collections/collection-table.ts';
import { VERSIONS } from '../collections/record-writes.ts';
import type { Kind } from '../kind.ts';

/** A kind of items that generations hold. */
export interface BackedUpKind {
  readonly kind: Kind<unknown, unknown, true> | Kind<unknown, unknown, false>;
  /**
   * What a restore does with items that the generation does not know, or knows with other content: `brought-back` makes
   * them as the generation has them; `added-to` leaves them, because they are history that events go on naming.
   */
  readonly restored: 'brought-back' | 'added-to';
}

/**
 * What generations hold, dependents before what they refer to: what a record names is read after it, and so is there.
 * Accounts, sessions, sign-in rules, events and throttle waits are never in it, so that no restore rolls them back.
 */
export const BACKED_UP: readonly BackedUpKind[] = [
  { kind: VERSIONS, restored: 'added-to' },
  ...COLLECTIONS.filter(({ backedUp }) => backedUp)
    .toReversed()
    .map(({ kind }) => ({ kind, restored: 'brought-back' }) as const),
];

/** Kinds of the documents that keep unique values unique: not backed up, made anew from the records after a restore. */
export const REBUILT: readonly string[] = ['number'];
