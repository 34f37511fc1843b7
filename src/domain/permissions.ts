import { AREAS, type Area, type FacilityScope, type Grant, type Grants } from '../model/grants.ts';

/** A level that can be asked for; `none` needs no asking. */
export type NeededLevel = Grant['level'];

/** Where something is to be done: in one facility (its id), or in the whole tenant. */
export type Where = 'all' | (string & {});

/** Whether the grants reach this area at this level there. `'all'` is reached only by a grant for all facilities. */
export function allows(grants: Grants, area: Area, level: NeededLevel, where: Where): boolean {
  const scope = facilitiesOf(grants, area, level);
  return scope === 'all' || scope.includes(where);
}

/** The facilities where the grants reach this area at this level; an empty list when there are none. */
export function facilitiesOf(grants: Grants, area: Area, level: NeededLevel): FacilityScope {
  const grant = grants[area];
  if (grant === undefined || (level === 'write' && grant.level === 'read')) return [];
  return grant.facilities;
}

/**
 * Whether `a` holds at least everything of `b`: the rule that nobody grants, resets or suspends more than his own. A
 * list never covers `'all'`, not even one that names every facility of today.
 */
export function covers(a: Grants, b: Grants): boolean {
  return AREAS.every((area) => {
    const wanted = b[area];
    if (wanted === undefined) return true;
    const held = facilitiesOf(a, area, wanted.level);
    if (held === 'all') return true;
    return wanted.facilities !== 'all' && wanted.facilities.every((facility) => held.includes(facility));
  });
}

/** The same grants in the one form in which they are stored: areas in order, facilities sorted and once, nothing empty. */
export function normalGrants(grants: Grants): Grants {
  const normal: { [A in Area]?: Grant } = {};
  for (const area of AREAS) {
    const grant = grants[area];
    if (grant === undefined || grant.facilities.length === 0) continue;
    const facilities = grant.facilities === 'all' ? 'all' : [...new Set(grant.facilities)].sort();
    normal[area] = { level: grant.level, facilities };
  }
  return normal;
}
