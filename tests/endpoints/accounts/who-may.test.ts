import { describe, expect, test } from 'vitest';
import { newId } from '../../../src/domain/ids.ts';
import { createAccount } from '../../../src/endpoints/accounts/create-account.ts';
import { endAccountSessions } from '../../../src/endpoints/accounts/end-account-sessions.ts';
import { eraseAccount } from '../../../src/endpoints/accounts/erase-account.ts';
import { listAccountSessions } from '../../../src/endpoints/accounts/list-account-sessions.ts';
import { patchAccount } from '../../../src/endpoints/accounts/patch-account.ts';
import { resetAccountRegistration } from '../../../src/endpoints/accounts/reset-account.ts';
import { setGrants } from '../../../src/endpoints/accounts/set-grants.ts';
import type { Caller } from '../../../src/endpoints/pipeline/caller.ts';
import type { Grants } from '../../../src/model/grants.ts';
import { ask, refusedAs } from '../../support/ask.ts';
import { EVERYTHING } from '../../support/staff.ts';
import { bodyOf, type Nursery, nursery } from './nursery.ts';

const ACCOUNTS_ONLY: Grants = { accounts: { level: 'write', facilities: 'all' } };

/** Every operation on an account that decides what it may do, gets in, or shows where it is signed in. */
async function operations(there: Nursery, caller: Caller, id: string) {
  const ifMatch = await there.etag(id);
  const params = { id };
  return {
    grants: () => ask(setGrants, caller, { params, body: { grants: {} }, ifMatch }),
    reset: () => ask(resetAccountRegistration, caller, { params }),
    suspend: () => ask(patchAccount, caller, { params, body: { suspended: true }, ifMatch }),
    period: () => ask(patchAccount, caller, { params, body: { activeUntil: '2030-01-01T00:00:00Z' }, ifMatch }),
    erase: () => ask(eraseAccount, caller, { params, ifMatch }),
    sessions: () => ask(listAccountSessions, caller, { params }),
    'sign out': () => ask(endAccountSessions, caller, { params }),
  };
}

describe('nobody', () => {
  test('acts on an account that holds more than his own grants', async () => {
    const there = await nursery();
    const giver = await there.as(await there.add({ ...ACCOUNTS_ONLY, children: { level: 'read', facilities: 'all' } }));
    const more: readonly Grants[] = [
      { children: { level: 'write', facilities: [there.north] } },
      { health: { level: 'read', facilities: [there.north] } },
      EVERYTHING,
    ];
    for (const grants of more) {
      const id = await there.add(grants);
      const before = await there.accountOf(id);
      for (const [name, operation] of Object.entries(await operations(there, giver, id))) {
        expect([name, await refusedAs(operation())]).toEqual([name, 'more-than-own-grants']);
      }
      expect(await there.accountOf(id)).toEqual(before);
    }
  });

  test('resumes an account that holds more than his own grants, though he may correct its name', async () => {
    const there = await nursery();
    const giver = await there.as(await there.add(ACCOUNTS_ONLY));
    const id = await there.add({ health: { level: 'read', facilities: 'all' } }, { suspended: true });
    const change = async (body: object) =>
      ask(patchAccount, giver, { params: { id }, body, ifMatch: await there.etag(id) });
    expect(await refusedAs(change({ suspended: false }))).toBe('more-than-own-grants');
    expect((await change({ displayName: '保育 華子' })).status).toBe(200);
  });

  test('gives more than he holds, neither by grants nor by invitation', async () => {
    const there = await nursery();
    const own: Grants = { ...ACCOUNTS_ONLY, children: { level: 'write', facilities: [there.north] } };
    const giver = await there.as(await there.add(own));
    const id = await there.add({});
    const more: readonly Grants[] = [
      { children: { level: 'read', facilities: [there.south] } },
      { children: { level: 'read', facilities: 'all' } },
      { children: { level: 'read', facilities: [newId(there.clock.now())] } },
      { health: { level: 'read', facilities: [there.north] } },
      { backups: { level: 'read', facilities: 'all' } },
    ];
    for (const grants of more) {
      const set = ask(setGrants, giver, { params: { id }, body: { grants }, ifMatch: await there.etag(id) });
      expect(await refusedAs(set)).toBe('more-than-own-grants');
      const invite = ask(createAccount, giver, { body: { displayName: '保育 花子', grants } });
      expect(await refusedAs(invite)).toBe('more-than-own-grants');
    }
    const given = { grants: own };
    const set = await ask(setGrants, giver, { params: { id }, body: given, ifMatch: await there.etag(id) });
    expect(bodyOf<{ grants: Grants }>(set).grants).toEqual(own);
  });

  test('changes his own grants or period, suspends, resets or erases himself', async () => {
    const there = await nursery();
    await there.add(EVERYTHING);
    const { sessions, 'sign out': signOut, ...own } = await operations(there, await there.asAdmin(), there.admin);
    for (const [name, operation] of Object.entries(own)) {
      expect([name, await refusedAs(operation())]).toEqual([name, 'own-grants']);
    }
    expect((await sessions()).status).toBe(200);
    expect((await signOut()).status).toBe(204);
  });
});
