import { hash as argon2 } from '@node-rs/argon2';
import { describe, expect, test } from 'vitest';
import { editedAccount } from '../../../src/domain/sign-in/account.ts';
import { PasswordHasher } from '../../../src/domain/sign-in/password-hasher.ts';
import { DAY, HOUR, instant } from '../../../src/model/instant.ts';
import { EVERYTHING } from '../../support/staff.ts';
import { nursery, PASSWORD, WRONG } from './nursery.ts';

describe('a sign-in', () => {
  test('tells account and session, and sets the cookies of session and device', async () => {
    const there = await nursery();
    const id = await there.person('hanako', EVERYTHING, { displayName: '保育 花子' });
    const browser = there.browser();
    const answer = await browser.login('hanako');
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      account: { id, displayName: '保育 花子', grants: EVERYTHING },
      session: { id: expect.any(String), endsAt: instant(there.clock.now() + 14 * DAY) },
    });
    expect(answer.cookies).toEqual([
      expect.objectContaining({
        name: '__Host-session',
        maxAge: (14 * DAY) / 1000,
        httpOnly: true,
        sameSite: 'Strict',
      }),
      expect.objectContaining({
        name: '__Host-device',
        maxAge: (400 * DAY) / 1000,
        httpOnly: true,
        sameSite: 'Strict',
      }),
    ]);
    expect((await browser.send('GET', '/auth/session')).body.session.id).toBe(answer.body.session.id);
  });

  test('is one commit after the attempt: session, device and event together', async () => {
    const there = await nursery();
    const id = await there.person('hanako');
    const browser = there.browser();
    there.counted.reset();
    const { body } = await browser.login('hanako');
    expect(there.counted.commits).toBe(2);
    const [event, ...others] = await there.events('sign-in');
    expect(others).toEqual([]);
    expect(event).toMatchObject({ actor: id, session: body.session.id, targets: [id], agent: 'Safari on iPad' });
    const account = await there.accountOf(id);
    expect([account.sessions.length, account.devices.length]).toEqual([1, 1]);
  });

  test('leaves no password, token or cookie in events and telemetry', async () => {
    const there = await nursery();
    await there.person('hanako');
    const browser = there.browser();
    await browser.login('hanako', WRONG);
    await browser.login('hanako');
    const written = JSON.stringify([await there.events(), there.telemetry.records]);
    for (const secret of [PASSWORD, WRONG, ...browser.jar.values(), 'hanako']) expect(written).not.toContain(secret);
  });

  test('takes the account ID in any case and width', async () => {
    const there = await nursery();
    await there.person('hanako');
    expect((await there.browser().login(' ＨＡＮＡＫＯ ', PASSWORD, 'Sakura ')).status).toBe(200);
  });

  test('keeps the id of the device through sign-ins of several people', async () => {
    const there = await nursery();
    await there.person('hanako');
    await there.person('ichiro');
    const tablet = there.browser();
    const deviceNow = async () => (await there.first.deviceTokens.check(tablet.jar.get('__Host-device') ?? ''))?.device;
    await tablet.login('hanako');
    const device = await deviceNow();
    await tablet.login('ichiro');
    expect(device).toBeDefined();
    expect(await deviceNow()).toBe(device);
  });

  test('lives as long as the rules of the tenant say', async () => {
    const there = await nursery();
    await there.setRules({ allowedNetworks: [], sessionHours: 9 });
    await there.person('hanako');
    const { body, cookies } = await there.browser().login('hanako');
    expect(body.session.endsAt).toBe(instant(there.clock.now() + 9 * HOUR));
    expect(cookies[0]?.maxAge).toBe((9 * HOUR) / 1000);
  });

  test('hashes the password anew when it was hashed with other parameters', async () => {
    const there = await nursery({ hasher: () => new PasswordHasher() });
    const id = await there.person('hanako');
    const weak = await argon2(PASSWORD, { memoryCost: 9_728, timeCost: 2, parallelism: 1, outputLen: 32 });
    await there.put(id, (account) => ({ ...account, passwordHash: weak }));
    expect((await there.browser().login('hanako')).status).toBe(200);
    expect((await there.accountOf(id)).passwordHash).toContain('m=19456,t=2,p=1');
    expect((await there.browser().login('hanako')).status).toBe(200);
  });

  test('goes on when the account was changed by somebody else at the same moment', async () => {
    const there = await nursery();
    const id = await there.person('hanako');
    there.beforeAccountCommit(() => there.put(id, (account) => ({ ...account, displayName: '保育 華子' })));
    expect((await there.browser().login('hanako')).status).toBe(200);
    expect(await there.accountOf(id)).toMatchObject({
      displayName: '保育 華子',
      sessions: [{ id: expect.any(String) }],
    });
  });

  test('is refused when the account was suspended at the same moment', async () => {
    const there = await nursery();
    const id = await there.person('hanako');
    there.beforeAccountCommit(() => there.put(id, (account) => editedAccount(account, { suspended: true })));
    const answer = await there.browser().login('hanako');
    expect([answer.status, answer.body.code, answer.cookies]).toEqual([401, 'sign-in-failed', []]);
    expect(await there.accountOf(id)).toMatchObject({ suspended: true, sessions: [] });
  });

  test('with a password that is changed at the same moment signs nobody in', async () => {
    const there = await nursery();
    const id = await there.person('hanako');
    there.beforeAccountCommit(() => there.put(id, (account) => ({ ...account, passwordHash: 'cheap:another' })));
    const answer = await there.browser().login('hanako');
    expect([answer.status, answer.headers['retry-after'], answer.cookies]).toEqual([503, '1', []]);
    expect(await there.accountOf(id)).toMatchObject({ passwordHash: 'cheap:another', sessions: [] });
  });

  test('from a network that the rules leave out is refused as such only with the right password', async () => {
    const there = await nursery();
    await there.setRules({ allowedNetworks: ['203.0.113.0/24'], sessionHours: 24 });
    const id = await there.person('hanako');
    const home = there.browser(there.first, '192.0.2.7');
    const wrong = await home.login('hanako', WRONG);
    const right = await home.login('hanako');
    expect([wrong.status, wrong.body.code]).toEqual([401, 'sign-in-failed']);
    expect([right.status, right.body.code, right.cookies]).toEqual([403, 'network-not-allowed', []]);
    expect((await there.accountOf(id)).sessions).toEqual([]);
    const failures = (await there.events('sign-in-failed')).map(({ targets, reason }) => [targets, reason]);
    expect(failures).toEqual(
      expect.arrayContaining([
        [[id], 'wrong-password'],
        [[id], 'network-not-allowed'],
      ]),
    );
    expect((await there.browser(there.first, '203.0.113.9').login('hanako')).status).toBe(200);
  });

  test('is refused before any store call when no place to hash in is left', async () => {
    const there = await nursery();
    await there.person('hanako');
    const { hasher } = there.first;
    let release = () => {};
    const full = new Promise<void>((resolve) => {
      release = resolve;
    });
    const holders = Array.from({ length: 34 }, () => hasher.withPlace(() => full));
    there.counted.reset();
    const answer = await there.browser().login('hanako');
    release();
    await Promise.all(holders);
    expect([answer.status, answer.body.code, answer.headers['retry-after']]).toEqual([503, 'busy', '2']);
    expect([there.counted.reads, there.counted.commits]).toEqual([0, 0]);
  });

  test('beyond what a network may ask is refused before any store call', async () => {
    const there = await nursery();
    const address = '192.0.2.99';
    for (let i = 0; i < 60; i += 1) await there.browser(there.first, address).login(`nobody${i}`, WRONG, 'unknown');
    there.counted.reset();
    const answer = await there.browser(there.first, address).login('hanako', WRONG);
    expect([answer.status, answer.body.code, answer.headers['retry-after']]).toEqual([429, 'too-many-requests', '1']);
    expect([there.counted.reads, there.counted.commits]).toEqual([0, 0]);
  });

  test('takes no field that is not asked for', async () => {
    const there = await nursery();
    const body = { tenant: 'sakura', loginId: 'hanako', password: PASSWORD, tenantId: 'sakura' };
    const answer = await there.browser().send('POST', '/auth/login', body);
    expect([answer.status, answer.body.errors[0].pointer]).toEqual([400, '/tenantId']);
    expect(JSON.stringify(answer.body)).not.toContain(PASSWORD);
  });
});

describe('at most 20 sessions', () => {
  test('the 21st sign-in ends the oldest', async () => {
    const there = await nursery();
    const id = await there.person('hanako');
    const browsers = Array.from({ length: 21 }, () => there.browser());
    for (const browser of browsers) {
      expect((await browser.login('hanako')).status).toBe(200);
      await there.clock.advance(1000);
    }
    expect((await there.accountOf(id)).sessions.length).toBe(20);
    expect((await browsers[0]?.send('GET', '/auth/session'))?.status).toBe(401);
    expect((await browsers[1]?.send('GET', '/auth/session'))?.status).toBe(200);
  });
});
