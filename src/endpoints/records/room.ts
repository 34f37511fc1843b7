import type { Collection } from '../../domain/collections/collection.ts';
import { Failure } from '../../model/failure.ts';
import type { CivilDay } from '../../model/instant.ts';
import type { Caller } from '../pipeline/caller.ts';

/**
 * Throws Failure `limit-reached` when a facility holds as many records as it may. One count; two requests at the same
 * instant may overshoot by one.
 */
export async function requireRoom(
  caller: Caller,
  { kind, limit }: Collection<object, object>,
  facility: string,
  today: CivilDay,
): Promise<void> {
  if (limit === undefined) return;
  const standing = await caller.tenant.count({ kind: kind.name, facility, dayFrom: today });
  if (standing >= limit.perFacility) throw new Failure('limit-reached', { text: limit.text });
}
