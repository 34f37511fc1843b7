import type { Collection } from '../../domain/collections/collection.ts';
import { Failure } from '../../model/failure.ts';
import { AREAS, type FacilityScope } from '../../model/grants.ts';
import type { Parts, StoredItem } from '../../ports/partition-store.ts';
import type { Caller } from '../pipeline/caller.ts';

type Declared = Pick<Collection<object, object>, 'kind' | 'reading' | 'writing'>;

/** The facilities whose records of this collection the caller may read: for `any`, those of all grants together. */
export function readScope(caller: Caller, { reading }: Declared): FacilityScope {
  if (reading !== 'any') return caller.facilities(reading, 'read');
  const scopes = AREAS.map((area) => caller.facilities(area, 'read'));
  return scopes.includes('all') ? 'all' : [...new Set(scopes.flat())];
}

export function within(scope: FacilityScope, facility: string | undefined): boolean {
  return scope === 'all' || (facility !== undefined && scope.includes(facility));
}

/**
 * The stored record, or the stub that stands for it. Throws Failure `not-found` for an unknown id and, noted in the
 * audit log, for one outside the caller's facilities: judged by the index, before anything is opened.
 */
export async function findRecord(
  caller: Caller,
  collection: Declared,
  id: string,
  parts: Parts,
): Promise<StoredItem & { readonly index: { readonly facility: string } }> {
  const { name } = collection.kind;
  const item = await caller.tenant.get(collection.kind, id, parts);
  if (item === undefined) throw new Failure('not-found');
  const { facility } = item.index;
  if (facility === undefined || !within(readScope(caller, collection), facility))
    throw await caller.outOfReach(name, id);
  return { ...item, index: { ...item.index, facility } };
}

/** Throws Failure `not-permitted`, noted in the audit log, unless the caller may write this collection there. */
export async function requireWrite(
  caller: Caller,
  { kind, writing }: Declared,
  facility: 'all' | (string & {}),
): Promise<void> {
  if (caller.may(writing.area, 'write', facility)) return;
  await caller.noteOnceAnHour(`${kind.name}:write:${facility}`, {
    action: 'access-refused',
    result: 'refused',
    reason: `${writing.area}-write`,
    facility: facility === 'all' ? null : facility,
  });
  throw new Failure('not-permitted');
}
