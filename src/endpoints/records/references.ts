import type { Collection, Reference } from '../../domain/collections/collection.ts';
import { closedOn, isStub } from '../../domain/collections/record-writes.ts';
import { Failure, type InputError, type Text } from '../../model/failure.ts';
import type { CivilDay } from '../../model/instant.ts';
import type { StoredItem } from '../../ports/partition-store.ts';
import type { Caller } from '../pipeline/caller.ts';
import { readScope, requireWrite, within } from './reach.ts';

/**
 * Throws unless the caller may write records of this collection in the facility that an input names: `invalid-input` as
 * for an unknown facility when it is outside his own, `not-permitted` when he may only read there.
 */
export async function requireFacility(
  caller: Caller,
  collection: Collection<object, object>,
  facility: string,
): Promise<void> {
  if (!within(readScope(caller, collection), facility))
    throw invalid([unknown('/facility', { ja: '園', en: 'facility' })]);
  await requireWrite(caller, collection, facility);
}

/**
 * Holds references to what they must be: known, of the record's own facility, fitting, and not closed by the days for
 * which they are named. One read for each record named that is not in `found` yet, where it is kept for the next call.
 * Throws Failure `invalid-input` with pointers, or `closed`.
 */
export async function checkReferences(
  caller: Caller,
  facility: string,
  references: readonly Reference[],
  today: CivilDay,
  found: Map<string, StoredItem | undefined> = new Map(),
): Promise<void> {
  const errors: InputError[] = [];
  const closed: InputError[] = [];
  for (const reference of references) {
    const { to, id, pointer } = reference;
    const name = `${to.kind.name}:${id}`;
    if (!found.has(name)) found.set(name, await caller.tenant.get(to.kind, id, 'card'));
    const item = found.get(name);
    if (item === undefined || isStub(item) || item.index.facility !== facility) {
      errors.push(unknown(pointer, { ja: to.label.ja, en: to.label.en.toLowerCase() }));
      continue;
    }
    const misfit = reference.misfit?.(await caller.tenant.card(to.kind, item));
    if (misfit !== undefined) errors.push({ pointer, ...misfit });
    if (isClosedFor(item, reference, today)) closed.push({ pointer, code: 'closed', text: closedText(to.label) });
  }
  if (errors.length > 0) throw invalid(errors);
  if (closed.length > 0) throw new Failure('closed', { errors: closed });
}

/** What was over before something closed may still be written down; what is, or is to come, may not. */
function isClosedFor(item: StoredItem, { from, until }: Reference, today: CivilDay): boolean {
  const last = closedOn(item);
  const counts = from > today ? from : today;
  return last !== null && last < (until < counts ? until : counts);
}

function invalid(errors: readonly InputError[]): Failure {
  return new Failure('invalid-input', { errors });
}

function unknown(pointer: string, label: Text): InputError {
  const ja = `この${label.ja}は見つかりません。選び直してください。`;
  return { pointer, code: 'unknown-reference', text: { ja, en: `There is no such ${label.en} here. Choose another.` } };
}

function closedText(label: Text): Text {
  const ja = `この${label.ja}は閉じられています。別の${label.ja}を選んでください。`;
  return { ja, en: `This ${label.en.toLowerCase()} is closed. Choose another.` };
}
