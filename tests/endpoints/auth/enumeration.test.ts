import { beforeEach, describe, expect, test, vi } from 'vitest';
import { newAccount } from '../../../src/domain/sign-in/account.ts';
import { codeHash, newCode } from '../../../src/domain/sign-in/codes.ts';
import { DAY, instant } from '../../../src/model/instant.ts';
import { EVERYTHING } from '../../support/staff.ts';
import { CheapHasher } from './cheap-hasher.ts';
import { type Answered, NEW_PASSWORD, type Nursery, nursery, PASSWORD, WRONG } from './nursery.ts';

const hmacs = vi.hoisted(() => ({ count: 0 }));
vi.mock('node:crypto', async (original) => {
  const crypto = await original<typeof import('node:crypto')>();
  const createHmac: typeof crypto.createHmac = (...args) => {
    hmacs.count += 1;
    return crypto.createHmac(...args);
  };
  return { ...crypto, default: { ...crypto, createHmac }, createHmac };
});
beforeEach(() => {
  hmacs.count = 0;
});

/** One account in every state in which nobody may sign in, and one in which somebody could. */
async function everyState(there: Nursery): Promise<void> {
  const { clock } = there;
  // What an instance reads of a tenant once in 30 s is no part of an attempt.
  await there.browser().login('first-of-all', WRONG);
  await there.person('standing', EVERYTHING);
  await there.person('suspended', {}, { suspended: true });
  await there.person('expired', {}, { activeUntil: instant(clock.now() - DAY) });
  await there.person('not-yet', {}, { activeFrom: instant(clock.now() + DAY) });
  const reset = await there.person('reset');
  await there.put(reset, (account) => ({
    ...newAccount(account, { codeHash: codeHash(newCode()), expiresAt: instant(clock.now() + DAY) }),
    loginId: 'reset',
  }));
}

/** What a client can see of an answer, but for the trace id, which differs in every answer. */
function seen({ status, headers, body, cookies }: Answered) {
  const { 'x-trace-id': _trace, ...otherHeaders } = headers;
  const { trace: _alsoTrace, ...otherBody } = body;
  return { status, headers: otherHeaders, body: otherBody, cookies };
}

/** What an attempt costs at one instance. */
async function cost(there: Nursery, call: () => Promise<Answered>) {
  const hashes = there.first.hasher.count;
  there.counted.reset();
  hmacs.count = 0;
  const answer = await call();
  const work = { hashes: there.first.hasher.count - hashes, hmacs: hmacs.count };
  return { answer, work, store: { reads: there.counted.reads, commits: there.counted.commits } };
}

const CASES: readonly (readonly [string, string, string])[] = [
  ['an unknown id', 'nobody', WRONG],
  ['a wrong password', 'standing', WRONG],
  ['a suspended account', 'suspended', PASSWORD],
  ['an expired account', 'expired', PASSWORD],
  ['an account whose period has not begun', 'not-yet', PASSWORD],
  ['an account that was reset', 'reset', PASSWORD],
];

describe.each([
  ['without a device cookie', false],
  ['from a signed device', true],
])('%s', (_name, withDevice) => {
  async function visitor(there: Nursery) {
    const browser = there.browser();
    if (withDevice) browser.jar.set('__Host-device', await there.first.deviceTokens.issue({ device: 'd'.repeat(43) }));
    return browser;
  }

  test('every reason to refuse a sign-in is answered alike and costs alike', async () => {
    const there = await nursery();
    await everyState(there);
    const outcomes = [];
    for (const [name, loginId, password] of CASES) {
      const browser = await visitor(there);
      outcomes.push({ name, ...(await cost(there, () => browser.login(loginId, password))) });
    }
    const [first] = outcomes;
    expect(first?.answer.status).toBe(401);
    expect(first?.work).toEqual({ hashes: 1, hmacs: withDevice ? 2 : 1 });
    expect(first?.store).toEqual({ reads: 3, commits: 2 });
    for (const { name, answer, work, store } of outcomes) {
      expect([name, seen(answer), work, store]).toEqual([name, first && seen(first.answer), first?.work, first?.store]);
    }
  });

  test('every reason to refuse a recovery is answered alike and costs alike', async () => {
    const there = await nursery();
    await everyState(there);
    const outcomes = [];
    for (const [name, loginId] of CASES) {
      const browser = await visitor(there);
      const body = { tenant: 'sakura', loginId, recoveryCode: newCode(), newPassword: NEW_PASSWORD };
      outcomes.push({ name, ...(await cost(there, () => browser.send('POST', '/auth/recover', body))) });
    }
    const [first] = outcomes;
    expect(first?.answer.status).toBe(401);
    expect(first?.work).toEqual({ hashes: 1, hmacs: withDevice ? 2 : 1 });
    expect(first?.store).toEqual({ reads: 3, commits: 2 });
    for (const { name, answer, work, store } of outcomes) {
      expect([name, seen(answer), work, store]).toEqual([name, first && seen(first.answer), first?.work, first?.store]);
    }
  });

  test('unknown and ended tenants do the same hashes and look-ups, get the same answer, and write nothing', async () => {
    const there = await nursery();
    await there.person('standing');
    await there.provision('ended', '2026-11-25');
    const known = await visitor(there);
    const wrong = await cost(there, () => known.login('standing', WRONG));
    await there.clock.advance(3 * DAY);
    for (const tenant of ['nowhere', 'ended']) {
      const browser = await visitor(there);
      const { answer, work, store } = await cost(there, () => browser.login('standing', WRONG, tenant));
      expect([tenant, seen(answer), work]).toEqual([tenant, seen(wrong.answer), wrong.work]);
      expect(store).toEqual({ reads: 0, commits: 0 });
    }
  });
});

test('every code that is not accepted is answered alike and costs alike', async () => {
  const there = await nursery();
  const suspended = await there.invite();
  await there.put(suspended.id, (account) => ({ ...account, suspended: true }));
  const replaced = await there.invite();
  await there.newCodeFor(replaced.id);
  const used = await there.invite();
  const registering = (code: string, loginId = 'hanako') =>
    there.browser().send('POST', '/auth/register', { tenant: 'sakura', code, loginId, password: PASSWORD });
  expect((await registering(used.code, 'used')).status).toBe(200);
  const outcomes = [];
  for (const code of [newCode(), suspended.code, replaced.code, used.code]) {
    outcomes.push(await cost(there, () => registering(code)));
  }
  const nowhere = { tenant: 'nowhere', code: newCode(), loginId: 'hanako', password: PASSWORD };
  const stranger = await cost(there, () => there.browser().send('POST', '/auth/register', nowhere));
  const [first] = outcomes;
  expect([first?.answer.status, first?.answer.body.code]).toEqual([401, 'code-not-accepted']);
  for (const { answer, work, store } of outcomes) {
    expect([seen(answer), work, store]).toEqual([first && seen(first.answer), first?.work, first?.store]);
  }
  expect([seen(stranger.answer), stranger.work]).toEqual([first && seen(first.answer), first?.work]);
});

test('attempts in a row, and at one instant, meet the same answers at an account, an unknown id and an unknown tenant', async () => {
  const hasher = new CheapHasher();
  const there = await nursery({ hasher: () => hasher });
  await there.person('standing');
  const targets = [
    ['sakura', 'standing'],
    ['sakura', 'nobody'],
    ['nowhere', 'nobody'],
  ] as const;
  const patterns = [];
  for (const [tenant, loginId] of targets) {
    const at = there.instance();
    const once = () => there.browser(at).login(loginId, WRONG, tenant);
    // A hash takes longer than the other two need to arrive and to be answered.
    const answered = Promise.withResolvers<void>();
    hasher.until = answered.promise;
    let answers = 0;
    const counted = (answer: Answered) => {
      answers += 1;
      if (answers === 2) answered.resolve();
      return answer;
    };
    const together = await Promise.all([once(), once(), once()].map((attempt) => attempt.then(counted)));
    const row = [];
    for (let i = 0; i < 7; i += 1) row.push(await once());
    patterns.push([...together, ...row].map(seen));
  }
  expect(patterns[1]).toEqual(patterns[0]);
  expect(patterns[2]).toEqual(patterns[0]);
  expect(patterns[0]?.filter(({ status }) => status === 401).length).toBe(5);
});

test('the event of a failure names the account if it exists, else the beginning of the keyed look-up', async () => {
  const there = await nursery();
  const id = await there.person('standing');
  await there.browser().login('standing', WRONG);
  const [known] = await there.events('sign-in-failed');
  expect(known).toMatchObject({ targetKind: 'account', targets: [id], reason: 'wrong-password', actor: null });
  await there.browser().login('nobody', WRONG);
  const unknown = (await there.events('sign-in-failed')).find(({ targetKind }) => targetKind === 'login');
  const lookUp = Buffer.from(there.tenant.lookUp('login', 'nobody'), 'base64url').toString('hex');
  expect(unknown).toMatchObject({ targets: [lookUp.slice(0, 16)], reason: 'unknown-id', actor: null });
});
