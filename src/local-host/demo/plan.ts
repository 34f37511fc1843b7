import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { v7 } from 'uuid';
import { FACILITIES, INVITED } from './nursery.ts';

/** What the seed has decided once, so that a start that was cut off goes on with the same, and what it has got so far. */
export interface Plan {
  readonly schoolYear: number;
  readonly administrator: { readonly loginId: string; readonly password: string };
  /** Ids in the order of `FACILITIES`, of their classes, and of `INVITED`. */
  readonly facilities: readonly { readonly id: string; readonly classes: readonly string[] }[];
  readonly accounts: readonly { readonly id: string; readonly code: string | null }[];
  readonly done: boolean;
}

/** Where the plan lies in the data folder; readable by its owner only, as it holds the administrator's password. */
export function planFile(dataFolder: string): string {
  return join(dataFolder, 'demo.json');
}

/** The plan of an earlier start; undefined when there was none. */
export function readPlan(dataFolder: string): Plan | undefined {
  try {
    return JSON.parse(readFileSync(planFile(dataFolder), 'utf8')) as Plan;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

export function newPlan(schoolYear: number): Plan {
  return {
    schoolYear,
    // 24 random bytes: 32 characters of base64url, twice what the password rule asks for.
    administrator: { loginId: 'kanri', password: randomBytes(24).toString('base64url') },
    facilities: FACILITIES.map(({ classes }) => ({ id: v7(), classes: classes.map(() => v7()) })),
    accounts: INVITED.map(() => ({ id: v7(), code: null })),
    done: false,
  };
}

/** Writes the plan, whole or not at all. */
export function writePlan(dataFolder: string, plan: Plan): void {
  const file = planFile(dataFolder);
  const draft = `${file}.new`;
  const handle = openSync(draft, 'w', 0o600);
  try {
    writeSync(handle, `${JSON.stringify(plan, null, 2)}\n`);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(draft, file);
}
