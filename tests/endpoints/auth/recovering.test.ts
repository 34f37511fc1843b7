import { expect, test } from 'vitest';
import { codeHash, newCode, newRecoveryCodes } from '../../../src/domain/sign-in/codes.ts';
import { SECOND } from '../../../src/model/instant.ts';
import { EVERYTHING } from '../../support/staff.ts';
import { type Answered, NEW_PASSWORD, type Nursery, nursery, PASSWORD, WRONG } from './nursery.ts';

async function administrator(there: Nursery): Promise<{ id: string; codes: readonly string[] }> {
  const id = await there.person('encho', EVERYTHING, { displayName: 'Wisteria Longname' });
  const codes = newRecoveryCodes();
  await there.put(id, (account) => ({ ...account, recoveryCodes: codes.map(codeHash) }));
  return { id, codes };
}

function recover(there: Nursery, recoveryCode: string, body: object = {}): Promise<Answered> {
  const given = { tenant: 'sakura', loginId: 'encho', recoveryCode, newPassword: NEW_PASSWORD };
  return there.browser().send('POST', '/auth/recover', { ...given, ...body });
}

test('sets the new password, ends all other sessions and signs in', async () => {
  const there = await nursery();
  const { id, codes } = await administrator(there);
  const lost = there.browser();
  await lost.login('encho');
  const answer = await recover(there, codes[0] ?? '');
  expect([answer.status, answer.body.account.id]).toEqual([200, id]);
  expect((await lost.send('GET', '/auth/session')).status).toBe(401);
  expect((await there.browser().login('encho', PASSWORD)).status).toBe(401);
  expect((await there.browser().login('encho', NEW_PASSWORD)).status).toBe(200);
  expect(await there.events('recovered')).toMatchObject([{ actor: id, targets: [id] }]);
});

test('each code works once, refused each time after; the other nine still work', async () => {
  const there = await nursery();
  const { codes } = await administrator(there);
  expect((await recover(there, codes[3] ?? '')).status).toBe(200);
  for (let i = 0; i < 2; i += 1) {
    const again = await recover(there, codes[3] ?? '');
    expect([again.status, again.body.code]).toEqual([401, 'sign-in-failed']);
  }
  expect((await recover(there, codes[4] ?? '')).status).toBe(200);
});

test('of two at the same moment with one code, one wins', async () => {
  const there = await nursery();
  const { id, codes } = await administrator(there);
  there.beforeAccountCommit(() => there.put(id, (account) => ({ ...account, recoveryCodes: [] })));
  expect((await recover(there, codes[0] ?? '')).status).toBe(401);
});

test('a password that breaks the rule uses no code up; what needs the account is told only for a right code', async () => {
  const there = await nursery();
  const { codes } = await administrator(there);
  const named = { newPassword: 'wisterialongname1' };
  expect((await recover(there, newCode(), named)).status).toBe(401);
  const told = await recover(there, codes[0] ?? '', named);
  expect([told.status, told.body.errors[0].pointer]).toEqual([400, '/newPassword']);
  expect((await recover(there, newCode(), { newPassword: 'short' })).status).toBe(400);
  expect((await recover(there, codes[0] ?? '')).status).toBe(200);
});

test('an account that may not sign in does not recover either', async () => {
  const there = await nursery();
  const { id, codes } = await administrator(there);
  await there.add(EVERYTHING);
  await there.put(id, (account) => ({ ...account, suspended: true }));
  expect((await recover(there, codes[0] ?? '')).body.code).toBe('sign-in-failed');
  expect((await there.accountOf(id)).recoveryCodes.length).toBe(10);
});

test('attempts wait as at sign-in, counted apart from it', async () => {
  const there = await nursery();
  const { codes } = await administrator(there);
  for (let i = 0; i < 5; i += 1) expect((await recover(there, newCode())).status).toBe(401);
  expect((await recover(there, codes[0] ?? '')).body.code).toBe('wait-before-next-attempt');
  expect((await there.browser().login('encho', WRONG)).status).toBe(401);
  await there.clock.advance(SECOND);
  expect((await recover(there, codes[0] ?? '')).status).toBe(200);
});

test('helps where the account has closed to unknown devices', async () => {
  const there = await nursery();
  const { codes } = await administrator(there);
  for (let i = 0; i < 100; i += 1) {
    await there.clock.advance(900 * SECOND);
    await there.browser().login('encho', WRONG);
  }
  await there.clock.advance(900 * SECOND);
  expect((await there.browser().login('encho')).body.code).toBe('known-device-needed');
  expect((await recover(there, codes[0] ?? '')).status).toBe(200);
  expect((await there.browser().login('encho', NEW_PASSWORD)).status).toBe(200);
});

test('never closes, however often others guess: a recovery code is the last way in', async () => {
  const there = await nursery();
  const { codes } = await administrator(there);
  for (let i = 0; i < 101; i += 1) {
    await there.clock.advance(900 * SECOND);
    expect((await recover(there, newCode())).status).toBe(401);
  }
  await there.clock.advance(900 * SECOND);
  expect((await recover(there, codes[0] ?? '')).status).toBe(200);
});
