import type { Collection } from '../../domain/collections/collection.ts';
import { ReadWitness } from '../../domain/tenant-handle.ts';
import type { StoredItem } from '../../ports/partition-store.ts';
import type { Answer } from '../pipeline/answer.ts';
import type { Caller } from '../pipeline/caller.ts';
import { bareEtag, withStanding } from './shapes.ts';

/** The fields of a record that the caller is going to see: of a read-logged one the event stands before this returns. */
export async function openToRead<Fields extends object>(
  caller: Caller,
  { kind }: Collection<Fields, object>,
  item: StoredItem,
): Promise<Fields> {
  if (!kind.readLogged) return caller.tenant.body(kind, item);
  const witness = await caller.noteReading({ kind: kind.name, id: item.id }, item.index.facility ?? null);
  return caller.tenant.recordBody(kind, item, witness);
}

/** The fields of a record that is about to be changed: the event of that change, or `openToRead`, must follow before it is shown. */
export function openToChange<Fields extends object>(
  caller: Caller,
  { kind }: Collection<Fields, object>,
  item: StoredItem,
): Promise<Fields> {
  if (!kind.readLogged) return caller.tenant.body(kind, item);
  return caller.tenant.recordBody(kind, item, ReadWitness.forChange(kind.name, item.id));
}

/** The answer that shows a whole record. */
export function recordAnswer(
  status: 200 | 201,
  collection: Collection<object, object>,
  item: Pick<StoredItem, 'id' | 'etag' | 'index'>,
  fields: object,
): Answer {
  return { status, body: withStanding(collection, item, fields), etag: bareEtag(item.etag) };
}
