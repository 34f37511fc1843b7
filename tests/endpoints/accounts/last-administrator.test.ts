import { describe, expect, test } from 'vitest';
import { ADMINISTRATORS, ADMINISTRATORS_ID } from '../../../src/domain/sign-in/account-documents.ts';
import { eraseAccount } from '../../../src/endpoints/accounts/erase-account.ts';
import { patchAccount } from '../../../src/endpoints/accounts/patch-account.ts';
import { setGrants } from '../../../src/endpoints/accounts/set-grants.ts';
import type { Caller } from '../../../src/endpoints/pipeline/caller.ts';
import { Failure } from '../../../src/model/failure.ts';
import { DAY, HOUR, instant } from '../../../src/model/instant.ts';
import { ask, refusedAs } from '../../support/ask.ts';
import { EVERYTHING } from '../../support/staff.ts';
import { type Nursery, nursery } from './nursery.ts';

/** Every way in which an account stops being a standing administrator. */
const REMOVALS = {
  erase: (caller: Caller, id: string, ifMatch: string) => ask(eraseAccount, caller, { params: { id }, ifMatch }),
  suspend: (caller: Caller, id: string, ifMatch: string) =>
    ask(patchAccount, caller, { params: { id }, body: { suspended: true }, ifMatch }),
  'give an end': (caller: Caller, id: string, ifMatch: string) =>
    ask(patchAccount, caller, { params: { id }, body: { activeUntil: '2030-01-01T00:00:00Z' }, ifMatch }),
  'let begin later': (caller: Caller, id: string, ifMatch: string) =>
    ask(patchAccount, caller, { params: { id }, body: { activeFrom: '2030-01-01T00:00:00Z' }, ifMatch }),
  'take accounts:write': (caller: Caller, id: string, ifMatch: string) =>
    ask(setGrants, caller, { params: { id }, body: { grants: {} }, ifMatch }),
} as const;
type Removal = keyof typeof REMOVALS;
const EVERY_REMOVAL = Object.keys(REMOVALS) as Removal[];

/** Somebody who may do everything but is no standing administrator, because his period ends. */
async function substitute(there: Nursery): Promise<string> {
  return there.add(EVERYTHING, { activeUntil: instant(there.clock.now() + 30 * DAY) });
}

async function remove(there: Nursery, removal: Removal, by: string, id: string) {
  const ifMatch = await there.etag(id);
  return REMOVALS[removal](await there.as(by), id, ifMatch);
}

async function listed(there: Nursery): Promise<unknown> {
  return (await there.tenant.get(ADMINISTRATORS, ADMINISTRATORS_ID, 'none'))?.clear?.['accounts'];
}

/** How each call ended: `done`, or the code that it was refused with. */
async function outcomes(calls: readonly Promise<unknown>[]): Promise<readonly string[]> {
  return Promise.all(
    calls.map((call) =>
      call.then(
        () => 'done',
        (error: unknown) => {
          if (error instanceof Failure) return error.code;
          throw error;
        },
      ),
    ),
  );
}

describe('the last standing administrator', () => {
  test.each(EVERY_REMOVAL)('stays: to %s is refused, and nothing is written', async (removal) => {
    const there = await nursery();
    const by = await substitute(there);
    const before = await there.accountOf(there.admin);
    expect(await refusedAs(remove(there, removal, by, there.admin))).toBe('last-administrator');
    expect(await there.accountOf(there.admin)).toEqual(before);
    expect(await listed(there)).toEqual([there.admin]);
  });

  test.each(EVERY_REMOVAL)('stays when two are removed at the same moment, each by: %s', async (removal) => {
    const there = await nursery();
    const other = await there.add(EVERYTHING);
    const by = await substitute(there);
    const callers = [await there.as(by), await there.as(by)] as const;
    const [first, second] = [await there.etag(there.admin), await there.etag(other)];
    const ended = await outcomes([
      REMOVALS[removal](callers[0], there.admin, first),
      REMOVALS[removal](callers[1], other, second),
    ]);
    expect([...ended].sort()).toEqual(['done', 'last-administrator']);
    expect(await listed(there)).toEqual([ended[0] === 'done' ? other : there.admin]);
  });

  test.each(EVERY_REMOVAL)('stays when the other one is removed at the last moment before: %s', async (removal) => {
    const there = await nursery();
    const other = await there.add(EVERYTHING);
    const by = await substitute(there);
    const caller = await there.as(by);
    const ifMatch = await there.etag(there.admin);
    const rival = await there.as(by);
    const ofOther = await there.etag(other);
    there.beforeNextCommit(async () => void (await REMOVALS.erase(rival, other, ofOther)));
    expect(await refusedAs(REMOVALS[removal](caller, there.admin, ifMatch))).toBe('last-administrator');
    expect(await listed(there)).toEqual([there.admin]);
  });

  test('stays when two remove each other at the same moment: who comes second is signed out already', async () => {
    const there = await nursery();
    const other = await there.add(EVERYTHING);
    const ended = await outcomes([
      remove(there, 'suspend', there.admin, other),
      remove(there, 'suspend', other, there.admin),
    ]);
    expect([...ended].sort()).toEqual(['done', 'unauthenticated']);
    expect(await listed(there)).toEqual([ended[0] === 'done' ? there.admin : other]);
  });
});

describe('an administrator', () => {
  test.each(EVERY_REMOVAL)('can be removed while another stands: %s', async (removal) => {
    const there = await nursery();
    const other = await there.add(EVERYTHING);
    expect((await remove(there, removal, there.admin, other)).status).toBeLessThan(300);
    expect(await listed(there)).toEqual([there.admin]);
  });

  test('who is not registered, suspended or not yet active is nobody to rely on', async () => {
    const there = await nursery();
    await there.add(EVERYTHING, { login: null });
    await there.add(EVERYTHING, { suspended: true });
    await there.add(EVERYTHING, { activeFrom: instant(there.clock.now() + HOUR) });
    await there.add({ accounts: { level: 'read', facilities: 'all' } });
    const by = await substitute(there);
    expect(await refusedAs(remove(there, 'erase', by, there.admin))).toBe('last-administrator');
  });

  test('whose active period began by itself counts, though no commit marked that moment', async () => {
    const there = await nursery();
    const later = await there.add(EVERYTHING, { activeFrom: instant(there.clock.now() + HOUR) });
    const by = await substitute(there);
    await there.clock.advance(HOUR);
    expect((await remove(there, 'erase', by, there.admin)).status).toBe(204);
    expect(await listed(there)).toEqual([later]);
    expect(await refusedAs(remove(there, 'suspend', by, later))).toBe('last-administrator');
  });
});
