import { describe, expect, test } from 'vitest';
import { DAY, HOUR, MINUTE, SECOND } from '../../../src/model/instant.ts';
import { NEW_PASSWORD, type Nursery, nursery, PASSWORD, WRONG } from './nursery.ts';

/** Fails until the next attempt has to wait `MINUTE * 15`, from devices that nobody knows. */
async function failTimes(there: Nursery, loginId: string, times: number): Promise<void> {
  for (let i = 0; i < times; i += 1) {
    await there.clock.advance(15 * MINUTE);
    expect((await there.browser().login(loginId, WRONG)).status).toBe(401);
  }
}

test('from the fifth failure attempts wait, and while waiting nothing is evaluated or written', async () => {
  const there = await nursery();
  await there.person('hanako');
  for (let i = 0; i < 5; i += 1) expect((await there.browser().login('hanako', WRONG)).status).toBe(401);
  const hashes = there.first.hasher.count;
  there.counted.reset();
  const waiting = await there.browser().login('hanako');
  expect([waiting.status, waiting.body.code, waiting.headers['retry-after']]).toEqual([
    429,
    'wait-before-next-attempt',
    '1',
  ]);
  expect([there.first.hasher.count - hashes, there.counted.commits]).toEqual([0, 0]);
  expect(there.telemetry.names('event')).toEqual(['attempt-not-evaluated']);
  await there.clock.advance(SECOND);
  expect((await there.browser().login('hanako')).status).toBe(200);
});

test('a sign-in lets the count begin anew', async () => {
  const there = await nursery();
  await there.person('hanako');
  for (let round = 0; round < 3; round += 1) {
    for (let i = 0; i < 4; i += 1) expect((await there.browser().login('hanako', WRONG)).status).toBe(401);
    expect((await there.browser().login('hanako')).status).toBe(200);
  }
});

test('a known device counts for itself: the failures of others make it neither wait nor close', async () => {
  const there = await nursery();
  await there.person('hanako');
  const tablet = there.browser();
  await tablet.login('hanako');
  await failTimes(there, 'hanako', 100);
  await there.clock.advance(15 * MINUTE);
  const stranger = await there.browser().login('hanako');
  expect([stranger.status, stranger.body.code]).toEqual([403, 'known-device-needed']);
  expect((await tablet.login('hanako')).status).toBe(200);
});

test('ids that nobody has close after 100 failures just the same', async () => {
  const there = await nursery();
  await failTimes(there, 'nobody', 100);
  await there.clock.advance(15 * MINUTE);
  expect((await there.browser().login('nobody', WRONG)).body.code).toBe('known-device-needed');
});

test('a new password opens an account again that has closed to unknown devices', async () => {
  const there = await nursery();
  await there.person('hanako');
  const tablet = there.browser();
  await tablet.login('hanako');
  await failTimes(there, 'hanako', 100);
  const change = { currentPassword: PASSWORD, newPassword: NEW_PASSWORD };
  await tablet.login('hanako');
  expect((await tablet.send('POST', '/auth/password', change)).status).toBe(204);
  expect((await there.browser().login('hanako', NEW_PASSWORD)).status).toBe(200);
});

describe('34 guesses at one instant on two instances', () => {
  test.each(['hanako', 'nobody'])('at %s: as many evaluated as the waits allow one after another', async (loginId) => {
    const there = await nursery();
    await there.person('hanako');
    const instances = [there.instance(), there.instance()] as const;
    const evaluated = () => instances[0].hasher.count + instances[1].hasher.count;
    const guess = (i: number) => there.browser(instances[i % 2 === 0 ? 0 : 1]).login(loginId, WRONG);
    const answers = await Promise.all(Array.from({ length: 34 }, (_, i) => guess(i)));
    expect(answers.filter(({ status }) => status === 401).length).toBe(evaluated());
    expect(evaluated()).toBeGreaterThanOrEqual(1);
    expect(evaluated()).toBeLessThanOrEqual(5);
    for (const { status } of answers) expect([401, 429]).toContain(status);
    // One after another at the same instant: what the five allow is used up, and no more.
    for (let i = 0; i < 10; i += 1) await guess(i);
    expect(evaluated()).toBe(5);
  });
});

test('an instance writes 200 failures of a tenant an hour, then one that says that more followed', async () => {
  const there = await nursery();
  for (let i = 0; i < 205; i += 1) {
    expect((await there.browser().login(`nobody${i}`, WRONG)).status).toBe(401);
  }
  expect((await there.events('sign-in-failed')).length).toBe(200);
  expect((await there.events('sign-in-failures-many')).length).toBe(1);
  await there.clock.advance(HOUR);
  await there.browser().login('nobody', WRONG);
  expect((await there.events('sign-in-failed')).length).toBe(201);
});

test('failures are forgotten after 90 quiet days', async () => {
  const there = await nursery();
  for (let i = 0; i < 5; i += 1) await there.browser().login('nobody', WRONG);
  await there.clock.advance(90 * DAY);
  for (let i = 0; i < 5; i += 1) expect((await there.browser().login('nobody', WRONG)).status).toBe(401);
});
