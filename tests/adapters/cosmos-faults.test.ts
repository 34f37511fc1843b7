import { describe, expect, test } from 'vitest';
import { settled } from '../../src/domain/commit-settlement.ts';
import type { Operation } from '../../src/ports/partition-store.ts';
import { StoreError } from '../../src/ports/store-error.ts';
import { child, create, GATE, item, outcome, put, replace } from '../contracts/partition-fixture.ts';
import { cosmosFixture } from '../support/cosmos-double/cosmos-fixture.ts';

/** The StoreError that a call ends with. */
async function failure(call: Promise<unknown>): Promise<StoreError> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof StoreError) return error;
  throw new Error('the call did not end with a StoreError', { cause: error });
}

describe('a store that asks to wait', () => {
  test.each([429, 449])(
    '%s is sent again after the delay that the server names, for reads and writes',
    async (status) => {
      const { double, clock, store } = await cosmosFixture();
      double.fault({ on: 'batch', times: 2, answer: { status, retryAfterMs: 37 } });
      expect(await outcome(store.commit(GATE, [create(child('c1'))]))).toBe('done');
      double.fault({ on: 'read', answer: { status, retryAfterMs: 12 } });
      expect(await store.get('child', 'c1', 'none')).toBeDefined();
      double.fault({ on: 'query', answer: { status, retryAfterMs: 5 } });
      expect(await store.count({ kind: 'child' })).toBe(1);
      expect(clock.waits).toEqual([37, 37, 12, 5]);
    },
  );

  test('also when one operation of the batch asks for it', async () => {
    const { double, clock, store } = await cosmosFixture();
    double.fault({ on: 'batch', answer: { status: 429, operation: 1, retryAfterMs: 21 } });
    expect(await outcome(store.commit(GATE, [create(child('c1'))]))).toBe('done');
    expect(clock.waits).toEqual([21]);
  });

  test('one that stays busy is told as busy, with its delay, after waits of 5 s at most', async () => {
    const { double, clock, store } = await cosmosFixture();
    double.fault({ on: 'batch', times: 99, answer: { status: 429, retryAfterMs: 1200 } });
    const error = await failure(store.commit(GATE, [create(child('c1'))]));
    expect(error).toMatchObject({ kind: 'busy', retryAfterMs: 1200, unclear: false });
    expect(clock.waits).toEqual([1200, 1200, 1200, 1200]);
    expect(await store.get('child', 'c1', 'none')).toBeUndefined();
  });

  test('a page in the middle of a list is asked for again alone', async () => {
    const { double, clock, store } = await cosmosFixture();
    await put(
      store,
      Array.from({ length: 90 }, (_, n) => child(`c${n}`)),
    );
    double.requests.length = 0;
    double.fault({ on: 'query', after: 1, answer: { status: 429, retryAfterMs: 8 } });
    expect(await store.count({ kind: 'child' })).toBe(90);
    expect(clock.waits).toEqual([8]);
    expect(double.requests.filter(({ kind }) => kind === 'query')).toHaveLength(4);
  });
});

describe('a store that does not serve', () => {
  test.each([408, 410, 502, 503, 504])('%s: a read is sent again, then told as unavailable', async (status) => {
    const { double, clock, store } = await cosmosFixture();
    double.fault({ on: 'read', times: 2, answer: { status, retryAfterMs: 40 } });
    expect(await store.get('child', 'c1', 'none')).toBeUndefined();
    expect(clock.waits).toEqual([40, 40]);
    double.fault({ on: 'read', times: 99, answer: { status, retryAfterMs: 4000 } });
    expect(await failure(store.get('child', 'c1', 'none'))).toMatchObject({ kind: 'unavailable', unclear: false });
  });

  test('503: a commit is sent again and written once', async () => {
    const { double, clock, store } = await cosmosFixture();
    double.fault({ on: 'batch', answer: { status: 503 } });
    const receipt = await store.commit(GATE, [create(child('c1'))]);
    expect((await store.get('child', 'c1', 'none'))?.etag).toBe(receipt.etags[0]);
    expect(clock.waits).toHaveLength(1);
  });

  test('503 for a commit that was written all the same: the refusal of the second attempt is not believed', async () => {
    const { double, store } = await cosmosFixture();
    double.fault({ on: 'batch', applied: true, answer: { status: 503 } });
    const error = await failure(store.commit(GATE, [create(child('c1'))]));
    expect(error).toMatchObject({ kind: 'unavailable', unclear: true });
    expect(await store.get('child', 'c1', 'none')).toBeDefined();
  });

  test.each<[string, 401 | 403 | 400]>([
    ['an identity that it does not know', 401],
    ['an identity without the role, or another network', 403],
    ['a request that it does not take', 400],
  ])('%s is told as unavailable at once, with nothing written', async (_, status) => {
    const { double, clock, store } = await cosmosFixture();
    double.fault({ on: 'batch', answer: { status, substatus: 5300 } });
    const error = await failure(store.commit(GATE, [create(child('c1'))]));
    expect(error).toMatchObject({ kind: 'unavailable', unclear: false });
    expect(clock.waits).toEqual([]);
  });

  test.each(['read', 'query', 'batch'] as const)('a container that is gone is not an absent item (%s)', async (on) => {
    const { double, store } = await cosmosFixture();
    double.fault({ on, answer: { status: 404, substatus: 1003 } });
    const calls = {
      read: () => store.get('child', 'c1', 'none'),
      query: () => store.list({ kind: 'child', parts: 'none', limit: 1 }),
      batch: () => store.commit(GATE, [create(child('c1'))]),
    };
    expect(await outcome(calls[on]())).toBe('unavailable');
  });

  test('a batch that is too large for the store is too-large', async () => {
    const { double, store } = await cosmosFixture();
    double.fault({ on: 'batch', answer: { status: 413 } });
    expect(await outcome(store.commit(GATE, [create(child('c1'))]))).toBe('too-large');
    double.fault({ on: 'batch', answer: { status: 413, operation: 1 } });
    expect(await failure(store.commit(GATE, [create(child('c1'))]))).toMatchObject({ kind: 'too-large', operation: 0 });
  });

  test('no text of the server or of the documents stands in an error, but the status and activity do', async () => {
    const { double, store } = await cosmosFixture();
    double.fault({ on: 'batch', answer: { status: 403, substatus: 5300 } });
    const error = await failure(store.commit(GATE, [create(child('c1', {}, { card: 'sealed card' }))]));
    expect(error.message).toContain('status 403.5300, activity 00000000-0000-0000-0000-00000000abcd');
    expect(error.message).not.toMatch(/text of the server|sealed/);
    expect(error.cause).toBeUndefined();
  });

  test.each([false, true])('silence ends after 10 s; a commit is then unclear (written: %s)', async (applied) => {
    const { double, clock, store } = await cosmosFixture();
    double.fault({ on: 'batch', applied, answer: 'silence' });
    const arrived = double.arrival('batch');
    const committing = failure(store.commit(GATE, [create(child('c1'))]));
    await arrived;
    await clock.advance(9_999);
    expect(clock.sleeping).toBe(1);
    await clock.advance(1);
    expect(await committing).toMatchObject({ kind: 'unavailable', unclear: true });
    expect((await store.get('child', 'c1', 'none')) !== undefined).toBe(applied);
  });

  test('silence for a read is unavailable and nothing more', async () => {
    const { double, clock, store } = await cosmosFixture();
    double.fault({ on: 'read', answer: 'silence' });
    const arrived = double.arrival('read');
    const reading = failure(store.get('child', 'c1', 'none'));
    await arrived;
    await clock.advance(10_000);
    expect(await reading).toMatchObject({ kind: 'unavailable', unclear: false });
  });

  test('an answer that cannot be read leaves a commit unclear', async () => {
    const { double, store } = await cosmosFixture();
    double.fault({ on: 'batch', applied: true, answer: 'garbage' });
    const error = await failure(store.commit(GATE, [create(child('c1'))]));
    expect(error).toMatchObject({ kind: 'unavailable', unclear: true });
  });
});

describe('an answer that is lost after the commit was applied is settled by its event: one success', () => {
  const event = item('event', 'e1', { index: { at: 1 }, clear: {} });
  const change: [string, (etag: string) => readonly Operation[]][] = [
    ['create', () => [create(child('c2'))]],
    ['replace', (etag) => [replace(child('c1', {}, { card: 'next' }), etag)]],
    ['delete', () => [{ type: 'delete', kind: 'child', id: 'c1' }]],
  ];

  test.each(change)('%s, the connection broken', async (_, operations) => {
    const { double, store } = await cosmosFixture();
    const [etag = ''] = await put(store, [child('c1')]);
    double.fault({ on: 'batch', applied: true, answer: 'reset' });
    const all = [...operations(etag), create(event)];
    const receipt = await settled(store, GATE, all, event);
    expect(receipt.etags.at(-1)).toBe((await store.get('event', 'e1', 'none'))?.etag);
    expect(await store.timeline({ kind: 'event', limit: 10 })).toHaveLength(1);
  });

  test.each(change)('%s, refused in a second attempt of the adapter itself', async (_, operations) => {
    const { double, store } = await cosmosFixture();
    const [etag = ''] = await put(store, [child('c1')]);
    double.fault({ on: 'batch', applied: true, answer: { status: 503 } });
    const receipt = await settled(store, GATE, [...operations(etag), create(event)], event);
    expect(receipt.committedAt).toBe((await store.get('event', 'e1', 'none'))?.committedAt);
  });

  test('what was not applied is sent again and applied once', async () => {
    const { double, store } = await cosmosFixture();
    double.fault({ on: 'batch', answer: 'reset' });
    await settled(store, GATE, [create(child('c1')), create(event)], event);
    expect(double.requests.filter(({ kind }) => kind === 'batch')).toHaveLength(2);
    expect(await store.count({ kind: 'child' })).toBe(1);
  });
});

describe('control items', () => {
  const contract = { partition: 'sakura', id: 'contract', value: {}, dueAt: null };

  test.each(['create', 'replace'] as const)('the echo of a %s is unclear, not a refusal', async (on) => {
    const { double, control } = await cosmosFixture();
    const contracts = control.container('contracts');
    const { etag } = on === 'replace' ? await contracts.create(contract) : { etag: '' };
    double.fault({ on, applied: true, answer: { status: 503 } });
    const call = on === 'create' ? contracts.create(contract) : contracts.replace(contract, etag);
    expect(await failure(call)).toMatchObject({ kind: 'unavailable', unclear: true });
  });

  test('a removal is sent again until the item is gone', async () => {
    const { double, control } = await cosmosFixture();
    const requests = control.container('requests');
    await requests.create(contract);
    double.fault({ on: 'delete', applied: true, answer: { status: 503 } });
    expect(await outcome(requests.remove('sakura', 'contract'))).toBe('unavailable');
    expect(await outcome(requests.remove('sakura', 'contract'))).toBe('done');
  });

  test('a query over all partitions waits as asked', async () => {
    const { double, clock, control } = await cosmosFixture();
    await control.container('contracts').create(contract);
    // The first answer says that the SDK has to follow the plan.
    double.fault({ on: 'query', after: 1, answer: { status: 429, retryAfterMs: 15 } });
    expect(await control.container('contracts').page({ limit: 5 })).toHaveLength(1);
    expect(clock.waits).toEqual([15]);
  });
});
