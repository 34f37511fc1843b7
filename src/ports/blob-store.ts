/**
 * A tenant's backup blobs: whole pieces of at most 8 MiB, sealed before they get here. A store is bound to one tenant when
 * it is made (`BlobStores.of`); no method takes a tenant. Names: `[a-z0-9-]` segments joined by `/`, at most 200
 * characters. Every method can throw StoreError `busy`, `unavailable` and `damaged`, besides what it names.
 */
export interface BlobStore {
  /**
   * Writes a blob that does not exist yet, whole or not at all: a crash leaves no piece of it that `read` or `list` would
   * show. Throws `conflict` when the name is taken, `too-large` above 8 MiB plus 64 KiB (what sealing adds).
   */
  create(name: string, bytes: Uint8Array): Promise<void>;
  /** The whole blob, or undefined when there is none. */
  read(name: string): Promise<Uint8Array | undefined>;
  /** Names and sizes of the blobs whose name begins with `prefix`, in name order. */
  list(prefix: string): AsyncIterable<{ readonly name: string; readonly bytes: number }>;
  /** Removes a blob for good; succeeds when there is none. */
  remove(name: string): Promise<void>;
}

export interface BlobStores {
  of(tenantId: string): BlobStore;
  /** Tenants that have at least one blob: for the daily look at those that should have none. Jobs only. */
  tenants(): AsyncIterable<string>;
}
