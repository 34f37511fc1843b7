import { describe, expect, test } from 'vitest';
import {
  ADMINISTRATORS,
  ADMINISTRATORS_ID,
  LOGINS,
  REGISTRATION_CODES,
} from '../../../src/domain/sign-in/account-documents.ts';
import { codeHash, newCode } from '../../../src/domain/sign-in/codes.ts';
import { DAY, instant } from '../../../src/model/instant.ts';
import { EVERYTHING } from '../../support/staff.ts';
import { type Answered, NEW_PASSWORD, type Nursery, nursery, PASSWORD } from './nursery.ts';

function register(there: Nursery, body: object, browser = there.browser()): Promise<Answered> {
  return browser.send('POST', '/auth/register', { tenant: 'sakura', loginId: 'hanako', password: PASSWORD, ...body });
}

describe('registering with an invitation', () => {
  test('signs the person in and uses the code up, in one commit with its events', async () => {
    const there = await nursery();
    const { id, code } = await there.invite({ children: { level: 'read', facilities: 'all' } });
    const browser = there.browser();
    there.counted.reset();
    const answer = await register(there, { code: code.toLowerCase().replaceAll('-', ' ') }, browser);
    expect(there.counted.commits).toBe(1);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ account: { id, displayName: '保育 花子' }, recoveryCodes: null });
    expect((await browser.send('GET', '/auth/session')).body.account).toMatchObject({ id, loginId: 'hanako' });
    expect(await there.accountOf(id)).toMatchObject({ registered: true, registration: null, loginId: 'hanako' });
    expect(await there.tenant.get(REGISTRATION_CODES, codeHash(code), 'none')).toBeUndefined();
    expect((await there.events('registered', 'sign-in')).map(({ actor }) => actor)).toEqual([id, id]);
    expect((await there.browser().login('hanako')).status).toBe(200);
  });

  test('a code that was used is refused, each time', async () => {
    const there = await nursery();
    const { code } = await there.invite();
    await register(there, { code });
    for (const loginId of ['hanako', 'somebody-else']) {
      const again = await register(there, { code, loginId });
      expect([again.status, again.body.code]).toEqual([401, 'code-not-accepted']);
    }
  });

  test('a code is refused after 7 days, and one that was replaced at once', async () => {
    const there = await nursery();
    const { id, code } = await there.invite();
    const second = await there.newCodeFor(id);
    expect((await register(there, { code })).body.code).toBe('code-not-accepted');
    await there.clock.advance(7 * DAY);
    expect((await register(there, { code: second })).body.code).toBe('code-not-accepted');
  });

  test('of two at the same moment with one code, one wins', async () => {
    const there = await nursery();
    const { id, code } = await there.invite();
    const answers = await Promise.all(['hanako', 'taro'].map((loginId) => register(there, { code, loginId })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401]);
    const winner = answers.findIndex(({ status }) => status === 200);
    expect((await there.accountOf(id)).loginId).toBe(['hanako', 'taro'][winner]);
    const loser = ['taro', 'hanako'][winner] ?? '';
    expect(await there.tenant.get(LOGINS, there.tenant.lookUp('login', loser), 'none')).toBeUndefined();
  });

  test('an account ID that somebody else has is refused, and the code still works', async () => {
    const there = await nursery();
    await there.person('hanako');
    const { code } = await there.invite();
    const taken = await register(there, { code });
    expect([taken.status, taken.body.code]).toEqual([409, 'login-taken']);
    expect((await register(there, { code, loginId: 'hanako2' })).status).toBe(200);
  });

  test('a password that breaks the rule is told before anything is used up', async () => {
    const there = await nursery();
    const { code } = await there.invite({}, { displayName: 'Wisteria Longname' });
    const wrong = ['short', 'hanakohanakohanako', 'wisterialongname1', 'さくら福祉会さくら福祉会さくら'];
    for (const password of wrong) {
      const answer = await register(there, { code, password });
      expect([answer.status, answer.body.errors[0].pointer]).toEqual([400, '/password']);
    }
    expect((await register(there, { code })).status).toBe(200);
  });

  test('a text that is no code is told as such', async () => {
    const there = await nursery();
    const answer = await register(there, { code: 'ABCDE' });
    expect([answer.status, answer.body.errors[0].pointer]).toEqual([400, '/code']);
  });

  test('from a network that the rules leave out is refused with a right code only, which still works elsewhere', async () => {
    const there = await nursery();
    await there.setRules({ allowedNetworks: ['203.0.113.0/24'], sessionHours: 24 });
    const { code } = await there.invite();
    const from = (address: string) => there.browser(there.first, address);
    expect((await register(there, { code: newCode() }, from('192.0.2.7'))).body.code).toBe('code-not-accepted');
    const refused = await register(there, { code }, from('192.0.2.7'));
    expect([refused.status, refused.body.code]).toEqual([403, 'network-not-allowed']);
    expect((await register(there, { code }, from('203.0.113.9'))).status).toBe(200);
  });

  test('before the active period begins the person registers, and is told from when to sign in', async () => {
    const there = await nursery();
    const activeFrom = instant(there.clock.now() + 3 * DAY);
    const { id, code } = await there.invite({}, { activeFrom });
    const answer = await register(there, { code });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ account: { id }, session: null, activeFrom });
    expect(answer.cookies).toEqual([]);
    expect((await there.browser().login('hanako')).status).toBe(401);
    await there.clock.advance(3 * DAY);
    expect((await there.browser().login('hanako')).status).toBe(200);
  });

  test('whoever may administer accounts stands as administrator and is given ten recovery codes, once', async () => {
    const there = await nursery();
    const { id, code } = await there.invite(EVERYTHING);
    const { body } = await register(there, { code });
    expect(new Set(body.recoveryCodes).size).toBe(10);
    const account = await there.accountOf(id);
    expect(account.recoveryCodes.length).toBe(10);
    expect(JSON.stringify([account, await there.events()])).not.toContain(body.recoveryCodes[0]);
    const administrators = await there.tenant.get(ADMINISTRATORS, ADMINISTRATORS_ID, 'none');
    expect(administrators?.clear).toEqual({ accounts: [id] });
  });
});

describe('registering anew after a reset', () => {
  test('with the same account ID: it was kept for the account all the while', async () => {
    const there = await nursery();
    const id = await there.person('hanako');
    const code = await there.newCodeFor(id);
    const other = await there.invite();
    expect((await register(there, { code: other.code })).body.code).toBe('login-taken');
    expect((await register(there, { code, password: NEW_PASSWORD })).status).toBe(200);
    expect((await there.browser().login('hanako')).status).toBe(401);
    expect((await there.browser().login('hanako', NEW_PASSWORD)).status).toBe(200);
  });

  test('with another account ID: the former one is free again', async () => {
    const there = await nursery();
    const id = await there.person('hanako');
    const code = await there.newCodeFor(id);
    expect((await register(there, { code, loginId: 'hanako.sato' })).status).toBe(200);
    const other = await there.invite();
    expect((await register(there, { code: other.code })).status).toBe(200);
    expect((await there.browser().login('hanako')).body.account.id).toBe(other.id);
    expect((await there.browser().login('hanako.sato')).body.account.id).toBe(id);
  });

  test('opens an account that has closed to unknown devices', async () => {
    const there = await nursery();
    const id = await there.person('hanako');
    for (let i = 0; i < 100; i += 1) {
      await there.clock.advance(900_000);
      await there.browser().login('hanako', NEW_PASSWORD);
    }
    await there.clock.advance(900_000);
    expect((await there.browser().login('hanako')).body.code).toBe('known-device-needed');
    expect((await register(there, { code: await there.newCodeFor(id) })).status).toBe(200);
    expect((await there.browser().login('hanako')).status).toBe(200);
  });
});
