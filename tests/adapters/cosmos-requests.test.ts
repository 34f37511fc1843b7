import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { documentId } from '../../src/adapters/cosmos/document-id.ts';
import { DAY, HOUR } from '../../src/model/instant.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { CommitOrderReader, JobPartitionStore } from '../../src/ports/partition-store.ts';
import { child, create, GATE, item, outcome, put, replace } from '../contracts/partition-fixture.ts';
import { type CosmosFixture, cosmosFixture } from '../support/cosmos-double/cosmos-fixture.ts';
import { FAKE_START } from '../support/fake-clock.ts';

/** Everything that a tenant's store can do. */
async function everything(store: JobPartitionStore & CommitOrderReader): Promise<void> {
  const [etag = ''] = await put(store, [child('c1', { facility: 'f1', day: '2026-11-24', at: 1 })]);
  await store.commit(GATE, [
    replace(child('c1'), etag),
    { type: 'delete', kind: 'child', id: 'gone' },
    { type: 'delete', kind: 'child', id: 'gone-2' },
  ]);
  await outcome(store.commit(GATE, [create(child('c1'))]));
  await outcome(store.commit(GATE, [replace(child('c1'), etag)]));
  await store.get('child', 'c1', 'both');
  for (const facility of [undefined, 'f1']) {
    const scope = { kind: 'child', parts: 'card', limit: 10, ...(facility && { facility }) } as const;
    await store.list({ ...scope, class: 'k1', after: 'c0' });
    await store.list({ ...scope, dayFrom: '2026-11-01', dayTo: '2026-11-30' });
    await store.list({ ...scope, dayFrom: '2026-11-24', dayTo: '2026-11-24' });
    await store.count({ kind: 'child', dayFrom: '2026-11-24', ...(facility && { facility }) });
  }
  await store.timeline({
    kind: 'child',
    from: 0,
    to: 9,
    before: { at: 5, id: 'x' },
    // The conditions of the audit log.
    where: [
      { field: 'facility', anyOf: ['f1'] },
      { field: 'actor', is: 'a' },
      { field: 'action', is: 'read' },
      { field: 'targets', has: 'c1' },
    ],
    limit: 10,
  });
  await store.committed({ kind: 'child', from: 0, to: FAKE_START, after: { committedAt: 5, id: 'x' }, limit: 10 });
  await store.gate();
  await store.moveGate(GATE, { name: 'gate:2', content: {} });
  await store.closeGate();
  await store.sweep(100);
  await store.openGate({ name: GATE, content: {} });
}

/** The operations of every batch, in order. */
function batches({ double }: CosmosFixture): JsonObject[][] {
  return double.requests.filter(({ kind }) => kind === 'batch').map(({ body }) => body as unknown as JsonObject[]);
}

describe("a tenant's requests", () => {
  test('every one that touches data is sent to exactly the partition of its tenant', async () => {
    const { double, store } = await cosmosFixture();
    await everything(store);
    // A plan holds no data: the SDK fetches one beside each query and uses none for a query in one partition.
    const touching = double.requests.filter(({ kind }) => kind !== 'plan');
    expect(touching.length).toBeGreaterThan(20);
    expect(new Set(touching.map(({ kind }) => kind))).toEqual(new Set(['batch', 'read', 'query']));
    for (const { partition } of touching) expect(partition).toEqual(['sakura']);
  });

  test('every query names its tenant once more in its conditions', async () => {
    const { double, store } = await cosmosFixture();
    await everything(store);
    for (const { body } of double.requests.filter(({ kind }) => kind === 'query')) {
      const { query, parameters } = body as unknown as {
        query: string;
        parameters: { name: string; value: unknown }[];
      };
      expect(query).toMatch(/ WHERE c\.tenantId = @p0 AND /.test(query) ? / AND / : / WHERE c\.tenantId = @p0$/);
      expect(parameters[0]).toEqual({ name: '@p0', value: 'sakura' });
    }
  });

  test('a server that makes the SDK ask all partitions shows nothing of another tenant', async () => {
    const { double, store, of } = await cosmosFixture();
    const other = of('momiji');
    await other.openGate({ name: GATE, content: {} });
    await put(store, [child('mine')]);
    await put(other, [child('others')]);
    double.fault({ on: 'query', answer: { status: 400, body: { additionalErrorInfo: '{}' } } });
    const listed = await store.list({ kind: 'child', parts: 'both', limit: 10 });
    expect(listed.map(({ id }) => id)).toEqual(['mine']);
    expect(double.requests.some(({ kind, partition }) => kind === 'query' && partition === undefined)).toBe(true);
  });

  test('all of them are served by the indexes of the layout', async () => {
    const { double, store, control } = await cosmosFixture();
    await everything(store);
    for (const name of ['contracts', 'announcements', 'requests', 'tenant-state'] as const) {
      const container = control.container(name);
      await container.ofPartition('sakura');
      await container.page({ limit: 2 });
      await container.changedSince({ since: 0, limit: 2 });
      await container.due({ id: 'state', at: 0, limit: 2 });
    }
    expect([...double.scanned]).toEqual([]);
  });

  test('a store without a tenant is refused', async () => {
    const { of } = await cosmosFixture();
    expect(() => of('')).toThrow(RangeError);
  });
});

describe('a commit', () => {
  test("is one batch whose first operation reads the caller's gate", async () => {
    const fixture = await cosmosFixture();
    await put(fixture.store, [child('c1'), child('c2')]);
    expect(batches(fixture)).toHaveLength(1);
    expect(batches(fixture)[0]?.[0]).toEqual({ operationType: 'Read', id: GATE });
  });

  test('asks for the content of no document in the answer but the smallest, which tells the commit time', async () => {
    const fixture = await cosmosFixture();
    const event = item('event', 'e1', { index: { at: 1 }, clear: { action: 'write' } });
    await put(fixture.store, [child('c1'), event, child('c2')]);
    const full = batches(fixture)[0]?.filter((each) => each['minimalReturnPreference'] !== true);
    expect(full?.map((each) => (each['resourceBody'] as JsonObject | undefined)?.['id'])).toEqual([
      undefined,
      'event:e1',
    ]);
  });

  test('of deletions only takes its time from the server', async () => {
    const { double, store } = await cosmosFixture();
    await put(store, [child('c1')]);
    double.storeTime = FAKE_START + 9000;
    const receipt = await store.commit(GATE, [{ type: 'delete', kind: 'child', id: 'c1' }]);
    expect(receipt.committedAt).toBe(FAKE_START + 9000);
  });

  test('with many deletions of what is not there looks once which are', async () => {
    const { double, store } = await cosmosFixture();
    await put(store, [child('there')]);
    double.requests.length = 0;
    const ids = ['there', ...Array.from({ length: 90 }, (_, n) => `gone-${n}`)];
    const receipt = await store.commit(
      GATE,
      ids.map((id) => ({ type: 'delete', kind: 'child', id }) as const),
    );
    expect(receipt.etags).toEqual(ids.map(() => null));
    expect(double.requests.filter(({ kind }) => kind !== 'plan').map(({ kind }) => kind)).toEqual([
      'batch',
      'query',
      'batch',
    ]);
    expect(await store.count({ kind: 'child' })).toBe(0);
  });

  test('leaves nothing of what it creates and deletes itself, also when another deletion finds nothing', async () => {
    const { store } = await cosmosFixture();
    const remove = (id: string) => ({ type: 'delete', kind: 'child', id }) as const;
    const receipt = await store.commit(GATE, [remove('gone'), create(child('c1')), remove('c1')]);
    expect(receipt.etags).toEqual([null, expect.any(String), null]);
    expect(await store.get('child', 'c1', 'none')).toBeUndefined();
  });

  test('an etag of what has expired replaces nothing, though the document is still there', async () => {
    const { clock, store } = await cosmosFixture();
    const wait = item('wait', 'w1', { expiresAt: FAKE_START + 1000 });
    const [etag = ''] = await put(store, [wait]);
    clock.set(FAKE_START + 1000);
    expect(await outcome(store.commit(GATE, [replace(wait, etag)]))).toBe('not-found');
    clock.set(FAKE_START);
    expect((await store.get('wait', 'w1', 'none'))?.etag).toBe(etag);
    expect(await outcome(store.commit(GATE, [replace(wait, etag)]))).toBe('done');
  });

  test('takes the place of an expired item only as long as nobody else does', async () => {
    const { clock, store } = await cosmosFixture();
    await put(store, [item('wait', 'w1', { expiresAt: FAKE_START + 1000 })]);
    clock.set(FAKE_START + 1000);
    const anew = (card: string) => create(item('wait', 'w1', { card, expiresAt: FAKE_START + HOUR }));
    const both = await Promise.all([
      outcome(store.commit(GATE, [anew('one')])),
      outcome(store.commit(GATE, [anew('two')])),
    ]);
    expect(both.toSorted()).toEqual(['conflict', 'done']);
    expect((await store.get('wait', 'w1', 'card'))?.card).toBe(both[0] === 'done' ? 'one' : 'two');
  });
});

describe('gates', () => {
  test('two that are opened under different names at the same time never both stand', async () => {
    const { store, of } = await cosmosFixture();
    await store.closeGate();
    const outcomes = await Promise.all([
      outcome(store.openGate({ name: 'gate:1', content: {} })),
      outcome(of('sakura').openGate({ name: 'gate:2', content: {} })),
    ]);
    const standing = await store.gate();
    expect(outcomes.filter((each) => each === 'done')).toHaveLength(standing === undefined ? 0 : 1);
    await store.closeGate();
    expect(await store.sweep(10)).toBe(0);
  });
});

describe('time to live', () => {
  test('the store tidies up a day after the expiry and not before, whatever the host clock says since', async () => {
    const { double, clock, store } = await cosmosFixture();
    await put(store, [item('wait', 'w1', { expiresAt: FAKE_START + HOUR })]);
    await store.closeGate();
    double.storeTime = FAKE_START + HOUR + DAY - 1000;
    expect(await store.get('wait', 'w1', 'none')).toBeDefined();
    clock.set(FAKE_START + 400 * DAY);
    expect(await store.get('wait', 'w1', 'none')).toBeUndefined();
    double.storeTime = FAKE_START + HOUR + DAY;
    clock.set(FAKE_START);
    expect(await store.get('wait', 'w1', 'none')).toBeUndefined();
    expect(await store.sweep(10)).toBe(0);
  });

  test('what has no expiry has no time to live', async () => {
    const fixture = await cosmosFixture();
    await put(fixture.store, [child('c1')]);
    expect(batches(fixture)[0]?.[1]?.['resourceBody']).not.toHaveProperty('ttl');
  });

  test('an expiry beyond what the store can count is kept as long as it can', async () => {
    const fixture = await cosmosFixture();
    await put(fixture.store, [item('wait', 'w1', { expiresAt: FAKE_START + 40_000 * DAY })]);
    expect(batches(fixture)[0]?.[1]?.['resourceBody']).toMatchObject({ ttl: 2_147_483_647 });
  });
});

describe('ids', () => {
  test('any two texts are stored under different ids, which hold no sign that Cosmos DB forbids', () => {
    const text = fc.string({
      unit: fc.constantFrom('/', '\\', '?', '#', '~', '0', '2', 'f', 'さ', ' ', '%'),
      minLength: 1,
    });
    fc.assert(
      fc.property(text, text, (one, other) => {
        expect(documentId(one)).toMatch(/^[\w~.:$@-]+$/);
        expect(documentId(one) === documentId(other)).toBe(one === other);
      }),
    );
  });

  test('the ids of the service stay as they are', () => {
    for (const id of ['state', '$service', 'restore:0190b8f0-0000-7000-8000-000000000000', 'heartbeat:run-backups']) {
      expect(documentId(id)).toBe(id);
    }
  });

  test.each(['', 'x'.repeat(1024), '/'.repeat(205)])('an id that cannot be stored is refused', (id) => {
    expect(() => documentId(id)).toThrow(RangeError);
  });
});

describe('what an operation costs', () => {
  test('is measured for each request, a refused one too, under its container and operation', async () => {
    const { double, telemetry, store, control } = await cosmosFixture();
    await put(store, [child('c1')]);
    double.fault({ on: 'read', answer: { status: 429, retryAfterMs: 1 } });
    await store.get('child', 'c1', 'none');
    await store.list({ kind: 'child', parts: 'none', limit: 10 });
    await outcome(
      control.container('contracts').create({ partition: 'sakura', id: 'contract', value: {}, dueAt: null }),
    );
    await control.container('contracts').page({ limit: 10 });
    expect(telemetry.records).toEqual(
      [
        ['tenants', 'commit', 9.5],
        ['tenants', 'get', 0.38],
        ['tenants', 'get', 2],
        ['tenants', 'list', 5.22],
        ['contracts', 'create', 7],
        ['contracts', 'page', expect.any(Number)],
      ].map(([container, operation, value]) => ({
        type: 'measure',
        name: 'cosmos-charge',
        value,
        properties: { container, operation },
      })),
    );
  });
});

test('a document that this service did not write is damaged, not an answer', async () => {
  const { double, store, control } = await cosmosFixture();
  double.fault({ on: 'read', times: 2, answer: { status: 200, body: { id: 'child:c1', kind: 'child', key: 7 } } });
  expect(await outcome(store.get('child', 'c1', 'none'))).toBe('damaged');
  double.fault({ on: 'query', answer: { status: 200, body: { Documents: [{ id: 'x', kind: 'child' }] } } });
  expect(await outcome(store.list({ kind: 'child', parts: 'none', limit: 1 }))).toBe('damaged');
  expect(await outcome(control.container('contracts').get('sakura', 'contract'))).toBe('damaged');
});
