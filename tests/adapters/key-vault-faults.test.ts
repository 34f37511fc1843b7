import { describe, expect, onTestFinished, test } from 'vitest';
import { openKeyVault } from '../../src/adapters/key-vault/key-vault.ts';
import type { KeyVaultOptions } from '../../src/adapters/key-vault/secret-requests.ts';
import { secretGone } from '../../src/jobs/erasure/destroy-key.ts';
import type { TenantKeyVault } from '../../src/ports/secret-store.ts';
import { outcome } from '../contracts/partition-fixture.ts';
import { namesOf } from '../contracts/secret-vault-contract.ts';
import { failure } from '../support/azure-doubles/failure.ts';
import { KeyVaultDouble, refusal } from '../support/azure-doubles/key-vault-double.ts';
import { PassingClock } from '../support/azure-doubles/passing-clock.ts';

const VALUE = 'very-secret';

async function start() {
  const double = await KeyVaultDouble.start();
  onTestFinished(() => double.stop());
  const clock = new PassingClock();
  const options = { ...double.reach, clock };
  return { double, faults: double.faults, clock, options, vault: openKeyVault(options) };
}

function fault(status: number, code: string, headers: Readonly<Record<string, string>> = {}, inner?: string) {
  const { body, headers: standard } = refusal(status, code, inner);
  const type = String(standard['content-type']);
  return { status, headers: { 'content-type': type, 'x-ms-request-id': 'r-1', ...headers }, body: String(body) };
}

/** Every call with the method by which it reaches the vault. */
function calls(vault: TenantKeyVault): [string, () => Promise<unknown>][] {
  return [
    ['GET', () => vault.get('key')],
    ['PUT', () => vault.set('key', VALUE)],
    ['DELETE', () => vault.delete('key')],
    ['DELETE', () => vault.purge('other')],
    ['GET', () => vault.state('key')],
    ['GET', () => namesOf(vault)],
  ];
}

describe('a vault that asks to wait', () => {
  test('is asked again after the delay that it names, and by nobody else', async () => {
    const { faults, clock, vault } = await start();
    for (const [on, call] of calls(vault)) {
      clock.waits.length = 0;
      faults.add({ on, times: 2, answer: fault(429, 'Throttled', { 'retry-after': '1' }) });
      await call();
      expect(clock.waits).toEqual([1000, 1000]);
    }
  });

  test.each([
    ['a body', fault(429, 'Throttled', { 'retry-after': '2' })],
    ['none', { status: 429, headers: { 'retry-after': '2' } }],
  ])('and stays busy is told as busy, with its delay, within 5 s; nothing is written (%s)', async (_, answer) => {
    const { faults, clock, vault } = await start();
    faults.add({ on: 'PUT', times: 99, answer });
    const error = await failure(vault.set('key', VALUE));
    expect(error).toMatchObject({ kind: 'busy', retryAfterMs: 2000, unclear: false });
    expect(clock.waits).toEqual([2000, 2000]);
    expect(await vault.state('key')).toBe('absent');
  });

  test('in the middle of a walk is asked for all of it again: no name is missed', async () => {
    const { faults, vault } = await start();
    const names = Array.from({ length: 8 }, (_, n) => `key-${n}`);
    for (const name of names) await vault.set(name, VALUE);
    faults.add({ on: 'GET', after: 2, answer: fault(429, 'Throttled') });
    expect(await namesOf(vault)).toEqual(names);
  });
});

describe('a vault that fails', () => {
  test.each([500, 502, 503, 504])(
    '%s: what may be repeated is sent again, then told as unavailable',
    async (status) => {
      const { faults, clock, vault } = await start();
      const set = await vault.set('key', VALUE);
      faults.add({ on: 'GET', times: 2, answer: { status } });
      expect(await vault.get('key')).toEqual(set);
      expect(clock.waits).toEqual([250, 250]);
      faults.add({ on: 'GET', times: 99, answer: { status, body: 'no JSON' } });
      expect(await failure(vault.get('key'))).toMatchObject({ kind: 'unavailable', unclear: false });
    },
  );

  test.each(['reset', 'garbage'] as const)(
    'a version that may have been added is never added again: one attempt, and unclear (%s)',
    async (answer) => {
      const { faults, clock, vault } = await start();
      faults.add({ on: 'PUT', applied: true, answer });
      expect(await failure(vault.set('key', VALUE))).toMatchObject({ kind: 'unavailable', unclear: true });
      expect(clock.waits).toEqual([]);
      expect(faults.requests.filter(({ method }) => method === 'PUT')).toHaveLength(1);
      expect((await vault.get('key'))?.value).toBe(VALUE);
    },
  );

  test('a deletion and a purge that were done all the same are done', async () => {
    const { double, faults, vault } = await start();
    await vault.set('key', VALUE);
    faults.add({ on: 'DELETE', applied: true, answer: 'reset' });
    await vault.delete('key');
    for (let step = 0; step < 5; step += 1) double.settle();
    expect(await vault.state('key')).toBe('deleted');
    faults.add({ on: 'DELETE', applied: true, answer: 'reset' });
    await vault.purge('key');
    expect(await vault.state('key')).toBe('absent');
  });

  test('a deletion that was accepted is done, though the look after it breaks off', async () => {
    const { faults, vault } = await start();
    await vault.set('key', VALUE);
    faults.add({ on: 'GET', answer: 'reset' });
    await vault.delete('key');
    expect(await vault.get('key')).toBeUndefined();
  });

  test('silence ends after 10 s; only a write is unclear then', async () => {
    const { faults, clock, vault } = await start();
    await vault.get('key');
    for (const [on, call, unclear] of [
      ['GET', () => vault.get('key'), false],
      ['PUT', () => vault.set('key', VALUE), true],
      ['DELETE', () => vault.purge('key'), true],
    ] as const) {
      faults.add({ on, answer: 'silence' });
      const arrived = faults.arrival();
      const ending = failure(call());
      await arrived;
      await clock.advance(9_999);
      expect(clock.sleeping).toBe(1);
      await clock.advance(1);
      expect(await ending).toMatchObject({ kind: 'unavailable', unclear });
    }
    expect(clock.waits).toEqual([]);
  });

  test('one that is not there is unavailable, and nothing was written', async () => {
    const { options, clock } = await start();
    const vault = openKeyVault({ ...options, endpoint: 'http://127.0.0.1:1' });
    for (const [, call] of calls(vault)) {
      expect(await failure(call())).toMatchObject({ kind: 'unavailable', unclear: false });
    }
    expect(clock.monotonic()).toBeLessThanOrEqual(6 * 5_000);
  });
});

describe('a vault that refuses', () => {
  test.each([
    [403, 'Forbidden', 'ForbiddenByRbac'],
    [403, 'Forbidden', 'ForbiddenByFirewall'],
    [401, 'Unauthorized', undefined],
    [400, 'BadParameter', undefined],
  ])(
    '%s %s %s is unavailable at once, never "no such secret"; the message quotes nothing',
    async (status, code, inner) => {
      const { faults, clock, options, vault } = await start();
      for (const [on, call] of calls(vault)) {
        faults.add({ on, answer: fault(status, code, {}, inner) });
        const error = await failure(call());
        expect(error).toMatchObject({ kind: 'unavailable', unclear: false, cause: undefined });
        expect(error.message).toContain(new URL(options.endpoint).host);
        expect(error.message).toContain(`status ${status} ${code}`);
        expect(error.message).not.toMatch(/very-secret|words of the server|token-of/);
      }
      expect(clock.waits).toEqual([]);
    },
  );

  test('the message says which refusal it was and by which request support finds it', async () => {
    const { faults, vault } = await start();
    faults.add({ on: 'GET', answer: fault(403, 'Forbidden', {}, 'ForbiddenByRbac') });
    expect((await failure(vault.get('key'))).message).toContain('status 403 Forbidden ForbiddenByRbac, request r-1');
  });

  test.each(['innererror', 'innerError'])(
    'a disabled version, whichever way that is spelled (%s), is no value, and a secret that stands',
    async (inner) => {
      const { faults, vault } = await start();
      const error = {
        code: 'Forbidden',
        message: 'not allowed on a disabled secret',
        [inner]: { code: 'SecretDisabled' },
      };
      const headers = { 'content-type': 'application/json' };
      faults.add({ on: 'GET', times: 2, answer: { status: 403, headers, body: JSON.stringify({ error }) } });
      expect([await vault.get('key'), await vault.state('key')]).toEqual([undefined, 'present']);
    },
  );

  test('what stands between and answers instead never passes for a secret, or for its absence', async () => {
    const { faults, vault } = await start();
    for (const [on, call] of calls(vault)) {
      for (const answer of [
        'garbage' as const,
        { status: 404, headers: { 'content-type': 'text/html' }, body: 'no such page' },
        { status: 404 },
        { status: 200, headers: { 'content-type': 'application/json' }, body: '{}' },
        { status: 200, headers: { 'content-type': 'application/json' }, body: '{"id":' },
      ]) {
        faults.add({ on, answer });
        expect(await outcome(call())).toBe('unavailable');
      }
    }
  });
});

describe('a deletion that takes its time', () => {
  test('makes a purge busy, with a delay, until it has taken effect', async () => {
    const { double, vault } = await start();
    await vault.set('key', VALUE);
    await vault.delete('key');
    expect(await failure(vault.purge('key'))).toMatchObject({ kind: 'busy', retryAfterMs: 2000 });
    double.settle();
    expect(await outcome(vault.purge('key'))).toBe('busy');
    double.settle();
    await vault.purge('key');
    expect(await vault.state('key')).toBe('absent');
  });

  test("is never taken for a tenant's key that is destroyed", async () => {
    const { double, vault } = await start();
    await vault.set('tenant-sakura', VALUE);
    expect(await secretGone(vault, 'sakura')).toBe(false);
    double.settle();
    expect(await secretGone(vault, 'sakura')).toBe(false);
    double.settle();
    expect(await secretGone(vault, 'sakura')).toBe(true);
    expect(await namesOf(vault)).toEqual([]);
  });

  test('may be told by the vault to whoever asks: no value, and a deletion that goes on', async () => {
    const { faults, vault } = await start();
    const told = fault(409, 'Conflict', {}, 'ObjectIsBeingDeleted');
    faults.add({ on: 'GET', times: 2, answer: told });
    expect([await vault.get('key'), await vault.state('key')]).toEqual([undefined, 'deleted']);
    faults.add({ on: 'DELETE', answer: told });
    expect(await outcome(vault.delete('key'))).toBe('done');
    faults.add({ on: 'PUT', answer: told });
    expect(await outcome(vault.set('key', VALUE))).toBe('conflict');
  });
});

describe('the identity of the service', () => {
  test('its token never leaves without TLS', async () => {
    const { faults, options } = await start();
    const { client: _none, ...strict } = options;
    expect(await outcome(openKeyVault(strict).get('key'))).toBe('unavailable');
    expect(faults.requests).toEqual([]);
  });

  test('its token goes to no vault whose challenge names another service', async () => {
    const { faults, options } = await start();
    const vault = openKeyVault({ ...options, client: { allowInsecureConnection: true } });
    expect(await outcome(vault.get('key'))).toBe('unavailable');
    expect(faults.requests).toEqual([]);
  });

  test.each<[string, KeyVaultOptions['credential']['getToken'], number]>([
    [
      'cannot be had',
      () => Promise.reject(Object.assign(new Error('very-secret'), { name: 'AuthenticationError', statusCode: 503 })),
      0,
    ],
    ['is awaited for ever', () => new Promise(() => undefined), 10_000],
  ])('a token that %s ends the call in time, with nothing written and nothing quoted', async (_, getToken, after) => {
    const { clock, options } = await start();
    let asked = () => {};
    const asking = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const credential: KeyVaultOptions['credential'] = {
      getToken: (...request) => {
        asked();
        return getToken(...request);
      },
    };
    const ending = failure(openKeyVault({ ...options, credential }).set('key', VALUE));
    await asking;
    await clock.advance(after);
    const error = await ending;
    // Nothing was sent as long as there is no token; silence may have been anything.
    expect(error).toMatchObject({ kind: 'unavailable', unclear: after > 0 });
    expect(error.message).not.toContain('very-secret');
    expect(clock.waits).toEqual([]);
  });
});

test.each(['../key', 'a/b', 'a.b', '', 'a b', 'x'.repeat(128)])('the name %j is refused', async (name) => {
  const { vault } = await start();
  for (const call of [
    vault.get(name),
    vault.set(name, 'v'),
    vault.delete(name),
    vault.purge(name),
    vault.state(name),
  ]) {
    await expect(call).rejects.toThrow(RangeError);
  }
});
