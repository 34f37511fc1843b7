import type { Collection } from '../../domain/collections/collection.ts';
import { deletionRequest } from '../../domain/collections/deletion-request.ts';
import { isStub, stubOf, uniqueChanges } from '../../domain/collections/record-writes.ts';
import { Failure } from '../../model/failure.ts';
import { isStoreError } from '../../ports/store-error.ts';
import { sessionEndpoint } from '../pipeline/endpoint.ts';
import { findRecord, requireWrite } from './reach.ts';
import { bareEtag, idParams } from './shapes.ts';

/**
 * Deletes a record in one commit: a stub takes its place and its unique value becomes free. What hangs on it goes by a
 * job, which is asked for first: a request without a deletion is dropped by that job, the reverse could never be made
 * good. Deleting again succeeds without a write.
 */
export function deleteRecord<Fields extends object, Card extends object>(collection: Collection<Fields, Card>) {
  const { kind, label, names } = collection;
  return sessionEndpoint({
    name: `delete${names.one}`,
    summary: { ja: `${label.ja}を削除する`, en: `Delete a ${label.en.toLowerCase()}` },
    params: idParams,
    precondition: 'required',
    confirm: true,
    answers: { 204: { description: 'Deleted; its id never lives again.' } },
    failures: ['not-found', 'not-permitted'],
    async handle(caller, { params, ifMatch }, { requests }) {
      const item = await findRecord(caller, collection, params.id, 'card');
      const { id, etag } = item;
      const { facility } = item.index;
      await requireWrite(caller, collection, facility);
      if (isStub(item)) return { status: 204 };
      if (bareEtag(etag) !== ifMatch) throw new Failure('stale');

      const event = caller.event({ action: 'record-deleted', targetKind: kind.name, targets: [id], facility });
      const card = await caller.tenant.card<Card>(kind, item);
      const uniques = uniqueChanges(caller.tenant, collection, id, { facility, card }, undefined);
      await requests.create(deletionRequest(caller.tenant.tenantId, kind.name, id, event));
      try {
        await caller.tenant.commit([{ type: 'replace', record: stubOf(item), etag }, ...uniques], [event]);
      } catch (error) {
        if (isStoreError(error, 'stale', 'not-found')) throw new Failure('stale', { cause: error });
        throw error;
      }
      return { status: 204 };
    },
  });
}
