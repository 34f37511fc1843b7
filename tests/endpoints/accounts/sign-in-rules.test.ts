import { describe, expect, test } from 'vitest';
import { readSignInRules } from '../../../src/endpoints/accounts/read-sign-in-rules.ts';
import { setSignInRules } from '../../../src/endpoints/accounts/set-sign-in-rules.ts';
import { HOUR, MINUTE, SECOND } from '../../../src/model/instant.ts';
import { type Asked, ask, refusal, refusedAs } from '../../support/ask.ts';
import { bodyOf, type Nursery, nursery } from './nursery.ts';

interface Shown {
  readonly allowedNetworks: readonly string[];
  readonly sessionHours: number;
  readonly etag: string | null;
}

const OFFICE = { allowedNetworks: ['192.0.2.0/24'], sessionHours: 12 };

async function read(there: Nursery): Promise<Shown> {
  return bodyOf<Shown>(await ask(readSignInRules, await there.asAdmin()));
}

async function write(there: Nursery, body: object, condition: Pick<Asked, 'ifMatch' | 'ifNoneMatch'>): Promise<Shown> {
  const answer = await ask(setSignInRules, await there.asAdmin(), { body, ...condition });
  const shown = bodyOf<Shown>(answer);
  expect(answer.etag ?? null).toBe(shown.etag);
  return shown;
}

const create = (there: Nursery, body: object) => write(there, body, { ifNoneMatch: true });

describe('sign-in rules', () => {
  test('are the standard ones until somebody writes them: from anywhere, as long as a session lives', async () => {
    const there = await nursery();
    expect(await read(there)).toEqual({ allowedNetworks: [], sessionHours: 336, etag: null });
  });

  test('are created once, and from then on replaced under the ETag that was read', async () => {
    const there = await nursery();
    const created = await create(there, OFFICE);
    expect(await read(there)).toEqual(created);
    const replaced = await write(there, { ...OFFICE, sessionHours: 8 }, { ifMatch: created.etag ?? '' });
    expect(replaced).toEqual({ ...OFFICE, sessionHours: 8, etag: expect.stringMatching(/^[!#-~]+$/) });
    expect(replaced.etag).not.toBe(created.etag);
    const told = await there.events('sign-in-rules-changed');
    expect(told.map(({ actor }) => actor)).toEqual([there.admin, there.admin]);
    expect(JSON.stringify(told)).not.toContain('192.0.2.0');
  });

  test('are not overwritten by who has not seen them', async () => {
    const there = await nursery();
    expect(await refusedAs(write(there, OFFICE, { ifMatch: 'any' }))).toBe('stale');
    const created = await create(there, OFFICE);
    expect(await refusedAs(create(there, { ...OFFICE, sessionHours: 8 }))).toBe('stale');
    await write(there, { ...OFFICE, sessionHours: 9 }, { ifMatch: created.etag ?? '' });
    const late = write(there, { ...OFFICE, sessionHours: 8 }, { ifMatch: created.etag ?? '' });
    expect(await refusedAs(late)).toBe('stale');
    expect((await read(there)).sessionHours).toBe(9);
  });

  test('sent again succeed without a write, whatever their condition', async () => {
    const there = await nursery();
    const created = await create(there, OFFICE);
    const before = there.commits();
    expect(await create(there, OFFICE)).toEqual(created);
    expect(await write(there, OFFICE, { ifMatch: 'an older one' })).toEqual(created);
    expect(there.commits()).toBe(before);
  });

  test('that say what holds without any need no write', async () => {
    const there = await nursery();
    const before = there.commits();
    expect((await create(there, { allowedNetworks: [], sessionHours: 336 })).etag).toBeNull();
    expect(there.commits()).toBe(before);
  });

  test('written twice at the same moment are written once, and of two different ones the second is stale', async () => {
    const there = await nursery();
    const twins = await Promise.all([create(there, OFFICE), create(there, OFFICE)]);
    expect(twins[0]).toEqual(twins[1]);
    expect(await there.events('sign-in-rules-changed')).toHaveLength(1);
    const ifMatch = twins[0]?.etag ?? '';
    const rivals = [8, 9].map((sessionHours) => write(there, { ...OFFICE, sessionHours }, { ifMatch }));
    const ended = await Promise.allSettled(rivals);
    expect(ended.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await refusedAs(Promise.all(rivals))).toBe('stale');
  });

  test('that leave out the network of who writes them are refused, with advice', async () => {
    const there = await nursery();
    const failure = await refusal(create(there, { ...OFFICE, allowedNetworks: ['198.51.100.0/24', '2001:db8::/32'] }));
    expect(failure.errors).toMatchObject([{ pointer: '/allowedNetworks', code: 'shuts-you-out' }]);
    const nowhere = ask(setSignInRules, await there.caller(await there.signIn(there.admin), null), {
      body: OFFICE,
      ifNoneMatch: true,
    });
    expect((await refusal(nowhere)).errors[0]?.pointer).toBe('/allowedNetworks');
    expect((await read(there)).etag).toBeNull();
  });

  test('that would end the session of who writes them at once are refused, with advice', async () => {
    const there = await nursery();
    await there.clock.advance(2 * HOUR);
    const failure = await refusal(create(there, { ...OFFICE, sessionHours: 2 }));
    expect(failure.errors).toMatchObject([{ pointer: '/sessionHours', code: 'shuts-you-out' }]);
    expect((await create(there, { ...OFFICE, sessionHours: 3 })).sessionHours).toBe(3);
  });

  test('hold for sessions that are open, within 30 seconds', async () => {
    const there = await nursery();
    const token = await there.signIn(there.admin);
    await create(there, OFFICE);
    await there.clock.advance(30 * SECOND);
    await there.caller(token, '192.0.2.77');
    expect(await refusedAs(there.caller(token, '198.51.100.7'))).toBe('network-not-allowed');
    expect(await refusedAs(there.caller(token, '2001:db8::1'))).toBe('network-not-allowed');
    expect(await refusedAs(there.caller(token, null))).toBe('network-not-allowed');
    // In use all the time, so that only the tenant's own length can end it.
    for (let hour = 0; hour < 11; hour += 1) {
      await there.clock.advance(HOUR);
      await there.caller(token, '192.0.2.77');
    }
    await there.clock.advance(59 * MINUTE);
    await there.caller(token, '192.0.2.77');
    await there.clock.advance(MINUTE);
    expect(await refusedAs(there.caller(token, '192.0.2.77'))).toBe('unauthenticated');
  });

  test('take networks in any common form, and keep each once in its one form', async () => {
    const there = await nursery();
    const written = [' 192.0.2.10 ', '192.0.2.10/32', '2001:0DB8:0:0::/32', '::ffff:192.0.2.10'];
    const { allowedNetworks } = await create(there, { ...OFFICE, allowedNetworks: written });
    expect(allowedNetworks).toEqual(['192.0.2.10/32', '2001:db8::/32']);
  });

  test.each([
    ['192.0.2.1/24', '/allowedNetworks/0'],
    ['192.0.2.0/33', '/allowedNetworks/0'],
    ['192.0.2', '/allowedNetworks/0'],
    ['example.jp', '/allowedNetworks/0'],
  ])('refuse the network %s', async (network, pointer) => {
    const there = await nursery();
    const failure = await refusal(create(there, { ...OFFICE, allowedNetworks: [network] }));
    expect(failure.errors.map((error) => [error.pointer, error.code])).toEqual([[pointer, 'no-network']]);
  });

  test.each([0, 337, 1.5, '12', null])('refuse the session length %j', async (sessionHours) => {
    const there = await nursery();
    const failure = await refusal(create(there, { ...OFFICE, sessionHours }));
    expect(failure.errors.map(({ pointer }) => pointer)).toEqual(['/sessionHours']);
  });
});
