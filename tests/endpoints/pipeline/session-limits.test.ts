import { expect, test } from 'vitest';
import { nursery } from '../auth/nursery.ts';

test('a session that asks too often is refused before anything is read, whether or not it still lives', async () => {
  const there = await nursery();
  await there.person('hanako');
  for (const ended of [false, true]) {
    const browser = there.browser();
    await browser.login('hanako');
    const token = browser.jar.get('__Host-session') ?? '';
    if (ended) await browser.send('POST', '/auth/logout');
    browser.jar.set('__Host-session', token);
    for (let i = 0; i < 100; i += 1) await browser.send('GET', '/auth/session');
    there.counted.reset();
    const answer = await browser.send('GET', '/auth/session');
    expect([answer.status, answer.headers['retry-after']]).toEqual([429, '1']);
    expect([there.counted.reads, there.counted.commits]).toEqual([0, 0]);
  }
});

test('without a token that this service signed nothing is read, however often somebody asks', async () => {
  const there = await nursery();
  await there.person('hanako');
  const browser = there.browser();
  await browser.login('hanako');
  const token = browser.jar.get('__Host-session') ?? '';
  there.counted.reset();
  const middle = Math.floor(token.length / 2);
  const forged = `${token.slice(0, middle)}${token[middle] === 'A' ? 'B' : 'A'}${token.slice(middle + 1)}`;
  for (const cookie of [forged, 'nonsense', '']) {
    browser.jar.set('__Host-session', cookie);
    for (let i = 0; i < 150; i += 1) expect((await browser.send('GET', '/auth/session')).status).toBe(401);
  }
  expect([there.counted.reads, there.counted.commits]).toEqual([0, 0]);
});
