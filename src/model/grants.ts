/** What a permission can be about. Source: the areas of the product's design. */
export const AREAS = [
  'accounts',
  'settings',
  'children',
  'health',
  'attendance',
  'contact-book',
  'diary',
  'audit',
  'backups',
] as const;
export type Area = (typeof AREAS)[number];

/** Areas that are granted for all facilities of the tenant or not at all. */
export const TENANT_WIDE_AREAS = ['accounts', 'backups'] as const satisfies readonly Area[];

export const LEVELS = ['none', 'read', 'write'] as const;
export type Level = (typeof LEVELS)[number];

/** Facilities that a grant covers: all of the tenant's, those of the future included, or a list of facility ids. */
export type FacilityScope = 'all' | readonly string[];

/** One area of an account's grants. `none` is written by leaving the area out. */
export interface Grant {
  readonly level: 'read' | 'write';
  readonly facilities: FacilityScope;
}

/** Everything that an account may reach; an area that is absent is not granted. */
export type Grants = { readonly [A in Area]?: Grant };
