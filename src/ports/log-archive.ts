import type { EpochMs } from '../model/instant.ts';

/**
 * The write-once archive of a tenant's audit events: what was written cannot be changed, and is removed only when the
 * store's own time for keeping it is over (an immutability policy on Azure, read-only files on one machine). Bound to one
 * tenant when it is made (`LogArchives.of`). Names: 1 to 100 of `[a-z0-9-]`; RangeError for any other. Every method can
 * throw StoreError `busy`, `unavailable` and `damaged`, besides what it names.
 */
export interface LogArchive {
  /**
   * Writes an entry that does not exist yet, whole or not at all. Throws `conflict` when the name is taken. With
   * `unavailable` and `unclear` it may have been written.
   */
  create(name: string, bytes: Uint8Array): Promise<void>;
  /** The whole entry, or undefined when there is none. */
  read(name: string): Promise<Uint8Array | undefined>;
  /**
   * Names of all entries, in name order (by code unit), with the store's own time of their writing. What is created or
   * removed while the list is walked through may be shown or not.
   */
  list(): AsyncIterable<{ readonly name: string; readonly writtenAt: EpochMs }>;
  /** Removes an entry whose time is over; succeeds when there is none. Throws `conflict` while it is not over. */
  removeExpired(name: string): Promise<void>;
}

export interface LogArchives {
  of(tenantId: string): LogArchive;
}

const NAME = /^[a-z0-9-]{1,100}$/;

/** Throws RangeError for a name that no archive takes. Adapters ask before they ask their store. */
export function requireEntryName(name: string): void {
  if (!NAME.test(name)) throw new RangeError('not the name of an archive entry');
}
