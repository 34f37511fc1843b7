import { Failure } from '../../model/failure.ts';
import { type EpochMs, epochMs, type Instant, instant } from '../../model/instant.ts';
import { isStoreError } from '../../ports/store-error.ts';
import { internalKind } from '../kind.ts';
import type { TenantHandle } from '../tenant-handle.ts';
import type { Announcement } from './announcement.ts';

/** Announcement id to the change of it (its `updatedAt`) that the account has read. */
export type ReadMarks = Readonly<Record<string, Instant>>;

/** What one account has read: its id is the account's. Goes with the account. */
export const READ_MARKS = internalKind<never, ReadMarks>('notice-read-marks');

/** Two tabs and a telephone at once are the most that a person uses. */
const ATTEMPTS = 5;

/** Whether the account has read the announcement as it stands: what was said since makes it unread. */
export function isRead(marks: ReadMarks, { id, updatedAt }: Pick<Announcement, 'id' | 'updatedAt'>): boolean {
  const mark = marks[id];
  return mark !== undefined && epochMs(mark) >= updatedAt;
}

/** The marks of an account; none before it has read anything. */
export async function readMarksOf(tenant: TenantHandle, accountId: string): Promise<ReadMarks> {
  const item = await tenant.get(READ_MARKS, accountId, 'body');
  return item === undefined ? {} : tenant.body(READ_MARKS, item);
}

/**
 * Marks an announcement as read. Nothing is written when it is marked already. Only marks of announcements that the
 * account can still be shown are kept, so the document is bounded as their list is. Throws Failure `busy` after several
 * lost races.
 */
export async function markRead(
  tenant: TenantHandle,
  accountId: string,
  announcement: Pick<Announcement, 'id' | 'updatedAt'>,
  shown: readonly Pick<Announcement, 'id'>[],
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const item = await tenant.get(READ_MARKS, accountId, 'body');
    const marks = item === undefined ? {} : await tenant.body(READ_MARKS, item);
    if (isRead(marks, announcement)) return;
    const record = { kind: READ_MARKS, id: accountId, body: withMark(marks, announcement, shown) };
    try {
      const change =
        item === undefined
          ? ({ type: 'create', record } as const)
          : ({ type: 'replace', record, etag: item.etag } as const);
      await tenant.commitWithoutEvent('notice-read-mark', [change]);
      return;
    } catch (error) {
      if (!isStoreError(error, 'stale', 'conflict', 'not-found')) throw error;
      if (attempt === ATTEMPTS) throw new Failure('busy', { retryAfter: 1, cause: error });
    }
  }
}

/** The marks with this one, without those of announcements that are no longer shown. */
export function withMark(
  marks: ReadMarks,
  { id, updatedAt }: { readonly id: string; readonly updatedAt: EpochMs },
  shown: readonly Pick<Announcement, 'id'>[],
): ReadMarks {
  const standing = new Set(shown.map((each) => each.id));
  const kept = Object.entries(marks).filter(([marked]) => marked !== id && standing.has(marked));
  return { ...Object.fromEntries(kept), [id]: instant(updatedAt) };
}
