/** The most that one blob holds: 8 MiB of content and 64 KiB for what sealing and compressing add to it. */
export const BLOB_MAX_BYTES = 8 * 1024 * 1024 + 64 * 1024;

/**
 * A tenant's backup blobs: whole pieces of at most `BLOB_MAX_BYTES`, sealed before they get here. A store is bound to one
 * tenant when it is made (`BlobStores.of`); no method takes a tenant. Names: `[a-z0-9-]` segments joined by `/`, at most
 * 200 characters. Every method can throw StoreError `busy`, `unavailable` and `damaged`, besides what it names; a name
 * that is none is a RangeError.
 */
export interface BlobStore {
  /**
   * Writes a blob that does not exist yet, whole or not at all: a crash leaves no piece of it that `read` or `list` would
   * show. Throws `conflict` when the name is taken, `too-large` above `BLOB_MAX_BYTES`. With `unavailable` and `unclear`
   * it may have been written.
   */
  create(name: string, bytes: Uint8Array): Promise<void>;
  /** The whole blob, or undefined when there is none. */
  read(name: string): Promise<Uint8Array | undefined>;
  /**
   * Names and sizes of the blobs whose name begins with `prefix` (any text; '' for all of the tenant's), in name order
   * (by code unit). What is created or removed while the list is walked through may be shown or not.
   */
  list(prefix: string): AsyncIterable<{ readonly name: string; readonly bytes: number }>;
  /** Removes a blob for good; succeeds when there is none. */
  remove(name: string): Promise<void>;
}

export interface BlobStores {
  of(tenantId: string): BlobStore;
  /** Tenants that have at least one blob: for the daily look at those that should have none. Jobs only. */
  tenants(): AsyncIterable<string>;
}

const NAME = /^[a-z0-9-]+(\/[a-z0-9-]+)*$/;
const NAME_MAX = 200;

/** Throws RangeError for a name that no store takes. Adapters ask before they ask their store. */
export function requireBlobName(name: string): void {
  if (name.length > NAME_MAX || !NAME.test(name)) throw new RangeError(`not the name of a blob: ${name}`);
}
