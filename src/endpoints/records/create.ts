import { civilDay } from '../../domain/calendar.ts';
import type { Collection } from '../../domain/collections/collection.ts';
import { isStub, madeOf, recordWrite, storedMade, uniqueChanges } from '../../domain/collections/record-writes.ts';
import { newId } from '../../domain/ids.ts';
import { Failure } from '../../model/failure.ts';
import type { StoredItem } from '../../ports/partition-store.ts';
import { isStoreError } from '../../ports/store-error.ts';
import type { Answer } from '../pipeline/answer.ts';
import type { Caller } from '../pipeline/caller.ts';
import { sessionEndpoint } from '../pipeline/endpoint.ts';
import { openToRead, recordAnswer } from './opening.ts';
import { readScope, requireWrite, within } from './reach.ts';
import { checkReferences, requireFacility } from './references.ts';
import { requireRoom } from './room.ts';
import type { RecordShapes } from './shapes.ts';
import { takenFailure, uniqueFailures } from './taken.ts';

/** A new record. Sent again with the id that the client chose, it is found instead of made twice. */
export function createRecord<Fields extends object, Card extends object>(
  collection: Collection<Fields, Card>,
  shapes: RecordShapes,
) {
  const { kind, label, names, path, writing } = collection;
  return sessionEndpoint({
    name: `create${names.one}`,
    summary: { ja: `${label.ja}を登録する`, en: `Create a ${label.en.toLowerCase()}` },
    description: 'With an `id` (UUID v7) of the client, sending the same again is safe.',
    body: { format: 'json', schema: shapes.creation },
    answers: {
      200: { description: 'Sent again: the record that stands.', schema: shapes.record },
      201: { description: 'Created.', schema: shapes.record },
    },
    failures: [
      'not-permitted',
      'closed',
      'limit-reached',
      'id-taken',
      'gone',
      'conflict',
      ...uniqueFailures(collection),
    ],
    async handle(caller, { body }) {
      const { id: chosen, ...rest } = body as Fields & { id?: string };
      // The body has passed the collection's own schema, extended by the id that is taken off here.
      const fields = rest as object as Fields;
      const id = chosen ?? newId(caller.now);
      const { facility, day } = collection.index(id, fields);
      await (writing.createIn === 'tenant'
        ? requireWrite(caller, collection, 'all')
        : requireFacility(caller, collection, facility));

      const made = madeOf(caller.tenant, collection, fields);
      const standing = chosen === undefined ? undefined : await caller.tenant.get(kind, id, 'body');
      if (standing !== undefined) return sentAgain(caller, collection, standing, made);

      const today = civilDay(caller.now);
      await checkReferences(caller, facility, collection.references(fields), today);
      if (day >= today) await requireRoom(caller, collection, facility, today);

      const record = recordWrite(collection, id, fields, { made, closedOn: null });
      const card = collection.card(fields);
      const uniques = uniqueChanges(caller.tenant, collection, id, undefined, { facility, card });
      const event = caller.event({ action: 'record-created', targetKind: kind.name, targets: [id], facility });
      try {
        const receipt = await caller.tenant.commit([{ type: 'create', record }, ...uniques], [event]);
        const item = { id, etag: receipt.etags[0] ?? '', index: record.index ?? {} };
        return { ...recordAnswer(201, collection, item, fields), headers: { location: `/api${path}/${id}` } };
      } catch (error) {
        if (!isStoreError(error, 'conflict')) throw error;
        const rival = chosen === undefined ? undefined : await caller.tenant.get(kind, id, 'body');
        if (rival !== undefined) return sentAgain(caller, collection, rival, made);
        throw takenFailure(collection, card);
      }
    },
  });
}

/** What a record that already has the chosen id means. Out of the caller's reach it tells nothing but that the id is taken. */
async function sentAgain<Fields extends object>(
  caller: Caller,
  collection: Collection<Fields, object>,
  standing: StoredItem,
  made: string,
): Promise<Answer> {
  if (!within(readScope(caller, collection), standing.index.facility)) throw new Failure('id-taken');
  if (isStub(standing)) throw new Failure('gone');
  if (storedMade(standing) !== made) throw new Failure('id-taken');
  return recordAnswer(200, collection, standing, await openToRead(caller, collection, standing));
}
