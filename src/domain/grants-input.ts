import * as z from 'zod';
import type { Grants } from '../model/grants.ts';
import { UUID_V7 } from './ids.ts';

/** More facilities than a list needs; a larger tenant grants 'all'. */
const LISTED_FACILITIES = 500;

/** Facilities as they come in: all, those of the future included, or a list of ids. Whether they exist is asked elsewhere. */
export const facilityScopeInput = z.union([
  z.literal('all'),
  z.array(z.string().regex(UUID_V7)).min(1).max(LISTED_FACILITIES),
]);

const level = z.enum(['read', 'write']);
const wholeTenant = z.strictObject({ level, facilities: z.literal('all') }).exactOptional();
const byFacility = z.strictObject({ level, facilities: facilityScopeInput }).exactOptional();

/**
 * Grants as they come in: known areas only, `accounts` and `backups` for all facilities or not at all. An area that is
 * left out is not granted. Whether the facilities exist, and whether the giver holds as much, is asked elsewhere.
 */
export const grantsInput = z.strictObject({
  accounts: wholeTenant,
  settings: byFacility,
  children: byFacility,
  health: byFacility,
  attendance: byFacility,
  'contact-book': byFacility,
  diary: byFacility,
  audit: byFacility,
  backups: wholeTenant,
}) satisfies z.ZodType<Grants>;

/** Whether a value is well-formed grants, as `grantsInput` says. */
export function validGrants(value: unknown): value is Grants {
  return grantsInput.safeParse(value).success;
}
