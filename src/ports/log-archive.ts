import type { EpochMs } from '../model/instant.ts';

/**
 * The write-once archive of a tenant's audit events: what was written cannot be changed, and is removed only when it is
 * older than the retention (an immutability policy on Azure, read-only files on one machine). Bound to one tenant when it is
 * made (`LogArchives.of`). Names: `[a-z0-9-]` segments joined by `/`, at most 200 characters. Every method can throw
 * StoreError `busy`, `unavailable` and `damaged`, besides what it names.
 */
export interface LogArchive {
  /** Writes an entry that does not exist yet, whole or not at all. Throws `conflict` when the name is taken. */
  create(name: string, bytes: Uint8Array): Promise<void>;
  /** The whole entry, or undefined when there is none. */
  read(name: string): Promise<Uint8Array | undefined>;
  /** Names of the entries after `after`, in name order, with the store's own time of their writing. */
  list(after?: string): AsyncIterable<{ readonly name: string; readonly writtenAt: EpochMs }>;
  /** Removes an entry whose retention is over; succeeds when there is none. Throws `conflict` while it is not over. */
  removeExpired(name: string): Promise<void>;
}

export interface LogArchives {
  of(tenantId: string): LogArchive;
  /** Tenants that have at least one entry, ended ones included. */
  tenants(): AsyncIterable<string>;
}
