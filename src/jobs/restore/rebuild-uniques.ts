import { REBUILT } from '../../domain/backups/backed-up-kinds.ts';
import type { Collection } from '../../domain/collections/collection.ts';
import { COLLECTIONS } from '../../domain/collections/collection-table.ts';
import { uniqueChanges } from '../../domain/collections/record-writes.ts';
import { internalKind } from '../../domain/kind.ts';
import type { Change, TenantHandle } from '../../domain/tenant-handle.ts';
import type { StoredItem } from '../../ports/partition-store.ts';
import { isStoreError } from '../../ports/store-error.ts';

/** Documents in one commit: they hold two ids each, far below a commit's bytes. */
const PORTION = 90;
const PAGE = 500;

type Unique = Extract<Change, { readonly type: 'create' }>;

/**
 * Makes the documents that keep unique values unique anew from the records that stand: all go first, so that no value of
 * before stays taken. Nobody else writes meanwhile. Done again from its beginning it comes to the same. Returns how many
 * records share their value with another one: the first by id has it.
 */
export async function rebuildUniques(tenant: TenantHandle): Promise<number> {
  for (const kind of REBUILT) await removeAll(tenant, kind);
  let shared = 0;
  for (const collection of COLLECTIONS.filter(({ uniqueFailure }) => uniqueFailure !== undefined)) {
    let portion: Unique[] = [];
    for await (const unique of uniquesOf(tenant, collection)) {
      portion.push(unique);
      if (portion.length < PORTION) continue;
      shared += await createAll(tenant, portion);
      portion = [];
    }
    shared += await createAll(tenant, portion);
  }
  return shared;
}

async function removeAll(tenant: TenantHandle, kind: string): Promise<void> {
  for (;;) {
    const items = await tenant.list({ kind, parts: 'none', limit: PORTION });
    if (items.length === 0) return;
    const changes = items.map(({ id }) => ({ type: 'delete', kind, id }) as const);
    await tenant.commitWithoutEvent('portion-of-a-restore', changes);
  }
}

async function* uniquesOf(tenant: TenantHandle, collection: Collection<object, object>): AsyncGenerator<Unique> {
  const { kind } = collection;
  let after: string | undefined;
  do {
    const from = after === undefined ? {} : { after };
    const page: readonly StoredItem[] = await tenant.list({ kind: kind.name, parts: 'card', limit: PAGE, ...from });
    for (const item of page) {
      if (item.card === null) continue;
      const standing = { facility: item.index.facility ?? '', card: await tenant.card(kind, item) };
      for (const change of uniqueChanges(tenant, collection, item.id, undefined, standing)) {
        if (change.type === 'create') yield change;
      }
    }
    after = page.length < PAGE ? undefined : page.at(-1)?.id;
  } while (after !== undefined);
}

/** Creates the documents at once, or one by one when some value is taken. Returns how many are another record's. */
async function createAll(tenant: TenantHandle, uniques: readonly Unique[]): Promise<number> {
  if (uniques.length === 0) return 0;
  try {
    await tenant.commitWithoutEvent('portion-of-a-restore', uniques);
    return 0;
  } catch (error) {
    if (!isStoreError(error, 'conflict')) throw error;
    if (uniques.length > 1) {
      let shared = 0;
      for (const unique of uniques) shared += await createAll(tenant, [unique]);
      return shared;
    }
  }
  const [unique] = uniques;
  if (unique === undefined) return 0;
  const { kind, id, clear } = unique.record;
  const standing = await tenant.get(internalKind(kind.name), id, 'none');
  return standing?.clear?.['record'] === clear?.['record'] ? 0 : 1;
}
