import { expect, test } from 'vitest';
import { newCode } from '../../../src/domain/sign-in/codes.ts';
import { DAY } from '../../../src/model/instant.ts';
import { EVERYTHING } from '../../support/staff.ts';
import { type Answered, type Nursery, nursery, PASSWORD } from './nursery.ts';

function activate(there: Nursery, code: string, body: object = {}): Promise<Answered> {
  const first = { tenant: 'sakura', code, loginId: 'encho', password: PASSWORD, displayName: '園長 一郎' };
  return there.browser().send('POST', '/auth/register', { ...first, ...body });
}

test('the activation code makes the first administrator, signed in, with ten recovery codes', async () => {
  const there = await nursery();
  const code = await there.issueActivation();
  const answer = await activate(there, code);
  expect(answer.status).toBe(200);
  expect(answer.body.account).toMatchObject({ displayName: '園長 一郎', grants: EVERYTHING });
  expect(answer.body.recoveryCodes.length).toBe(10);
  expect(answer.cookies.map(({ name }) => name)).toEqual(['__Host-session', '__Host-device']);
  const { id } = answer.body.account;
  expect((await there.events()).map(({ action, actor }) => [action, actor]).sort()).toEqual([
    ['recovery-codes-made', id],
    ['sign-in', id],
    ['tenant-activated', id],
  ]);
  expect((await there.browser().login('encho')).status).toBe(200);
});

test('a later use of the code is refused, written as an event, and raises an alert', async () => {
  const there = await nursery();
  const code = await there.issueActivation();
  await activate(there, code);
  const again = await activate(there, code, { loginId: 'other' });
  expect([again.status, again.body.code]).toEqual([401, 'code-not-accepted']);
  expect(await there.events('activation-refused')).toMatchObject([{ result: 'refused', actor: null }]);
  expect(there.telemetry.names('alert')).toEqual(['activation-code-used-again']);
});

test('an operator cannot issue a code that opens a tenant which has an account', async () => {
  const there = await nursery();
  await activate(there, await there.issueActivation());
  const another = await there.issueActivation();
  expect((await activate(there, another, { loginId: 'other' })).body.code).toBe('code-not-accepted');
  expect(there.telemetry.names('alert')).toEqual(['activation-code-used-again']);
});

test('of two uses at the same moment one wins', async () => {
  const there = await nursery();
  const code = await there.issueActivation();
  const answers = await Promise.all(['encho', 'other'].map((loginId) => activate(there, code, { loginId })));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 401]);
  expect((await there.events('tenant-activated')).length).toBe(1);
});

test('a code counts from the moment when it is issued, and no longer than until it is replaced', async () => {
  const there = await nursery();
  const first = await there.issueActivation();
  expect((await activate(there, newCode())).body.code).toBe('code-not-accepted');
  const second = await there.issueActivation();
  expect((await activate(there, first)).body.code).toBe('code-not-accepted');
  expect((await activate(there, second)).status).toBe(200);
});

test('a code is refused when its 14 days are over', async () => {
  const there = await nursery();
  const code = await there.issueActivation();
  await there.clock.advance(14 * DAY);
  expect((await activate(there, code)).body.code).toBe('code-not-accepted');
  expect(there.telemetry.names('alert')).toEqual([]);
});

test('the name is needed, and asking for it uses nothing up', async () => {
  const there = await nursery();
  const code = await there.issueActivation();
  const body = { tenant: 'sakura', code, loginId: 'encho', password: PASSWORD };
  const nameless = await there.browser().send('POST', '/auth/register', body);
  expect([nameless.status, nameless.body.errors[0].pointer]).toEqual([400, '/displayName']);
  expect((await activate(there, code)).status).toBe(200);
});
