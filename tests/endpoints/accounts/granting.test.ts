import { describe, expect, test } from 'vitest';
import { editedAccount } from '../../../src/domain/sign-in/account.ts';
import { createAccount } from '../../../src/endpoints/accounts/create-account.ts';
import { setGrants } from '../../../src/endpoints/accounts/set-grants.ts';
import type { Grants } from '../../../src/model/grants.ts';
import { ask, refusal, refusedAs } from '../../support/ask.ts';
import { EVERYTHING } from '../../support/staff.ts';
import { bodyOf, type Nursery, nursery } from './nursery.ts';

async function set(there: Nursery, id: string, body: object, ifMatch?: string) {
  const etag = ifMatch ?? (await there.etag(id));
  return ask(setGrants, await there.asAdmin(), { params: { id }, body, ifMatch: etag });
}

function childrenOf(...facilities: readonly string[]): Grants {
  return { children: { level: 'write', facilities } };
}

describe('setting grants', () => {
  test('decides about the very next request of a session that is open', async () => {
    const there = await nursery();
    const id = await there.add(childrenOf(there.north));
    const token = await there.signIn(id);
    expect((await there.caller(token)).may('children', 'write', there.north)).toBe(true);
    await set(there, id, { grants: childrenOf(there.south) });
    const caller = await there.caller(token);
    expect([there.north, there.south].map((facility) => caller.may('children', 'write', facility))).toEqual([
      false,
      true,
    ]);
    expect(await there.events('grants-changed')).toMatchObject([{ actor: there.admin, targets: [id] }]);
  });

  test('sets all at once: what is left out is taken away', async () => {
    const there = await nursery();
    const id = await there.add({ ...childrenOf(there.north), diary: { level: 'read', facilities: 'all' } });
    const answer = await set(there, id, { grants: childrenOf(there.south, there.north, there.south) });
    const { grants } = bodyOf<{ grants: Grants }>(answer);
    expect(grants).toEqual(childrenOf(...[there.north, there.south].sort()));
    expect((await there.accountOf(id)).grants).toEqual(grants);
  });

  test('takes a preset with its facilities, and remembers it as a label', async () => {
    const there = await nursery();
    const id = await there.add({});
    const answer = await set(there, id, { preset: 'kitchen', facilities: [there.north] });
    expect(answer.body).toMatchObject({
      preset: 'kitchen',
      grants: { health: { level: 'read', facilities: [there.north] } },
    });
    expect((await set(there, id, { grants: childrenOf(there.north) })).body).toMatchObject({ preset: null });
  });

  test('is refused as stale when somebody has changed the account, and nothing is written', async () => {
    const there = await nursery();
    const id = await there.add({});
    const seen = await there.etag(id);
    await set(there, id, { grants: childrenOf(there.north) });
    expect(await refusedAs(set(there, id, { grants: EVERYTHING }, seen))).toBe('stale');
    expect((await there.accountOf(id)).grants).toEqual(childrenOf(there.north));
  });

  test('again succeeds without a write, whatever its If-Match', async () => {
    const there = await nursery();
    const id = await there.add({});
    const body = { grants: childrenOf(there.north) };
    await set(there, id, body);
    const before = there.commits();
    expect((await set(there, id, body, 'an older one')).status).toBe(200);
    expect(there.commits()).toBe(before);
  });

  test('is refused when the giver loses at the last moment what he gives', async () => {
    const there = await nursery();
    const other = await there.add(EVERYTHING);
    const id = await there.add({});
    const caller = await there.as(other);
    const ifMatch = await there.etag(id);
    there.beforeNextCommit(async () => {
      const accounts: Grants = { accounts: { level: 'write', facilities: 'all' } };
      await there.put(other, (account) => editedAccount(account, { grants: accounts }));
      await there.signIn(id);
    });
    const body = { grants: childrenOf(there.north) };
    expect(await refusedAs(ask(setGrants, caller, { params: { id }, body, ifMatch }))).toBe('more-than-own-grants');
    expect((await there.accountOf(id)).grants).toEqual({});
  });

  test('points at each facility that does not exist', async () => {
    const there = await nursery();
    const id = await there.add({});
    const unknown = '0190a1b2-c3d4-7abc-8def-0123456789ab';
    const failure = await refusal(set(there, id, { grants: childrenOf(there.north, unknown) }));
    expect(failure.errors.map(({ pointer, code }) => [pointer, code])).toEqual([
      ['/grants/children/facilities/1', 'unknown-facility'],
    ]);
  });
});

test('nobody is made an administrator of some facilities only, by whatever way of saying it', async () => {
  const there = await nursery();
  const id = await there.add({});
  const facilities = [there.north];
  const ways: readonly (readonly [object, string])[] = [
    [{ grants: { accounts: { level: 'write', facilities } } }, '/grants/accounts/facilities'],
    [{ grants: { accounts: { level: 'read', facilities } } }, '/grants/accounts/facilities'],
    [{ grants: { backups: { level: 'read', facilities } } }, '/grants/backups/facilities'],
    [{ preset: 'administrator', facilities }, '/facilities'],
  ];
  for (const [body, pointer] of ways) {
    const granted = await refusal(set(there, id, body));
    const invited = await refusal(
      ask(createAccount, await there.asAdmin(), { body: { displayName: '花子', ...body } }),
    );
    for (const failure of [granted, invited]) {
      expect([failure.code, ...failure.errors.map((error) => error.pointer)]).toEqual(['invalid-input', pointer]);
    }
  }
  expect((await there.accountOf(id)).grants).toEqual({});
  expect((await set(there, id, { preset: 'administrator', facilities: 'all' })).body).toMatchObject({
    grants: EVERYTHING,
  });
});
