import { describe, expect, test } from 'vitest';
import { registeredAccount } from '../../../src/domain/sign-in/account.ts';
import { LOGIN_LOOK_UP, LOGINS, REGISTRATION_CODES } from '../../../src/domain/sign-in/account-documents.ts';
import { codeHash } from '../../../src/domain/sign-in/codes.ts';
import { patchAccount } from '../../../src/endpoints/accounts/patch-account.ts';
import { resetAccountRegistration } from '../../../src/endpoints/accounts/reset-account.ts';
import { DAY, instant } from '../../../src/model/instant.ts';
import { ask, refusal, refusedAs } from '../../support/ask.ts';
import { EVERYTHING } from '../../support/staff.ts';
import { bodyOf, type Nursery, nursery } from './nursery.ts';

interface Reset {
  readonly account: { state: string; registered: boolean; etag: string; registrationExpiresAt: string };
  readonly registration: { code: string; expiresAt: string };
}

async function reset(there: Nursery, id: string): Promise<Reset> {
  return bodyOf<Reset>(await ask(resetAccountRegistration, await there.asAdmin(), { params: { id } }));
}

const documentOf = (there: Nursery, { registration }: Reset) =>
  there.tenant.get(REGISTRATION_CODES, codeHash(registration.code), 'none');

describe('resetting an account', () => {
  test('makes it unregistered, and shows once the code with which the person registers within 7 days', async () => {
    const there = await nursery();
    const id = await there.add({}, { login: 'hanako' });
    const done = await reset(there, id);
    const expiresAt = instant(there.clock.now() + 7 * DAY);
    expect(done.account).toMatchObject({ state: 'unregistered', registered: false, registrationExpiresAt: expiresAt });
    expect(done.registration.expiresAt).toBe(expiresAt);
    expect((await documentOf(there, done))?.clear).toEqual({ account: id });
    expect(JSON.stringify(await there.accountOf(id))).not.toContain(done.registration.code);
    expect(await there.events('account-reset')).toMatchObject([{ actor: there.admin, targets: [id], reason: null }]);
  });

  test('ends its sessions at once, and its password, devices and recovery codes with them', async () => {
    const there = await nursery();
    const id = await there.add({});
    await there.put(id, (account) => ({ ...account, devices: ['a device'], recoveryCodes: ['a code'] }));
    const token = await there.signIn(id);
    await reset(there, id);
    expect(await refusedAs(there.caller(token))).toBe('unauthenticated');
    const left = { passwordHash: null, devices: [], recoveryCodes: [], sessions: [] };
    expect(await there.accountOf(id)).toMatchObject(left);
  });

  test('keeps the account ID reserved for the person', async () => {
    const there = await nursery();
    const id = await there.add({}, { login: 'hanako' });
    await reset(there, id);
    const login = await there.tenant.get(LOGINS, there.tenant.lookUp(LOGIN_LOOK_UP, 'hanako'), 'none');
    expect(login?.clear).toEqual({ account: id });
  });

  test('again issues another code, and the one before works no more', async () => {
    const there = await nursery();
    const id = await there.add({});
    const first = await reset(there, id);
    const second = await reset(there, id);
    expect(second.registration.code).not.toBe(first.registration.code);
    expect(await documentOf(there, first)).toBeUndefined();
    expect((await documentOf(there, second))?.clear).toEqual({ account: id });
    expect(second.account.etag).not.toBe(first.account.etag);
  });

  test('twice at the same moment leaves one code that works', async () => {
    const there = await nursery();
    const id = await there.add({});
    const both = await Promise.all([reset(there, id), reset(there, id)]);
    const standing = (await Promise.all(both.map((one) => documentOf(there, one)))).filter((one) => one !== undefined);
    expect(standing).toHaveLength(1);
    expect(standing[0]?.id).toBe((await there.accountOf(id)).registration?.codeHash);
  });

  test('issues a code anew to an invited administrator who has not registered, and to none who has', async () => {
    const there = await nursery();
    const id = await there.add(EVERYTHING, { login: null });
    expect((await reset(there, id)).account.state).toBe('unregistered');
    await there.put(id, (account) => registeredAccount(account, 'jiro', 'hash'));
    const token = await there.signIn(id);
    const failure = await refusal(reset(there, id));
    expect([failure.code, failure.text?.ja]).toEqual(['not-permitted', expect.stringContaining('予備コード')]);
    await there.caller(token);
  });

  test('changes the ETag, so that nobody edits an account whose person was just sent away', async () => {
    const there = await nursery();
    const id = await there.add({});
    const ifMatch = await there.etag(id);
    await reset(there, id);
    const body = { displayName: '保育 華子' };
    expect(await refusedAs(ask(patchAccount, await there.asAdmin(), { params: { id }, body, ifMatch }))).toBe('stale');
  });

  test('is 404 for an unknown account', async () => {
    const there = await nursery();
    expect(await refusedAs(reset(there, '0190a1b2-c3d4-7abc-8def-0123456789ab'))).toBe('not-found');
  });
});
