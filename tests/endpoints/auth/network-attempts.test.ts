import { expect, test } from 'vitest';
import { newCode } from '../../../src/domain/sign-in/codes.ts';
import { NEW_PASSWORD, nursery, PASSWORD, WRONG } from './nursery.ts';

const CODE = newCode();
const USES: readonly (readonly [string, object])[] = [
  ['/auth/login', { tenant: 'sakura', loginId: 'hanako', password: WRONG }],
  ['/auth/register', { tenant: 'sakura', loginId: 'hanako', password: PASSWORD, code: CODE }],
  ['/auth/recover', { tenant: 'sakura', loginId: 'hanako', newPassword: NEW_PASSWORD, recoveryCode: CODE }],
  ['/auth/confirm', { password: WRONG }],
  ['/auth/password', { currentPassword: WRONG, newPassword: NEW_PASSWORD }],
];

test.each(USES)(
  '%s takes an attempt of the network, and is refused without a hash when none is left',
  async (path, body) => {
    const there = await nursery();
    await there.person('hanako');
    const address = '192.0.2.99';
    const browser = there.browser(there.first, address);
    await browser.login('hanako');
    // Without its signed device the browser counts with its network.
    browser.jar.delete('__Host-device');
    for (let i = 0; i < 59; i += 1) await there.browser(there.first, address).login(`nobody${i}`, WRONG, 'nowhere');
    const hashes = there.first.hasher.count;
    const refused = await browser.send('POST', path, body);
    expect([refused.status, refused.body.code]).toEqual([429, 'too-many-requests']);
    expect(there.first.hasher.count).toBe(hashes);
    await there.clock.advance(1000);
    expect((await browser.send('POST', path, body)).body.code).not.toBe('too-many-requests');
  },
);

test('a signed device is not hindered by a crowd behind the same address', async () => {
  const there = await nursery();
  await there.person('hanako');
  const address = '192.0.2.99';
  const tablet = there.browser(there.first, address);
  await tablet.login('hanako');
  for (let i = 0; i < 70; i += 1) await there.browser(there.first, address).login(`nobody${i}`, WRONG, 'nowhere');
  expect((await there.browser(there.first, address).login('hanako')).status).toBe(429);
  expect((await tablet.login('hanako')).status).toBe(200);
});
