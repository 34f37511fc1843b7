import type { Text } from '../model/failure.ts';
import { AREAS, type FacilityScope, type Grants } from '../model/grants.ts';
import type { NeededLevel } from './permissions.ts';

export const PRESETS = [
  'administrator',
  'director',
  'chief',
  'class-teacher',
  'kitchen',
  'office',
  'read-only',
] as const;
export type Preset = (typeof PRESETS)[number];

/** What staff call these roles. */
export const PRESET_LABELS: Readonly<Record<Preset, Text>> = {
  administrator: { ja: '管理者', en: 'Administrator' },
  director: { ja: '園長', en: 'Director' },
  chief: { ja: '主任', en: 'Chief teacher' },
  'class-teacher': { ja: '担任', en: 'Class teacher' },
  kitchen: { ja: '調理・栄養', en: 'Kitchen and nutrition' },
  office: { ja: '事務', en: 'Office' },
  'read-only': { ja: '閲覧のみ', en: 'Read only' },
};

type Levels = { readonly [A in keyof Grants]?: NeededLevel };

/**
 * Least privilege by duty. Health notes are special-care personal information: only those who look after children or
 * cook for them see it, so neither the office nor 閲覧のみ. `accounts` and `backups` reach every facility, so only
 * 管理者 holds them.
 */
const LEVELS_OF: Readonly<Record<Exclude<Preset, 'administrator'>, Levels>> = {
  director: {
    settings: 'write',
    children: 'write',
    health: 'write',
    attendance: 'write',
    'contact-book': 'write',
    diary: 'write',
    audit: 'read',
  },
  chief: {
    settings: 'read',
    children: 'write',
    health: 'write',
    attendance: 'write',
    'contact-book': 'write',
    diary: 'write',
  },
  'class-teacher': {
    children: 'read',
    health: 'read',
    attendance: 'write',
    'contact-book': 'write',
    diary: 'write',
  },
  kitchen: { children: 'read', health: 'read', attendance: 'read' },
  office: { settings: 'read', children: 'write', attendance: 'write' },
  'read-only': { children: 'read', attendance: 'read', 'contact-book': 'read', diary: 'read' },
};

/**
 * The grants that a preset stands for in the given facilities. 管理者 is write on every area of the whole tenant,
 * whatever facilities are given. Presets are a start to edit from: what counts is the account's grants.
 */
export function presetGrants(preset: Preset, facilities: FacilityScope): Grants {
  if (preset === 'administrator') {
    return Object.fromEntries(AREAS.map((area) => [area, { level: 'write', facilities: 'all' }]));
  }
  return Object.fromEntries(
    Object.entries(LEVELS_OF[preset]).map(([area, level]) => [area, { level, facilities }]),
  ) satisfies Grants;
}
