import { describe, expect, test } from 'vitest';
import { type Account, editedAccount } from '../../../src/domain/sign-in/account.ts';
import { codeHash } from '../../../src/domain/sign-in/codes.ts';
import { instant, MINUTE, SECOND } from '../../../src/model/instant.ts';
import { EVERYTHING } from '../../support/staff.ts';
import { NEW_PASSWORD, type Nursery, nursery, PASSWORD, WRONG } from './nursery.ts';

async function signedIn(there: Nursery, grants = {}) {
  const id = await there.person('hanako', grants);
  const browser = there.browser();
  expect((await browser.login('hanako')).status).toBe(200);
  const confirm = (password = PASSWORD) => browser.send('POST', '/auth/confirm', { password });
  const change = (currentPassword: string, newPassword = NEW_PASSWORD) =>
    browser.send('POST', '/auth/password', { currentPassword, newPassword });
  return { id, browser, confirm, change };
}

describe('confirming', () => {
  test('stamps this session for 5 minutes, and no other', async () => {
    const there = await nursery();
    const { id, browser, confirm } = await signedIn(there);
    const other = there.browser();
    await other.login('hanako');
    const until = instant(there.clock.now() + 5 * MINUTE);
    expect((await confirm()).body).toEqual({ confirmedUntil: until });
    expect((await browser.send('GET', '/auth/session')).body.session.confirmedUntil).toBe(until);
    expect((await other.send('GET', '/auth/session')).body.session.confirmedUntil).toBeNull();
    expect(await there.events('confirmed')).toMatchObject([{ actor: id }]);
    await there.clock.advance(5 * MINUTE);
    expect((await browser.send('GET', '/auth/session')).body.session.confirmedUntil).toBeNull();
  });

  test('with a wrong password is refused at the field, written as an event, and ends no session', async () => {
    const there = await nursery();
    const { id, browser, confirm } = await signedIn(there);
    const wrong = await confirm(WRONG);
    expect([wrong.status, wrong.body.errors[0]]).toMatchObject([400, { pointer: '/password', code: 'wrong-password' }]);
    expect(await there.events('confirm-failed')).toMatchObject([{ actor: id, result: 'failed' }]);
    expect((await browser.send('GET', '/auth/session')).status).toBe(200);
  });

  test('waits from the fifth failure on, in this session alone', async () => {
    const there = await nursery();
    const { confirm } = await signedIn(there);
    for (let i = 0; i < 5; i += 1) expect((await confirm(WRONG)).status).toBe(400);
    const waiting = await confirm();
    expect([waiting.status, waiting.headers['retry-after']]).toEqual([429, '1']);
    const elsewhere = there.browser();
    expect((await elsewhere.login('hanako')).status).toBe(200);
    expect((await elsewhere.send('POST', '/auth/confirm', { password: PASSWORD })).status).toBe(200);
    await there.clock.advance(SECOND);
    expect((await confirm()).status).toBe(200);
    expect((await confirm(WRONG)).status).toBe(400);
  });

  test('holds when an administrator edits the account at the same moment', async () => {
    const there = await nursery();
    const { id, browser, confirm } = await signedIn(there);
    there.beforeAccountCommit(() => there.put(id, (account) => editedAccount(account, { displayName: '保育 華子' })));
    expect((await confirm()).status).toBe(200);
    const { body } = await browser.send('GET', '/auth/session');
    expect([body.account.displayName, body.session.confirmedUntil]).toEqual(['保育 華子', expect.any(String)]);
  });
});

describe('at the moment when', () => {
  const WRITES: readonly (readonly [string, (account: Account) => Account])[] = [
    ['the account is suspended', (account) => editedAccount(account, { suspended: true })],
    ['its active period is ended', (account) => editedAccount(account, { activeUntil: '2026-01-01T00:00:00.000Z' })],
    ['it is signed out everywhere', (account) => ({ ...account, sessions: [] })],
  ];
  const REQUESTS = [
    ['/auth/confirm', { password: PASSWORD }],
    ['/auth/password', { currentPassword: PASSWORD, newPassword: NEW_PASSWORD }],
    ['/auth/recovery-codes', undefined],
  ] as const;
  const cases = WRITES.flatMap(([moment, write]) => REQUESTS.map(([path, body]) => ({ moment, write, path, body })));

  test.each(cases)('$moment, $path changes nothing', async ({ write, path, body }) => {
    const there = await nursery();
    await there.add(EVERYTHING);
    const { id, browser, confirm } = await signedIn(there, EVERYTHING);
    await confirm();
    const before = await there.accountOf(id);
    there.beforeAccountCommit(() => there.put(id, write));
    expect((await browser.send('POST', path, body)).status).toBe(401);
    expect(await there.accountOf(id)).toEqual(write(before));
  });
});

describe('changing the password', () => {
  test('ends the other sessions, keeps this one, and is written as an event', async () => {
    const there = await nursery();
    const { id, browser, change } = await signedIn(there);
    const other = there.browser();
    await other.login('hanako');
    expect((await change(PASSWORD)).status).toBe(204);
    expect((await browser.send('GET', '/auth/session')).status).toBe(200);
    expect((await other.send('GET', '/auth/session')).status).toBe(401);
    expect((await there.browser().login('hanako', PASSWORD)).status).toBe(401);
    expect((await there.browser().login('hanako', NEW_PASSWORD)).status).toBe(200);
    expect(await there.events('password-changed')).toMatchObject([{ actor: id }]);
  });

  test('needs the present password and a new one that keeps the rule', async () => {
    const there = await nursery();
    const { id, change } = await signedIn(there);
    const before = await there.accountOf(id);
    expect((await change(WRONG)).body.errors[0].pointer).toBe('/currentPassword');
    for (const weak of ['short', 'hanakohanakohanako', 'さくら福祉会さくら福祉会さくら']) {
      expect((await change(PASSWORD, weak)).body.errors[0].pointer).toBe('/newPassword');
    }
    expect(await there.accountOf(id)).toEqual(before);
  });

  test('shares its waits with confirming', async () => {
    const there = await nursery();
    const { confirm, change } = await signedIn(there);
    for (let i = 0; i < 5; i += 1) await confirm(WRONG);
    expect((await change(PASSWORD)).body.code).toBe('wait-before-next-attempt');
  });

  test('a second change at the same moment does not overwrite the first', async () => {
    const there = await nursery();
    const { id, change } = await signedIn(there);
    there.beforeAccountCommit(() => there.put(id, (account) => ({ ...account, passwordHash: 'cheap:the first' })));
    const second = await change(PASSWORD);
    expect([second.status, second.headers['retry-after']]).toEqual([503, '1']);
    expect((await there.accountOf(id)).passwordHash).toBe('cheap:the first');
  });
});

describe('new recovery codes', () => {
  test('replace the old ones, after the password was given again', async () => {
    const there = await nursery();
    const { id, browser, confirm } = await signedIn(there, EVERYTHING);
    const make = () => browser.send('POST', '/auth/recovery-codes');
    expect((await make()).body.code).toBe('confirm-needed');
    await confirm();
    const first: string[] = (await make()).body.recoveryCodes;
    const second: string[] = (await make()).body.recoveryCodes;
    expect([first.length, second.length]).toEqual([10, 10]);
    expect((await there.accountOf(id)).recoveryCodes).toEqual(second.map(codeHash));
    expect((await there.events('recovery-codes-made')).map(({ actor }) => actor)).toEqual([id, id]);
  });

  test('are for accounts that may administer accounts only', async () => {
    const there = await nursery();
    const { id, browser, confirm } = await signedIn(there, { accounts: { level: 'read', facilities: 'all' } });
    await confirm();
    const refused = await browser.send('POST', '/auth/recovery-codes');
    expect([refused.status, refused.body.code]).toEqual([403, 'not-permitted']);
    expect(await there.events('access-refused')).toMatchObject([{ actor: id, reason: 'accounts-write' }]);
    expect((await there.accountOf(id)).recoveryCodes).toEqual([]);
  });
});
