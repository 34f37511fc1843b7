import { describe, expect, test } from 'vitest';
import { ACCOUNTS } from '../../../src/domain/sign-in/account.ts';
import { LOGIN_LOOK_UP, LOGINS, REGISTRATION_CODES } from '../../../src/domain/sign-in/account-documents.ts';
import { codeHash } from '../../../src/domain/sign-in/codes.ts';
import { createAccount } from '../../../src/endpoints/accounts/create-account.ts';
import { endAccountSessions } from '../../../src/endpoints/accounts/end-account-sessions.ts';
import { eraseAccount } from '../../../src/endpoints/accounts/erase-account.ts';
import { listAccountSessions } from '../../../src/endpoints/accounts/list-account-sessions.ts';
import { patchAccount } from '../../../src/endpoints/accounts/patch-account.ts';
import { readAccount } from '../../../src/endpoints/accounts/read-account.ts';
import { resetAccountRegistration } from '../../../src/endpoints/accounts/reset-account.ts';
import { setGrants } from '../../../src/endpoints/accounts/set-grants.ts';
import { ask, refusedAs } from '../../support/ask.ts';
import { EVERYTHING } from '../../support/staff.ts';
import { bodyOf, type Nursery, nursery } from './nursery.ts';

async function erase(there: Nursery, id: string, ifMatch?: string) {
  const etag = ifMatch ?? (await there.etag(id));
  return ask(eraseAccount, await there.asAdmin(), { params: { id }, ifMatch: etag });
}

describe('an erased account', () => {
  test('leaves a stub with nothing in it, and one event that names who erased whom by id', async () => {
    const there = await nursery();
    const id = await there.add({}, { displayName: '保育 花子', login: 'hanako' });
    expect((await erase(there, id)).status).toBe(204);
    const stub = await there.tenant.get(ACCOUNTS, id, 'both');
    expect(stub).toMatchObject({ clear: { stub: true }, index: {}, card: null, body: null, expiresAt: null });
    expect(await there.events('account-erased')).toMatchObject([{ actor: there.admin, targets: [id] }]);
  });

  test('cannot act: its sessions end with the very next request', async () => {
    const there = await nursery();
    const id = await there.add(EVERYTHING);
    const tokens = [await there.signIn(id), await there.signIn(id)];
    for (const token of tokens) await there.caller(token);
    await erase(there, id);
    for (const token of tokens) expect(await refusedAs(there.caller(token))).toBe('unauthenticated');
  });

  test('cannot finish what it had begun when another commit comes between', async () => {
    const there = await nursery();
    const id = await there.add(EVERYTHING);
    const victim = await there.add({});
    const caller = await there.as(id);
    const ifMatch = await there.etag(victim);
    there.beforeNextCommit(async () => {
      await erase(there, id);
      await there.signIn(victim);
    });
    const call = ask(patchAccount, caller, { params: { id: victim }, body: { suspended: true }, ifMatch });
    expect(await refusedAs(call)).toBe('unauthenticated');
    expect((await there.accountOf(victim)).suspended).toBe(false);
  });

  test('is 410 for everything that concerns it', async () => {
    const there = await nursery();
    const id = await there.add({});
    const ifMatch = await there.etag(id);
    await erase(there, id);
    const caller = await there.asAdmin();
    const params = { id };
    const calls = {
      read: () => ask(readAccount, caller, { params }),
      grants: () => ask(setGrants, caller, { params, body: { grants: {} }, ifMatch }),
      reset: () => ask(resetAccountRegistration, caller, { params }),
      change: () => ask(patchAccount, caller, { params, body: { suspended: true }, ifMatch }),
      sessions: () => ask(listAccountSessions, caller, { params }),
      'sign out': () => ask(endAccountSessions, caller, { params }),
    };
    for (const [name, call] of Object.entries(calls)) expect([name, await refusedAs(call())]).toEqual([name, 'gone']);
  });

  test('takes its open code along, and gives its account ID back at once', async () => {
    const there = await nursery();
    const body = { displayName: '保育 花子', grants: {} };
    const invited = bodyOf<{ account: { id: string }; registration: { code: string } }>(
      await ask(createAccount, await there.asAdmin(), { body }),
    );
    await erase(there, invited.account.id);
    const hash = codeHash(invited.registration.code);
    expect(await there.tenant.get(REGISTRATION_CODES, hash, 'none')).toBeUndefined();

    const id = await there.add({}, { login: 'hanako' });
    await erase(there, id);
    const again = await there.add({}, { login: 'hanako' });
    const login = await there.tenant.get(LOGINS, there.tenant.lookUp(LOGIN_LOOK_UP, 'hanako'), 'none');
    expect(login?.clear).toEqual({ account: again });
  });

  test('keeps its id for ever: what it wrote names it, and nobody else gets it', async () => {
    const there = await nursery();
    const id = await there.add(EVERYTHING);
    const body = { id: '0190a1b2-c3d4-7abc-8def-0123456789ab', displayName: '保育 次郎', grants: {} };
    await ask(createAccount, await there.as(id), { body });
    await erase(there, id);
    const written = (await there.events('account-created')).find(({ targets }) => targets.includes(body.id));
    expect(written).toMatchObject({ action: 'account-created', actor: id });
    const invite = ask(createAccount, await there.asAdmin(), { body: { ...body, id } });
    expect(await refusedAs(invite)).toBe('gone');
  });
});

describe('erasing', () => {
  test('again succeeds without a write, whatever its If-Match', async () => {
    const there = await nursery();
    const id = await there.add({});
    await erase(there, id);
    const before = there.commits();
    expect((await erase(there, id, 'an older one')).status).toBe(204);
    expect(there.commits()).toBe(before);
  });

  test('is refused as stale when somebody has changed the account, and it stays', async () => {
    const there = await nursery();
    const id = await there.add({});
    expect(await refusedAs(erase(there, id, 'an older one'))).toBe('stale');
    await there.as(id);
  });

  test('of an unknown account is 404', async () => {
    const there = await nursery();
    expect(await refusedAs(erase(there, '0190a1b2-c3d4-7abc-8def-0123456789ab', 'any'))).toBe('not-found');
  });

  test('twice at the same moment is done once', async () => {
    const there = await nursery();
    const id = await there.add({});
    const etag = await there.etag(id);
    const both = await Promise.all([erase(there, id, etag), erase(there, id, etag)]);
    expect(both.map(({ status }) => status)).toEqual([204, 204]);
    expect(await there.events('account-erased')).toHaveLength(1);
  });
});
