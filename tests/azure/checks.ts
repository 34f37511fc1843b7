import { describe, expect, it } from 'vitest';
import { one, SNAPSHOT, type Snapshot } from './snapshot.ts';

/** Asserts one promise on a snapshot: throws when it is broken. */
export type Check = (snapshot: Snapshot) => void;

/**
 * A change of the snapshot that breaks a promise: the type of the resource, a part of its name that no other of that type
 * has, where in it (`properties.a.0.b`; empty: the resource vanishes), the wrong value (undefined removes the property, or
 * the entry of a list), and the check that must notice it.
 */
export type Mutation = readonly [type: string, name: string, path: string, to: unknown, noticedBy: Check];

/**
 * Tests that the committed snapshot passes each check, that each check notices its mutations, and that none is without one:
 * a check that nothing can break proves nothing.
 */
export function itPromises(checks: readonly Check[], mutations: readonly Mutation[]): void {
  for (const check of checks) it(check.name, () => check(SNAPSHOT));

  describe('the checks notice', () => {
    for (const mutation of mutations) {
      const [, name, path, to, noticedBy] = mutation;
      it(`${name} ${path} = ${JSON.stringify(to)} (${noticedBy.name})`, () => {
        const broken = mutated(SNAPSHOT, mutation);
        expect(() => noticedBy(broken)).toThrow();
      });
    }

    it('at least one mutation each', () => {
      const proven = new Set(mutations.map(([, , , , noticedBy]) => noticedBy));
      expect(checks.filter((check) => !proven.has(check)).map(({ name }) => name)).toEqual([]);
    });
  });
}

/** A copy with one change. Throws when the path leads nowhere, or the value stands there already. */
function mutated(snapshot: Snapshot, [type, name, path, to]: Mutation): Snapshot {
  const target = one(snapshot, type, name);
  const others = snapshot.predictedResources.filter((resource) => resource !== target);
  if (path === '') return { predictedResources: others };
  const copy = structuredClone(target);
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  const parent = keys.reduce<unknown>((inner, key) => (inner as Record<string, unknown>)[key], copy);
  const holder = parent as Record<string, unknown>;
  if (JSON.stringify(holder[last]) === JSON.stringify(to)) throw new Error(`${path} is ${JSON.stringify(to)} anyway`);
  if (to === undefined && Array.isArray(parent)) parent.splice(Number(last), 1);
  else if (to === undefined) delete holder[last];
  else holder[last] = to;
  return { predictedResources: [...others, copy] };
}
