import { describe, expect, test } from 'vitest';
import { editedAccount } from '../../../src/domain/sign-in/account.ts';
import { eraseAccount } from '../../../src/endpoints/accounts/erase-account.ts';
import { listAccounts } from '../../../src/endpoints/accounts/list-accounts.ts';
import { patchAccount } from '../../../src/endpoints/accounts/patch-account.ts';
import { readAccount } from '../../../src/endpoints/accounts/read-account.ts';
import { HOUR, instant } from '../../../src/model/instant.ts';
import { ask, refusal, refusedAs } from '../../support/ask.ts';
import { EVERYTHING } from '../../support/staff.ts';
import { bodyOf, type Nursery, nursery } from './nursery.ts';

interface Listed {
  readonly items: readonly { id: string; displayName: string }[];
  readonly next: string | null;
}

async function patch(there: Nursery, id: string, body: object, ifMatch?: string) {
  const etag = ifMatch ?? (await there.etag(id));
  return ask(patchAccount, await there.asAdmin(), { params: { id }, body, ifMatch: etag });
}

describe('the list of accounts', () => {
  test('comes in id order, page by page, without erased accounts', async () => {
    const there = await nursery();
    const ids = [there.admin];
    for (let n = 0; n < 5; n += 1) ids.push(await there.add({}));
    const [erased = ''] = ids.splice(2, 1);
    await ask(eraseAccount, await there.asAdmin(), { params: { id: erased }, ifMatch: await there.etag(erased) });
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const query: object = cursor === null ? { limit: '2' } : { limit: '2', cursor };
      const page = bodyOf<Listed>(await ask(listAccounts, await there.asAdmin(), { query }));
      seen.push(...page.items.map(({ id }) => id));
      if (seen.length > 20) throw new Error('the pages do not end');
      cursor = page.next;
    } while (cursor !== null);
    expect(seen).toEqual(ids.sort());
  });

  test('is noted once an hour', async () => {
    const there = await nursery();
    for (let n = 0; n < 3; n += 1) await ask(listAccounts, await there.asAdmin());
    const noted = await there.events('records-listed');
    expect(noted).toMatchObject([{ actor: there.admin, targetKind: 'account' }]);
  });

  test.each(['0', '201', 'all', ''])('refuses the limit %j', async (limit) => {
    const there = await nursery();
    expect(await refusedAs(ask(listAccounts, await there.asAdmin(), { query: { limit } }))).toBe('invalid-input');
  });
});

describe('reading an account', () => {
  test('shows its state and the ETag for changing it, and nothing of its secrets', async () => {
    const there = await nursery();
    const id = await there.add({}, { displayName: '保育 花子', login: 'hanako' });
    const answer = await ask(readAccount, await there.asAdmin(), { params: { id } });
    expect(answer.etag).toBe(await there.etag(id));
    expect(answer.body).toMatchObject({ id, displayName: '保育 花子', loginId: 'hanako', state: 'active' });
    const shown = JSON.stringify(answer.body);
    for (const secret of ['password', 'recovery', 'secretHash', 'codeHash', 'devices'])
      expect(shown).not.toContain(secret);
  });

  test('is 404 for an unknown id', async () => {
    const there = await nursery();
    const params = { id: '0190a1b2-c3d4-7abc-8def-0123456789ab' };
    expect(await refusedAs(ask(readAccount, await there.asAdmin(), { params }))).toBe('not-found');
  });
});

describe('changing an account', () => {
  test('changes what is given, and null takes a bound of the active period away', async () => {
    const there = await nursery();
    const id = await there.add({}, { displayName: '保育 花子' });
    await patch(there, id, { activeFrom: '2026-12-01T00:00:00+09:00', activeUntil: '2027-04-01T00:00:00+09:00' });
    const answer = await patch(there, id, { activeFrom: null, displayName: ' 保育 華子 ' });
    expect(answer.body).toMatchObject({
      displayName: '保育 華子',
      activeFrom: null,
      activeUntil: '2027-03-31T15:00:00.000Z',
      state: 'active',
    });
    const told = (await there.events('account-changed')).filter(({ actor }) => actor === there.admin);
    expect(told.map(({ targets }) => targets)).toEqual([[id], [id]]);
  });

  test('is refused as stale when somebody else has changed it, and nothing is written', async () => {
    const there = await nursery();
    const id = await there.add({}, { displayName: '保育 花子' });
    const seen = await there.etag(id);
    await patch(there, id, { displayName: '保育 華子' });
    expect(await refusedAs(patch(there, id, { displayName: '保育 桃子' }, seen))).toBe('stale');
    expect((await there.accountOf(id)).displayName).toBe('保育 華子');
  });

  test('whose outcome already stands succeeds without a write, whatever its If-Match', async () => {
    const there = await nursery();
    const id = await there.add({}, { displayName: '保育 花子' });
    await patch(there, id, { displayName: '保育 華子' });
    const before = there.commits();
    expect((await patch(there, id, { displayName: '保育 華子' }, 'an older one')).status).toBe(200);
    expect((await patch(there, id, { suspended: false, activeFrom: null }, 'an older one')).status).toBe(200);
    expect(there.commits()).toBe(before);
  });

  test('never collides with sign-ins of the account, which live in the same document', async () => {
    const there = await nursery();
    const id = await there.add({}, { displayName: '保育 花子' });
    const etag = await there.etag(id);
    const caller = await there.asAdmin();
    there.beforeNextCommit(async () => void (await there.signIn(id)));
    const answer = await ask(patchAccount, caller, {
      params: { id },
      body: { displayName: '保育 華子' },
      ifMatch: etag,
    });
    expect(answer.status).toBe(200);
    const account = await there.accountOf(id);
    expect(account.displayName).toBe('保育 華子');
    expect(account.sessions).toHaveLength(1);
  });

  test('is refused as stale when another change wins at the last moment', async () => {
    const there = await nursery();
    const id = await there.add({}, { displayName: '保育 花子' });
    const etag = await there.etag(id);
    const caller = await there.asAdmin();
    there.beforeNextCommit(() => there.put(id, (account) => editedAccount(account, { displayName: '保育 桃子' })));
    const call = ask(patchAccount, caller, { params: { id }, body: { displayName: '保育 華子' }, ifMatch: etag });
    expect(await refusedAs(call)).toBe('stale');
    expect((await there.accountOf(id)).displayName).toBe('保育 桃子');
  });

  test('is refused when whoever asks is suspended at the last moment', async () => {
    const there = await nursery();
    const other = await there.add(EVERYTHING);
    const id = await there.add({});
    const caller = await there.as(other);
    const etag = await there.etag(id);
    there.beforeNextCommit(async () => {
      await there.put(other, (account) => editedAccount(account, { suspended: true }));
      await there.signIn(id);
    });
    const call = ask(patchAccount, caller, { params: { id }, body: { suspended: true }, ifMatch: etag });
    expect(await refusedAs(call)).toBe('unauthenticated');
    expect((await there.accountOf(id)).suspended).toBe(false);
  });

  test('of an erased account is 410', async () => {
    const there = await nursery();
    const id = await there.add({});
    const etag = await there.etag(id);
    await ask(eraseAccount, await there.asAdmin(), { params: { id }, ifMatch: etag });
    expect(await refusedAs(patch(there, id, { displayName: '保育 華子' }, etag))).toBe('gone');
  });

  test('needs an active period that ends after it begins, the stored bound included', async () => {
    const there = await nursery();
    const id = await there.add({});
    await patch(there, id, { activeUntil: '2027-01-01T00:00:00Z' });
    const failure = await refusal(patch(there, id, { activeFrom: '2027-01-01T00:00:00Z' }));
    expect(failure.errors[0]?.pointer).toBe('/activeUntil');
  });

  test('refuses fields that are not there to be changed', async () => {
    const there = await nursery();
    const id = await there.add({});
    for (const field of ['grants', 'loginId', 'registered', 'revision']) {
      const failure = await refusal(patch(there, id, { [field]: null }));
      expect(failure.errors.map(({ pointer, code }) => [pointer, code])).toEqual([[`/${field}`, 'unknown-field']]);
    }
  });
});

describe('suspending an account', () => {
  test('stops its very next request, and resuming brings no session back', async () => {
    const there = await nursery();
    const id = await there.add({});
    const token = await there.signIn(id);
    await there.caller(token);
    await patch(there, id, { suspended: true });
    expect(await refusedAs(there.caller(token))).toBe('unauthenticated');
    await patch(there, id, { suspended: false });
    expect(await refusedAs(there.caller(token))).toBe('unauthenticated');
    await there.as(id);
    expect(await there.events('account-suspended')).toMatchObject([{ actor: there.admin, targets: [id] }]);
    expect(await there.events('account-resumed')).toMatchObject([{ actor: there.admin, targets: [id] }]);
  });

  test('the end of the active period stops it at that instant', async () => {
    const there = await nursery();
    const id = await there.add({});
    const token = await there.signIn(id);
    await patch(there, id, { activeUntil: instant(there.clock.now() + HOUR) });
    there.clock.set(there.clock.now() + HOUR - 1);
    await there.caller(token);
    there.clock.set(there.clock.now() + 1);
    expect(await refusedAs(there.caller(token))).toBe('unauthenticated');
  });
});
