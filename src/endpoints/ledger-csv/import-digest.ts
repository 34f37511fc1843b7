import { canonicalJson } from '../../domain/collections/canonical-json.ts';
import type { ProposedChild } from '../../domain/csv/proposed-child.ts';
import type { TenantHandle } from '../../domain/tenant-handle.ts';
import type { StoredItem } from '../../ports/partition-store.ts';

/** What a row tells that stands in the record's body only. */
const OF_BODY: readonly (keyof ProposedChild)[] = ['nickname', 'postalCode', 'address', 'phone', 'guardians', 'notes'];

/**
 * A mark of what a row tells beyond the card: a keyed digest, which says nothing without the tenant's key. It stands in
 * the clear beside a record that an import wrote, until anything else writes the record. While it stands, the same row
 * needs no look into the body, so the same file again reads no record and writes nothing. Undefined when the row tells
 * nothing of the kind.
 */
export function importDigest(tenant: TenantHandle, id: string, told: Partial<ProposedChild>): string | undefined {
  const ofBody = OF_BODY.flatMap((key) => (told[key] === undefined ? [] : [[key, told[key]]]));
  return ofBody.length === 0 ? undefined : tenant.lookUp('imported', canonicalJson([id, ofBody]));
}

/** The mark that the last import left, if nothing has written the record since. */
export function storedDigest({ clear }: Pick<StoredItem, 'clear'>): string | undefined {
  const digest = clear?.['imported'];
  return typeof digest === 'string' ? digest : undefined;
}
