import fc from 'fast-check';
import { expect, test } from 'vitest';
import { accountState, registeredAccount } from '../../../src/domain/sign-in/account.ts';
import { createAccount } from '../../../src/endpoints/accounts/create-account.ts';
import { eraseAccount } from '../../../src/endpoints/accounts/erase-account.ts';
import { patchAccount } from '../../../src/endpoints/accounts/patch-account.ts';
import { resetAccountRegistration } from '../../../src/endpoints/accounts/reset-account.ts';
import { setGrants } from '../../../src/endpoints/accounts/set-grants.ts';
import type { Caller } from '../../../src/endpoints/pipeline/caller.ts';
import { Failure } from '../../../src/model/failure.ts';
import { AREAS, type Grants } from '../../../src/model/grants.ts';
import { ask, refusedAs } from '../../support/ask.ts';
import { bodyOf, type Nursery, nursery } from './nursery.ts';

const ACCOUNTS_ONLY: Grants = { accounts: { level: 'write', facilities: 'all' } };

/** What grants reach, taken apart into single rights, so that rights of several people can be put together. */
function rights(grants: Grants, facilities: readonly string[]): Set<string> {
  const single = new Set<string>();
  for (const area of AREAS) {
    const grant = grants[area];
    if (grant === undefined) continue;
    const reached = grant.facilities === 'all' ? ['all', ...facilities] : grant.facilities;
    for (const facility of reached) {
      single.add(`${area} read ${facility}`);
      if (grant.level === 'write') single.add(`${area} write ${facility}`);
    }
  }
  return single;
}

/** Facilities stand as 0 and 1 until the nursery of the run is there. */
const someGrants = fc.record(
  {
    accounts: fc.record({ level: fc.constantFrom('read', 'write'), facilities: fc.constant('all') }),
    children: fc.record({
      level: fc.constantFrom('read', 'write'),
      facilities: fc.constantFrom('all', [0], [1], [0, 1]),
    }),
    health: fc.record({ level: fc.constantFrom('read', 'write'), facilities: fc.constantFrom('all', [0], [1]) }),
  },
  { requiredKeys: [] },
);

const OPERATIONS = ['grants', 'invite', 'reset', 'suspend', 'resume', 'erase'] as const;

/** Mostly little, so that there is something to act on. */
const fewGrants = fc.oneof({ arbitrary: fc.constant({}), weight: 2 }, { arbitrary: someGrants, weight: 1 });

const someOperation = fc.record({
  // The first two are the givers.
  by: fc.oneof({ arbitrary: fc.nat(1), weight: 2 }, { arbitrary: fc.nat(9), weight: 1 }),
  to: fc.nat(9),
  what: fc.constantFrom(...OPERATIONS),
  grants: fewGrants,
});
type SomeOperation = typeof someOperation extends fc.Arbitrary<infer T> ? T : never;

const twoGivers = fc.array(someGrants, { minLength: 2, maxLength: 2 });
const twoOthers = fc.array(fewGrants, { minLength: 2, maxLength: 2 });
const someSteps = fc.array(someOperation, { minLength: 8, maxLength: 24 });

/** People who sign in once, keep their session as long as it lives, and register whenever they are invited or reset. */
async function people(there: Nursery, initial: readonly Grants[]) {
  const tokens = new Map<string, string>();
  const erased = new Set<string>();
  const join = async (id: string) => void tokens.set(id, await there.signIn(id));
  for (const grants of initial) await join(await there.add(grants));

  /** What a session makes of its request now; a person whom an operation signed out signs in again, if he may. */
  async function callerOf(id: string): Promise<Caller> {
    const token = tokens.get(id) ?? '';
    const signedOut = (await refusedAs(there.caller(token)).catch(() => undefined)) === 'unauthenticated';
    if (signedOut && !erased.has(id) && accountState(await there.accountOf(id), there.clock.now()) === 'active') {
      await join(id);
      return there.caller(tokens.get(id) ?? '');
    }
    return there.caller(token);
  }

  async function act({ by, to, what }: SomeOperation, grants: Grants): Promise<void> {
    const ids = [...tokens.keys()];
    const id = ids[to % ids.length] ?? '';
    const caller = await callerOf(ids[by % ids.length] ?? '');
    if (!caller.may('accounts', 'write', 'all')) throw new Failure('not-permitted');
    const register = (who: string) => there.put(who, (account) => registeredAccount(account, who, 'hash'));
    if (what === 'invite') {
      const body = { displayName: '保育 花子', grants };
      const invited = bodyOf<{ account: { id: string } }>(await ask(createAccount, caller, { body }));
      await register(invited.account.id);
      return join(invited.account.id);
    }
    const params = { id };
    const ifMatch = erased.has(id) ? 'gone' : await there.etag(id);
    if (what === 'grants') await ask(setGrants, caller, { params, body: { grants }, ifMatch });
    else if (what === 'reset') {
      await ask(resetAccountRegistration, caller, { params });
      await register(id);
    } else if (what === 'erase') {
      await ask(eraseAccount, caller, { params, ifMatch });
      erased.add(id);
    } else await ask(patchAccount, caller, { params, body: { suspended: what === 'suspend' }, ifMatch });
  }
  return { ids: () => [...tokens.keys()], erased, act };
}

test('no sequence of operations gives anybody more than those who gave held together, and nobody erased acts again', async () => {
  const there = await nursery();
  const facilities = [there.north, there.south];
  const named = (grants: object): Grants =>
    JSON.parse(JSON.stringify(grants).replaceAll(/\b[01]\b/g, (n) => JSON.stringify(facilities[Number(n)]))) as Grants;
  const done = new Map<string, number>();
  const count = (what: string) => done.set(what, (done.get(what) ?? 0) + 1);
  await fc.assert(
    fc.asyncProperty(twoGivers, twoOthers, someSteps, async (ofGivers, ofOthers, steps) => {
      const givers = ofGivers.map((grants) => ({ ...named(grants), ...ACCOUNTS_ONLY }));
      const others = ofOthers.map((grants) => {
        const { accounts: _none, ...rest } = named(grants);
        return rest;
      });
      const all = await people(there, [...givers, ...others]);
      const initial = new Map(all.ids().map((id, n) => [id, [...givers, ...others][n] ?? {}]));
      const together = new Set(givers.flatMap((grants) => [...rights(grants, facilities)]));
      for (const step of steps) {
        const by = all.ids()[step.by % all.ids().length] ?? '';
        const refused = await all.act(step, named(step.grants)).then(
          () => undefined,
          (error: unknown) => {
            if (error instanceof Failure) return error.code;
            throw error;
          },
        );
        count(refused ?? step.what);
        if (!all.erased.has(by)) continue;
        expect(refused).toBe('unauthenticated');
        count('tried by somebody erased');
      }
      for (const id of all.ids().filter((one) => !all.erased.has(one))) {
        const own = rights(initial.get(id) ?? {}, facilities);
        const now = [...rights((await there.accountOf(id)).grants, facilities)];
        const kept = now.length === own.size && now.every((right) => own.has(right));
        expect(kept || now.every((right) => together.has(right))).toBe(true);
      }
    }),
    { numRuns: 120 },
  );
  // Otherwise the property would hold for want of anything that happened.
  for (const what of [...OPERATIONS, 'more-than-own-grants', 'own-grants', 'tried by somebody erased']) {
    expect([what, done.get(what) ?? 0]).toEqual([what, expect.toSatisfy((times: number) => times >= 20)]);
  }
});
