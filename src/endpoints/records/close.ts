import * as z from 'zod';
import { addDays } from '../../domain/calendar.ts';
import type { Collection } from '../../domain/collections/collection.ts';
import { day } from '../../domain/collections/field-schemas.ts';
import { closedOn, isStub, recordWrite, storedMade } from '../../domain/collections/record-writes.ts';
import { Failure } from '../../model/failure.ts';
import { isStoreError } from '../../ports/store-error.ts';
import { sessionEndpoint } from '../pipeline/endpoint.ts';
import { openToRead, recordAnswer } from './opening.ts';
import { findRecord, requireWrite } from './reach.ts';
import { idParams, type RecordShapes } from './shapes.ts';

/**
 * Closes a record with its last day, which may be to come. The same day again succeeds without a write; another day
 * moves the end, so a slip can be put right. Nothing that names the record is ended by it.
 */
export function closeRecord<Fields extends object, Card extends object>(
  collection: Collection<Fields, Card>,
  shapes: RecordShapes,
) {
  const { kind, keptOpenBy, label, names } = collection;
  return sessionEndpoint({
    name: `close${names.one}`,
    summary: { ja: `${label.ja}を閉じる`, en: `Close a ${label.en.toLowerCase()}` },
    description: '`on` is the last day on which it is open.',
    params: idParams,
    body: { format: 'json', schema: z.strictObject({ on: day }) },
    answers: { 200: { description: 'The record as it now stands.', schema: shapes.record } },
    failures: ['not-found', 'gone', 'not-permitted', 'in-use', 'conflict'],
    async handle(caller, { params, body: { on } }) {
      const item = await findRecord(caller, collection, params.id, 'body');
      if (isStub(item)) throw new Failure('gone');
      const { facility } = item.index;
      await requireWrite(caller, collection, facility);
      const fields = await openToRead(caller, collection, item);
      if (closedOn(item) === on) return recordAnswer(200, collection, item, fields);

      for (const { kind: other, text } of keptOpenBy) {
        const lasting = await caller.tenant.count({ kind: other, facility, dayFrom: addDays(on, 1) });
        if (lasting > 0) throw new Failure('in-use', { text });
      }
      const record = recordWrite(collection, item.id, fields, { made: storedMade(item), closedOn: on });
      const event = caller.event({ action: 'record-closed', targetKind: kind.name, targets: [item.id], facility });
      try {
        const receipt = await caller.tenant.commit([{ type: 'replace', record, etag: item.etag }], [event]);
        const standing = { id: item.id, etag: receipt.etags[0] ?? '', index: record.index ?? {} };
        return recordAnswer(200, collection, standing, fields);
      } catch (error) {
        if (isStoreError(error, 'stale', 'not-found')) throw new Failure('conflict', { cause: error });
        throw error;
      }
    },
  });
}
