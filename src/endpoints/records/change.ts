import { civilDay } from '../../domain/calendar.ts';
import { canonicalJson } from '../../domain/collections/canonical-json.ts';
import type { Collection, Reference } from '../../domain/collections/collection.ts';
import { mergePatch } from '../../domain/collections/merge-patch.ts';
import {
  closedOn,
  isStub,
  recordWrite,
  storedMade,
  uniqueChanges,
  versionOf,
} from '../../domain/collections/record-writes.ts';
import { Failure } from '../../model/failure.ts';
import type { CivilDay } from '../../model/instant.ts';
import type { StoredItem } from '../../ports/partition-store.ts';
import { isStoreError } from '../../ports/store-error.ts';
import type { Answer } from '../pipeline/answer.ts';
import type { Caller } from '../pipeline/caller.ts';
import { sessionEndpoint } from '../pipeline/endpoint.ts';
import { validated } from '../pipeline/validation.ts';
import { openToChange, openToRead, recordAnswer } from './opening.ts';
import { findRecord, requireWrite } from './reach.ts';
import { checkReferences, requireFacility } from './references.ts';
import { requireRoom } from './room.ts';
import { bareEtag, idParams, type RecordShapes } from './shapes.ts';
import { takenFailure, uniqueFailures } from './taken.ts';

const MERGE_PATCH = ['application/merge-patch+json', 'application/json'] as const;

/**
 * Changes fields of a record by a JSON merge patch; the former content stays as a sealed version that the event names.
 * A patch whose outcome already stands succeeds without a write, whatever its If-Match.
 */
export function changeRecord<Fields extends object, Card extends object>(
  collection: Collection<Fields, Card>,
  shapes: RecordShapes,
) {
  const { label, names } = collection;
  return sessionEndpoint({
    name: `change${names.one}`,
    summary: { ja: `${label.ja}を変更する`, en: `Change a ${label.en.toLowerCase()}` },
    description: 'A JSON merge patch (RFC 7396): null takes a field away, lists are replaced as a whole.',
    params: idParams,
    body: { format: 'json', schema: shapes.patch, mediaTypes: MERGE_PATCH },
    precondition: 'required',
    answers: { 200: { description: 'The record as it now stands.', schema: shapes.record } },
    failures: [
      ...(['not-found', 'gone', 'not-permitted', 'closed', 'limit-reached', 'conflict'] as const),
      ...uniqueFailures(collection),
    ],
    async handle(caller, { params, body: patch, ifMatch }) {
      const item = await findRecord(caller, collection, params.id, 'body');
      if (isStub(item)) throw new Failure('gone');
      await requireWrite(caller, collection, item.index.facility);
      const former = await openToChange(caller, collection, item);
      const next = validated<Fields>(collection.schema, mergePatch(former, patch), '');
      if (canonicalJson(next) === canonicalJson(former)) {
        return recordAnswer(200, collection, item, await openToRead(caller, collection, item));
      }
      if (bareEtag(item.etag) !== ifMatch) throw new Failure('stale');
      await checkChange(caller, collection, item, former, next);
      return commitChange(caller, collection, item, former, next);
    },
  });
}

/** Refuses a change that the collection's rules do not allow. Reads only what the change newly refers to. */
async function checkChange<Fields extends object>(
  caller: Caller,
  collection: Collection<Fields, object>,
  item: StoredItem & { readonly index: { readonly facility: string } },
  former: Fields,
  next: Fields,
): Promise<void> {
  const errors = collection.fixed
    .filter((name) => canonicalJson(fieldOf(former, name)) !== canonicalJson(fieldOf(next, name)))
    .map((name) => ({ pointer: `/${name}`, code: 'cannot-change', text: CANNOT_CHANGE }));
  if (errors.length > 0) throw new Failure('invalid-input', { errors });

  const before = collection.index(item.id, former);
  const after = collection.index(item.id, next);
  const moved = after.facility !== before.facility;
  if (moved) await requireFacility(caller, collection, after.facility);
  const today = civilDay(caller.now);
  const references = changedReferences(collection, former, next, moved, today);
  await checkReferences(caller, after.facility, references, today);
  if (after.day >= today && (moved || before.day < today)) await requireRoom(caller, collection, after.facility, today);
}

const CANNOT_CHANGE = {
  ja: 'この項目はあとから変更できません。新しく登録してください。',
  en: 'This cannot be changed later. Create another record instead.',
};

function fieldOf(fields: object, name: string): unknown {
  return new Map<string, unknown>(Object.entries(fields)).get(name);
}

/** References that were not there before. After a move also those that last: what belongs to the other facility must end. */
export function changedReferences<Fields extends object>(
  collection: Collection<Fields, object>,
  former: Fields,
  next: Fields,
  moved: boolean,
  today: CivilDay,
): readonly Reference[] {
  const key = ({ to, id, from, until }: Reference) => JSON.stringify([to.kind.name, id, from, until]);
  const known = new Set(collection.references(former).map(key));
  return collection
    .references(next)
    .filter((reference) => !known.has(key(reference)) || (moved && reference.until >= today));
}

async function commitChange<Fields extends object, Card extends object>(
  caller: Caller,
  collection: Collection<Fields, Card>,
  item: StoredItem & { readonly index: { readonly facility: string } },
  former: Fields,
  next: Fields,
): Promise<Answer> {
  const { id, etag } = item;
  const { facility } = collection.index(id, next);
  const { facility: formerFacility } = item.index;
  const keep = { made: storedMade(item), closedOn: collection.ends === 'closed' ? closedOn(item) : null };
  const record = recordWrite(collection, id, next, keep);
  const facts = { action: 'record-changed', targetKind: collection.kind.name, targets: [id] } as const;
  const plain = caller.event({ ...facts, facility });
  const version = versionOf(item, former, plain.id);
  const event = { ...plain, version: version.name };
  // A move is told in both facilities, so that those who answer for either see it.
  const left = caller.event({ ...facts, facility: formerFacility, reason: 'moved-away', version: version.name });
  const uniques = uniqueChanges(
    caller.tenant,
    collection,
    id,
    { facility: formerFacility, card: collection.card(former) },
    { facility, card: collection.card(next) },
  );
  try {
    const changes = [{ type: 'replace', record, etag } as const, version.change, ...uniques];
    const receipt = await caller.tenant.commit(changes, facility === formerFacility ? [event] : [event, left]);
    const standing = { id, etag: receipt.etags[0] ?? '', index: record.index ?? {} };
    return recordAnswer(200, collection, standing, next);
  } catch (error) {
    if (isStoreError(error, 'stale', 'not-found')) throw new Failure('stale', { cause: error });
    // Nothing else that this batch creates can stand already: the version's name is new with its event.
    if (isStoreError(error, 'conflict')) throw takenFailure(collection, collection.card(next));
    throw error;
  }
}
