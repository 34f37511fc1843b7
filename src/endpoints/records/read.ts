import type { Collection } from '../../domain/collections/collection.ts';
import { isStub } from '../../domain/collections/record-writes.ts';
import { Failure } from '../../model/failure.ts';
import { sessionEndpoint } from '../pipeline/endpoint.ts';
import { openToRead, recordAnswer } from './opening.ts';
import { findRecord } from './reach.ts';
import { idParams, type RecordShapes } from './shapes.ts';

/** One whole record: account and record are read, and the read event is written at most once an hour. */
export function readRecord<Fields extends object, Card extends object>(
  collection: Collection<Fields, Card>,
  shapes: RecordShapes,
) {
  const { label, names } = collection;
  return sessionEndpoint({
    name: `read${names.one}`,
    summary: { ja: `${label.ja}を見る`, en: `Read a ${label.en.toLowerCase()}` },
    params: idParams,
    answers: { 200: { description: 'The whole record, with its ETag.', schema: shapes.record } },
    failures: ['not-found', 'gone'],
    async handle(caller, { params }) {
      const item = await findRecord(caller, collection, params.id, 'body');
      if (isStub(item)) throw new Failure('gone');
      return recordAnswer(200, collection, item, await openToRead(caller, collection, item));
    },
  });
}
