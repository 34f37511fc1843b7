import { expect, test } from 'vitest';
import { newId } from '../../../src/domain/ids.ts';
import { editedAccount } from '../../../src/domain/sign-in/account.ts';
import { DAY, HOUR, instant, SECOND } from '../../../src/model/instant.ts';
import { EVERYTHING } from '../../support/staff.ts';
import { type Nursery, nursery } from './nursery.ts';

async function signedIn(there: Nursery, loginId = 'hanako') {
  const browser = there.browser();
  const { body } = await browser.login(loginId);
  const id: string = body.account.id;
  const session: string = body.session.id;
  const stored = (await there.accountOf(id)).sessions.find((one) => one.id === session);
  if (stored === undefined) throw new Error('no session');
  return { browser, id, session, stored };
}

test('the session tells who is signed in, until when, and at which tenant', async () => {
  const there = await nursery();
  const id = await there.person('hanako', EVERYTHING);
  const { browser, session } = await signedIn(there);
  const now = there.clock.now();
  expect((await browser.send('GET', '/auth/session')).body).toEqual({
    account: { id, displayName: '保育 花子', loginId: 'hanako', grants: EVERYTHING },
    session: { id: session, signedInAt: instant(now), endsAt: instant(now + 14 * DAY), confirmedUntil: null },
    tenant: { code: 'sakura', name: 'さくら福祉会' },
  });
});

test('the list shows where one is signed in oneself, the latest first, without those that have ended', async () => {
  const there = await nursery();
  await there.person('hanako');
  await there.person('taro');
  await signedIn(there);
  await there.clock.advance(13 * HOUR);
  const first = await signedIn(there);
  await there.clock.advance(SECOND);
  const second = await signedIn(there);
  await signedIn(there, 'taro');
  const { items } = (await first.browser.send('GET', '/auth/sessions')).body;
  expect(items).toMatchObject([
    { id: second.session, current: false, device: 'Safari on iPad' },
    { id: first.session, current: true, device: 'Safari on iPad' },
  ]);
});

test('signing out ends this session alone and removes its cookie; sent again it changes nothing', async () => {
  const there = await nursery();
  const id = await there.person('hanako');
  const { browser, session } = await signedIn(there);
  const other = await signedIn(there);
  const token = browser.jar.get('__Host-session') ?? '';
  const out = await browser.send('POST', '/auth/logout');
  expect([out.status, out.cookies]).toMatchObject([204, [{ name: '__Host-session', value: '', maxAge: 0 }]]);
  expect(await there.events('session-ended')).toMatchObject([{ actor: id, targets: [session], reason: 'signed-out' }]);
  const before = await there.accountOf(id);
  browser.jar.set('__Host-session', token);
  expect((await browser.send('POST', '/auth/logout')).status).toBe(401);
  expect(await there.accountOf(id)).toEqual(before);
  expect((await other.browser.send('GET', '/auth/session')).status).toBe(200);
});

test('the device stays known after signing out', async () => {
  const there = await nursery();
  const id = await there.person('hanako');
  const { browser } = await signedIn(there);
  await browser.send('POST', '/auth/logout');
  await browser.login('hanako');
  expect((await there.accountOf(id)).devices.length).toBe(1);
});

test('one of the own sessions is ended at once; ending it again succeeds without a write', async () => {
  const there = await nursery();
  const id = await there.person('hanako');
  const mine = await signedIn(there);
  const lost = await signedIn(there);
  const end = () => mine.browser.send('DELETE', `/auth/sessions/${lost.session}`);
  const ended = await end();
  expect([ended.status, ended.cookies]).toEqual([204, []]);
  expect((await lost.browser.send('GET', '/auth/session')).status).toBe(401);
  expect(await there.events('session-ended')).toMatchObject([
    { actor: id, targets: [lost.session], reason: 'by-owner' },
  ]);
  there.counted.reset();
  expect((await end()).status).toBe(204);
  expect(there.counted.commits).toBe(0);
});

test('a session of somebody else is left alone, and answered like one that has ended', async () => {
  const there = await nursery();
  await there.person('hanako');
  await there.person('taro');
  const mine = await signedIn(there);
  const other = await signedIn(there, 'taro');
  there.counted.reset();
  for (const id of [other.session, newId(there.clock.now())]) {
    expect((await mine.browser.send('DELETE', `/auth/sessions/${id}`)).status).toBe(204);
  }
  expect(there.counted.commits).toBe(0);
  expect((await other.browser.send('GET', '/auth/session')).status).toBe(200);
});

test('signing out everywhere ends this session too, and no token works any more', async () => {
  const there = await nursery();
  const id = await there.person('hanako');
  const all = [await signedIn(there), await signedIn(there), await signedIn(there)];
  const tokens = all.map(({ browser }) => browser.jar.get('__Host-session') ?? '');
  const out = await all[0]?.browser.send('DELETE', '/auth/sessions');
  expect([out?.status, out?.cookies]).toMatchObject([204, [{ name: '__Host-session', maxAge: 0 }]]);
  const [event] = await there.events('session-ended');
  expect([...(event?.targets ?? [])].sort()).toEqual(all.map(({ session }) => session).sort());
  for (const token of tokens) {
    const browser = there.browser();
    browser.jar.set('__Host-session', token);
    expect((await browser.send('GET', '/auth/session')).status).toBe(401);
  }
  expect((await there.accountOf(id)).sessions).toEqual([]);
});

test('an edit at the same moment is not undone by signing out, nor does it keep the session', async () => {
  const there = await nursery();
  const id = await there.person('hanako');
  const { browser } = await signedIn(there);
  there.beforeAccountCommit(() => there.put(id, (account) => editedAccount(account, { displayName: '保育 華子' })));
  expect((await browser.send('POST', '/auth/logout')).status).toBe(204);
  expect(await there.accountOf(id)).toMatchObject({ displayName: '保育 華子', sessions: [] });
});

test('fifty requests in parallel, after an hour, sign nobody out', async () => {
  const there = await nursery();
  await there.person('hanako');
  const { browser } = await signedIn(there);
  await there.clock.advance(2 * HOUR);
  const answers = await Promise.all(Array.from({ length: 50 }, () => browser.send('GET', '/auth/session')));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect((await browser.send('GET', '/auth/session')).status).toBe(200);
});

test('a session that has run out is ended without a write', async () => {
  const there = await nursery();
  await there.person('hanako');
  const old = await signedIn(there);
  await there.clock.advance(13 * HOUR);
  const mine = await signedIn(there);
  await there.put(mine.id, (account) => ({ ...account, sessions: [...account.sessions, old.stored] }));
  there.counted.reset();
  expect((await mine.browser.send('DELETE', `/auth/sessions/${old.session}`)).status).toBe(204);
  expect(there.counted.commits).toBe(0);
});
