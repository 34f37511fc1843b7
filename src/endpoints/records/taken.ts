import type { Collection, UniqueValue } from '../../domain/collections/collection.ts';
import { Failure } from '../../model/failure.ts';

/** The refusals that a collection's unique value can bring. */
export function uniqueFailures({ uniqueFailure }: Pick<Collection<object, object>, 'uniqueFailure'>) {
  return uniqueFailure === undefined ? [] : [uniqueFailure];
}

const TAKEN = { ja: 'すでに使われています。別のものにしてください。', en: 'It is in use. Choose another.' };

/** What a conflict means once it is known not to be about the record's own id: another record has its unique value. */
export function takenFailure<Card extends object>(collection: Collection<object, Card>, card: Card): Failure {
  const unique: UniqueValue | undefined = collection.unique(card);
  if (unique === undefined || collection.uniqueFailure === undefined) return new Failure('conflict');
  return new Failure(collection.uniqueFailure, { errors: [{ pointer: unique.pointer, code: 'taken', text: TAKEN }] });
}
