import type { EpochMs } from '../../model/instant.ts';

/**
 * The etag that the port hands out: Cosmos DB's own, and inside its quotes the item's expiry, if it has one. So a replace
 * knows without a read whether what it replaces has expired, and then counts as absent.
 */
export function storedEtag(etag: string, expiresAt: EpochMs | null): string {
  return expiresAt === null ? etag : `${etag.slice(0, -1)}:${expiresAt}"`;
}

/** Cosmos DB's own etag and the expiry that an etag of `storedEtag` carries. */
export function splitEtag(etag: string): { readonly etag: string; readonly expiresAt: EpochMs | null } {
  const [, own, expiresAt] = /^("[^:]*):(\d+)"$/.exec(etag) ?? [];
  return own === undefined ? { etag, expiresAt: null } : { etag: `${own}"`, expiresAt: Number(expiresAt) };
}
