import { setImmediate } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { AzureContainerOptions } from '../../src/adapters/azure-blob/blob-requests.ts';
import { openAzureBlobs } from '../../src/adapters/azure-blob/blob-store.ts';
import { openAzureArchives } from '../../src/adapters/azure-blob/log-archive.ts';
import { blobNames, tenantsOf } from '../contracts/blob-store-contract.ts';
import { outcome } from '../contracts/partition-fixture.ts';
import { Azurite } from '../support/azure-doubles/azurite.ts';
import { failure } from '../support/azure-doubles/failure.ts';
import { PassingClock } from '../support/azure-doubles/passing-clock.ts';

const BYTES = Buffer.from('sealed content');
/** The words of a server may quote anything. */
const SAID = '<?xml version="1.0"?><Error><Code>Whatever</Code><Message>sealed content of sakura</Message></Error>';

async function start() {
  const azurite = await Azurite.start();
  onTestFinished(() => azurite.stop());
  const clock = new PassingClock();
  const options = { ...azurite, endpoint: azurite.endpoint, clock };
  const blobs = openAzureBlobs(options);
  return { azurite, faults: azurite.faults, clock, options, blobs, sakura: blobs.of('sakura') };
}

const refusal = (status: number, code: string, more: Readonly<Record<string, string>> = {}) => ({
  status,
  headers: { 'x-ms-error-code': code, 'content-type': 'application/xml', 'x-ms-request-id': 'r-1', ...more },
  body: SAID,
});

describe('a blob store that asks to wait', () => {
  test('is asked again after the delay that it names, and by nobody else', async () => {
    const { faults, clock, sakura } = await start();
    const busy = refusal(503, 'ServerBusy', { 'retry-after': '1' });
    faults.add({ on: 'PUT', times: 2, answer: busy });
    await sakura.create('a', BYTES);
    expect(clock.waits).toEqual([1000, 1000]);
    expect(faults.requests).toHaveLength(3);
    faults.add({ on: 'GET', answer: { ...busy, status: 429 } });
    expect(await sakura.read('a')).toHaveLength(BYTES.length);
    expect(clock.waits).toEqual([1000, 1000, 1000]);
  });

  test('and stays busy is told as busy, with its delay, within 5 s; nothing is written', async () => {
    const { faults, clock, sakura } = await start();
    faults.add({ on: 'PUT', times: 99, answer: refusal(503, 'ServerBusy', { 'retry-after': '2' }) });
    expect(await failure(sakura.create('a', BYTES))).toMatchObject({
      kind: 'busy',
      retryAfterMs: 2000,
      unclear: false,
    });
    expect(clock.waits).toEqual([2000, 2000]);
    expect(await sakura.read('a')).toBeUndefined();
  });

  test('for longer than anybody waits is told at once', async () => {
    const { faults, clock, sakura } = await start();
    faults.add({ on: 'DELETE', answer: refusal(503, 'ServerBusy', { 'retry-after': '30' }) });
    expect(await failure(sakura.remove('a'))).toMatchObject({ kind: 'busy', retryAfterMs: 30_000 });
    expect(clock.waits).toEqual([]);
  });

  test('in the middle of a list is asked for that page alone', async () => {
    const { azurite, faults, clock, sakura } = await start();
    const container = azurite.containerClient();
    const names = Array.from({ length: 1001 }, (_, n) => `g/part-${String(n).padStart(4, '0')}`);
    await Promise.all(names.map((name) => container.getBlockBlobClient(`sakura/${name}`).upload('', 0)));
    faults.requests.length = 0;
    faults.add({ on: 'GET', after: 1, answer: refusal(500, 'OperationTimedOut') });
    expect(await blobNames(sakura)).toEqual(names);
    expect([faults.requests.length, clock.waits]).toEqual([3, [250]]);
  });
});

describe('a blob store that fails', () => {
  test.each([500, 502, 503, 504, 408])(
    '%s: a read is sent again, and told as unavailable when it stays',
    async (status) => {
      const { faults, clock, sakura } = await start();
      faults.add({ on: 'GET', times: 2, answer: refusal(status, 'InternalError') });
      expect(await sakura.read('a')).toBeUndefined();
      expect(clock.waits).toEqual([250, 250]);
      faults.add({ on: 'GET', times: 99, answer: { status } });
      expect(await failure(sakura.read('a'))).toMatchObject({ kind: 'unavailable', unclear: false, retryAfterMs: 250 });
    },
  );

  test.each([
    ['an error', refusal(500, 'OperationTimedOut')],
    ['a request that took too long', refusal(408, 'RequestTimeout')],
    ['a broken connection', 'reset' as const],
  ])(
    '%s for a blob that was written all the same: the refusal of the second attempt is not believed',
    async (_, answer) => {
      const { faults, sakura } = await start();
      faults.add({ on: 'PUT', applied: true, answer });
      expect(await failure(sakura.create('a', BYTES))).toMatchObject({ kind: 'unavailable', unclear: true });
      expect(await sakura.read('a')).toEqual(BYTES);
    },
  );

  test('a write that met silence stays unclear, whatever comes after', async () => {
    const { faults, sakura } = await start();
    faults.add({ on: 'PUT', answer: 'reset' });
    faults.add({ on: 'PUT', answer: refusal(503, 'ServerBusy', { 'retry-after': '30' }) });
    expect(await failure(sakura.create('a', BYTES))).toMatchObject({ kind: 'unavailable', unclear: true });
    faults.add({ on: 'PUT', answer: 'reset' });
    faults.add({ on: 'PUT', answer: refusal(403, 'AuthorizationFailure') });
    expect(await failure(sakura.create('a', BYTES))).toMatchObject({ kind: 'unavailable', unclear: true });
    faults.add({ on: 'PUT', answer: 'reset' });
    await sakura.create('a', BYTES);
    expect(await sakura.read('a')).toEqual(BYTES);
  });

  test('and a removal that was done all the same is done', async () => {
    const { faults, sakura } = await start();
    await sakura.create('a', BYTES);
    faults.add({ on: 'DELETE', applied: true, answer: 'reset' });
    expect(await outcome(sakura.remove('a'))).toBe('done');
  });

  test('in the middle of a blob gives the whole of it later, or nothing', async () => {
    const { faults, sakura } = await start();
    await sakura.create('a', BYTES);
    faults.add({ on: 'GET', answer: 'cut' });
    expect(await sakura.read('a')).toEqual(BYTES);
    faults.add({ on: 'GET', times: 99, answer: 'cut' });
    expect(await failure(sakura.read('a'))).toMatchObject({ kind: 'unavailable' });
  });

  test('silence ends after 30 s; only a write is unclear then', async () => {
    const { faults, clock, sakura } = await start();
    for (const [on, call, unclear] of [
      ['PUT', () => sakura.create('a', BYTES), true],
      ['GET', () => sakura.read('a'), false],
    ] as const) {
      faults.add({ on, answer: 'silence' });
      const arrived = faults.arrival();
      const ending = failure(call());
      await arrived;
      await clock.advance(29_999);
      expect(clock.sleeping).toBe(1);
      await clock.advance(1);
      expect(await ending).toMatchObject({ kind: 'unavailable', unclear });
    }
    expect(clock.waits).toEqual([]);
  });

  test('one that is not there is unavailable, with nothing written', async () => {
    const { options, clock } = await start();
    const sakura = openAzureBlobs({ ...options, endpoint: 'http://127.0.0.1:1' }).of('sakura');
    expect(await failure(sakura.create('a', BYTES))).toMatchObject({ kind: 'unavailable', unclear: false });
    expect(clock.monotonic()).toBeLessThanOrEqual(5_000);
  });
});

describe('a blob store that refuses', () => {
  test.each<[string, number, string]>([
    ['an identity without the role', 403, 'AuthorizationPermissionMismatch'],
    ['another network', 403, 'AuthorizationFailure'],
    ['a token', 401, 'InvalidAuthenticationInfo'],
    ['a request', 400, 'InvalidHeaderValue'],
  ])(
    '%s is unavailable at once; the message names the store and the refusal, and quotes nothing',
    async (_, status, code) => {
      const { azurite, faults, clock, blobs, sakura } = await start();
      const calls: [string, () => Promise<unknown>][] = [
        ['PUT', () => sakura.create('a', BYTES)],
        ['GET', () => sakura.read('a')],
        ['DELETE', () => sakura.remove('a')],
        ['GET', () => blobNames(sakura)],
        ['GET', () => tenantsOf(blobs)],
      ];
      for (const [on, call] of calls) {
        faults.add({ on, answer: refusal(status, code) });
        const error = await failure(call());
        expect(error).toMatchObject({ kind: 'unavailable', unclear: false, cause: undefined });
        expect(error.message).toContain(`${new URL(azurite.endpoint).host} things`);
        expect(error.message).toContain(`status ${status} ${code}`);
        expect(error.message).toContain('request r-1');
        expect(error.message).not.toContain('sealed content');
      }
      expect(clock.waits).toEqual([]);
    },
  );

  test.each([
    [409, 'BlobAlreadyExists'],
    [412, 'ConditionNotMet'],
    [409, 'BlobImmutableDueToPolicy'],
    // What those hear who may add blobs and not overwrite them.
    [403, 'UnauthorizedBlobOverwrite'],
  ])('%s %s for a name that is taken is a conflict', async (status, code) => {
    const { faults, sakura } = await start();
    faults.add({ on: 'PUT', answer: refusal(status, code) });
    expect(await outcome(sakura.create('a', BYTES))).toBe('conflict');
  });

  test('a container that is gone never reads as empty', async () => {
    const { azurite, blobs, options, sakura } = await start();
    await azurite.containerClient().delete();
    const archive = openAzureArchives(options).of('sakura');
    const calls = [
      () => sakura.read('a'),
      () => sakura.create('a', BYTES),
      () => sakura.remove('a'),
      () => blobNames(sakura),
      () => tenantsOf(blobs),
      () => archive.removeExpired('1'),
    ];
    for (const call of calls) expect(await outcome(call())).toBe('unavailable');
  });

  test('what stands between and answers instead never passes for a blob, a list or a success', async () => {
    const { faults, blobs, sakura } = await start();
    for (const call of [() => sakura.read('a'), () => blobNames(sakura), () => tenantsOf(blobs)]) {
      faults.add({ on: 'GET', times: 1, answer: 'garbage' });
      expect(await failure(call())).toMatchObject({ kind: 'unavailable', unclear: false });
    }
    const page = { status: 200, headers: { etag: '"1"', 'content-length': '7' }, body: 'Sign in' };
    faults.add({ on: 'GET', answer: page });
    expect(await outcome(sakura.read('a'))).toBe('unavailable');
    const strange = { ...page, headers: { 'content-type': 'application/xml' }, body: '<html><p/></html>' };
    faults.add({ on: 'GET', times: 2, answer: strange });
    expect(await outcome(blobNames(sakura))).toBe('unavailable');
    expect(await outcome(tenantsOf(blobs))).toBe('unavailable');
    faults.add({ on: 'GET', answer: { status: 404, headers: { 'content-type': 'text/html' }, body: 'no such page' } });
    expect(await outcome(sakura.read('a'))).toBe('unavailable');
    faults.add({ on: 'PUT', answer: 'garbage' });
    expect(await failure(sakura.create('a', BYTES))).toMatchObject({ kind: 'unavailable', unclear: true });
    faults.add({ on: 'DELETE', answer: 'garbage' });
    expect(await failure(sakura.remove('a'))).toMatchObject({ kind: 'unavailable', unclear: true });
  });
});

describe('the identity of the service', () => {
  const tokens = (getToken: () => Promise<{ token: string; expiresOnTimestamp: number }>) => ({ getToken });

  test('its token never leaves without TLS', async () => {
    const { faults, options } = await start();
    const credential = tokens(async () => ({ token: 'very-secret', expiresOnTimestamp: 2 ** 45 }));
    const error = await failure(
      openAzureBlobs({ ...options, credential })
        .of('sakura')
        .read('a'),
    );
    expect(error.kind).toBe('unavailable');
    expect(faults.requests).toEqual([]);
  });

  test.each<[string, AzureContainerOptions['credential'], number]>([
    [
      'cannot be had',
      tokens(() =>
        Promise.reject(Object.assign(new Error('very-secret client'), { name: 'CredentialUnavailableError' })),
      ),
      0,
    ],
    ['is awaited for ever', tokens(() => new Promise(() => undefined)), 30_000],
  ])('a token that %s ends the call in time, with nothing written and nothing quoted', async (_, credential, after) => {
    const clock = new PassingClock();
    const options = { endpoint: 'https://localhost:1', container: 'things', credential, clock };
    const ending = failure(openAzureBlobs(options).of('sakura').create('a', BYTES));
    await setImmediate();
    await clock.advance(after);
    const error = await ending;
    expect(error.kind).toBe('unavailable');
    expect(error.message).not.toContain('very-secret');
    expect(clock.waits).toEqual([]);
  });
});

test.each(['', '..', 'a', 'Sakura', 'a/b', 'sakura/'])('the tenant %j is refused', async (tenant) => {
  const { options, blobs } = await start();
  expect(() => blobs.of(tenant)).toThrow(RangeError);
  expect(() => openAzureArchives(options).of(tenant)).toThrow(RangeError);
});

test('what lies in the container and is no tenant’s is nobody’s', async () => {
  const { azurite, blobs, sakura } = await start();
  const container = azurite.containerClient();
  for (const path of ['stray', 'Sakura/a', 'sakura/a']) await container.getBlockBlobClient(path).upload('x', 1);
  expect([await tenantsOf(blobs), await blobNames(sakura)]).toEqual([['sakura'], ['a']]);
});
