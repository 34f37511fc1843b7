import { expect, test } from 'vitest';
import { CONTRACT_ID } from '../../../src/domain/contracts/contract.ts';
import { createContract, endContract } from '../../../src/domain/contracts/contract-changes.ts';
import { newCode } from '../../../src/domain/sign-in/codes.ts';
import { DAY, SECOND } from '../../../src/model/instant.ts';
import { nursery, PASSWORD, WRONG } from './nursery.ts';

test('before provisioning has finished a tenant is told to come back', async () => {
  const there = await nursery();
  const terms = { tenantId: 'tanpopo', name: 'たんぽぽ会', startsOn: '2026-04-01', endsOn: null };
  const value = createContract(terms, there.clock.now());
  await there.contracts.create({ partition: 'tanpopo', id: CONTRACT_ID, value, dueAt: null });
  const code = await there.issueActivation('tanpopo');
  const body = { tenant: 'tanpopo', code, loginId: 'encho', password: PASSWORD, displayName: '園長 一郎' };
  for (const answer of [
    await there.browser().login('encho', PASSWORD, 'tanpopo'),
    await there.browser().send('POST', '/auth/register', body),
  ]) {
    expect([answer.status, answer.body.code, answer.headers['retry-after']]).toEqual([503, 'starting', '15']);
  }
});

test('before its first day a tenant is answered as one that does not exist', async () => {
  const there = await nursery();
  const terms = { tenantId: 'tanpopo', name: 'たんぽぽ会', startsOn: '2027-04-01', endsOn: null };
  const value = createContract(terms, there.clock.now());
  await there.contracts.create({ partition: 'tanpopo', id: CONTRACT_ID, value, dueAt: null });
  const code = await there.issueActivation('tanpopo');
  const body = { tenant: 'tanpopo', code, loginId: 'encho', password: PASSWORD, displayName: '園長 一郎' };
  expect((await there.browser().send('POST', '/auth/register', body)).body.code).toBe('code-not-accepted');
  expect((await there.browser().login('encho', PASSWORD, 'tanpopo')).body.code).toBe('sign-in-failed');
});

test('an unknown tenant code is remembered for 5 seconds, so a guesser does not reach the store each time', async () => {
  const there = await nursery();
  expect((await there.browser().login('hanako', WRONG, 'tanpopo')).status).toBe(401);
  await there.provision('tanpopo');
  const code = await there.issueActivation('tanpopo');
  const body = { tenant: 'tanpopo', code, loginId: 'encho', password: PASSWORD, displayName: '園長 一郎' };
  expect((await there.browser().send('POST', '/auth/register', body)).status).toBe(401);
  await there.clock.advance(5 * SECOND);
  expect((await there.browser().send('POST', '/auth/register', body)).status).toBe(200);
});

test('a contract that ends while somebody signs in or registers is answered as a tenant that does not exist', async () => {
  for (const entering of ['login', 'register'] as const) {
    const there = await nursery();
    await there.person('hanako');
    const { code } = await there.invite();
    const item = await there.contracts.get('sakura', CONTRACT_ID);
    if (item === undefined) throw new Error('no contract');
    const value = endContract(item.value, { on: '2026-11-24' }, there.clock.now());
    await there.contracts.replace({ partition: 'sakura', id: CONTRACT_ID, value, dueAt: null }, item.etag);
    there.beforeAccountCommit(async () => {
      there.clock.set(there.clock.now() + DAY);
      await there.closeGate();
    });
    const browser = there.browser(there.instance());
    const registration = { tenant: 'sakura', code, loginId: 'taro', password: PASSWORD };
    const answer =
      entering === 'login' ? await browser.login('hanako') : await browser.send('POST', '/auth/register', registration);
    const expected = entering === 'login' ? 'sign-in-failed' : 'code-not-accepted';
    expect([answer.status, answer.body.code, answer.cookies]).toEqual([401, expected, []]);
  }
});

test('a code of one tenant opens no other', async () => {
  const there = await nursery();
  await there.provision('tanpopo');
  const activationCode = await there.issueActivation('tanpopo');
  const { code: registrationCode } = await there.invite();
  for (const [tenant, code] of [
    ['sakura', activationCode],
    ['tanpopo', registrationCode],
    ['tanpopo', newCode()],
  ]) {
    const body = { tenant, code, loginId: 'encho', password: PASSWORD, displayName: '園長 一郎' };
    expect((await there.browser().send('POST', '/auth/register', body)).body.code).toBe('code-not-accepted');
  }
});

test('an account ID and password of one tenant sign in nowhere else', async () => {
  const there = await nursery();
  await there.person('hanako');
  await there.provision('tanpopo');
  const answer = await there.browser().login('hanako', PASSWORD, 'tanpopo');
  expect([answer.status, answer.body.code]).toEqual([401, 'sign-in-failed']);
});
