import { CHILDREN } from '../../domain/collections/children.ts';
import { FACILITIES } from '../../domain/collections/facilities.ts';
import { Failure } from '../../model/failure.ts';
import type { Caller } from '../pipeline/caller.ts';
import { readScope, within } from '../records/reach.ts';

/**
 * Throws Failure `not-found` unless the facility is one of those in which the caller may read children: one out of reach
 * (which is noted) and an unknown one alike. One read.
 */
export async function requireFacilityInReach(caller: Caller, facility: string): Promise<void> {
  if (!within(readScope(caller, CHILDREN), facility)) throw await caller.outOfReach(FACILITIES.kind.name, facility);
  if ((await caller.tenant.get(FACILITIES.kind, facility, 'none')) === undefined) throw new Failure('not-found');
}
