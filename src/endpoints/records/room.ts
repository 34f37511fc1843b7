import type { Collection } from '../../domain/collections/collection.ts';
import { Failure } from '../../model/failure.ts';
import type { CivilDay } from '../../model/instant.ts';
import type { Caller } from '../pipeline/caller.ts';

/** How many records more a facility may hold. One count, none where there is no limit. */
export async function roomIn(
  caller: Caller,
  { kind, limit }: Collection<object, object>,
  facility: string,
  today: CivilDay,
): Promise<number> {
  if (limit === undefined) return Number.POSITIVE_INFINITY;
  return limit.perFacility - (await caller.tenant.count({ kind: kind.name, facility, dayFrom: today }));
}

/**
 * Throws Failure `limit-reached` when a facility holds as many records as it may. One count; two requests at the same
 * instant may overshoot by one.
 */
export async function requireRoom(
  caller: Caller,
  collection: Collection<object, object>,
  facility: string,
  today: CivilDay,
): Promise<void> {
  if ((await roomIn(caller, collection, facility, today)) > 0) return;
  throw new Failure('limit-reached', collection.limit === undefined ? {} : { text: collection.limit.text });
}
