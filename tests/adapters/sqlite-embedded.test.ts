import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { Database } from '../../src/adapters/sqlite/database.ts';
import { openPartitions, type PartitionsOptions } from '../../src/adapters/sqlite/partition-store.ts';
import { DAY, HOUR } from '../../src/model/instant.ts';
import type { JobPartitionStore } from '../../src/ports/partition-store.ts';
import { child, create, GATE, item, outcome, put, replace } from '../contracts/partition-fixture.ts';
import { FAKE_START, FakeClock } from '../support/fake-clock.ts';
import { tempFolder } from '../support/temp-folder.ts';

async function embedded(options: Partial<PartitionsOptions> = {}, path = join(tempFolder(), 'data.sqlite')) {
  const clock = new FakeClock();
  const partitions = openPartitions(path, { clock, storeTime: () => clock.now(), ...options });
  onTestFinished(() => {
    try {
      partitions.close();
    } catch {
      // The test has closed it already.
    }
  });
  const store = partitions.of('sakura');
  if ((await store.gate()) === undefined) await store.openGate({ name: GATE, content: {} });
  return { path, clock, partitions, store };
}

/** Rows of one table, read from beside the store. */
function rowCount(path: string, table: 'items' | 'bodies'): number {
  const database = new Database(path);
  const row = database.row(`SELECT count(*) FROM ${table}`);
  database.close();
  return Number(row?.[0]);
}

test('commit times never go back when the host clock does, nor after a restart', async () => {
  const { path, clock, partitions, store } = await embedded();
  clock.set(FAKE_START + 5000);
  const first = await store.commit(GATE, [create(item('n', 'a'))]);
  clock.set(FAKE_START);
  const second = await store.commit(GATE, [create(item('n', 'b')), { type: 'delete', kind: 'n', id: 'a' }]);
  partitions.close();
  const again = await embedded({ storeTime: () => FAKE_START - HOUR }, path);
  const third = await again.store.commit(GATE, [create(item('n', 'c'))]);
  expect([first, second, third].map((receipt) => receipt.committedAt)).toEqual(Array(3).fill(FAKE_START + 5000));
});

test('an etag of before a restart is never given again', async () => {
  const { path, partitions, store } = await embedded();
  const [before = ''] = await put(store, [child('c1')]);
  await store.commit(GATE, [{ type: 'delete', kind: 'child', id: 'c1' }]);
  partitions.close();
  const { store: after } = await embedded({}, path);
  await put(after, [child('c1')]);
  expect(await outcome(after.commit(GATE, [replace(child('c1'), before)]))).toBe('stale');
});

test('the file and what SQLite puts beside it can be read by their owner only', async () => {
  const { path, store } = await embedded();
  await put(store, [child('c1')]);
  for (const file of [path, `${path}-wal`, `${path}-shm`]) expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('a body goes with its item: replaced, deleted, swept or expired', async () => {
  const { path, clock, store } = await embedded();
  const [etag = ''] = await put(store, [child('replaced'), child('deleted'), child('swept')]);
  await put(store, [child('expired', {}, { expiresAt: FAKE_START + 1 })]);
  expect(rowCount(path, 'bodies')).toBe(4);
  await store.commit(GATE, [
    replace(child('replaced', { facility: 'f2' }, { body: null }), etag),
    { type: 'delete', kind: 'child', id: 'deleted' },
  ]);
  expect(rowCount(path, 'bodies')).toBe(2);
  clock.set(FAKE_START + 2);
  await put(store, [child('expired', {}, { body: null })]);
  expect(rowCount(path, 'bodies')).toBe(1);
  await store.closeGate();
  await store.sweep(100);
  expect([rowCount(path, 'bodies'), rowCount(path, 'items')]).toEqual([0, 0]);
});

test('what has expired is tidied up by later commits of its tenant, a day after and not before', async () => {
  const { path, clock, store, partitions } = await embedded();
  const other = partitions.of('momiji');
  await other.openGate({ name: GATE, content: {} });
  await put(store, [item('wait', 'w', { expiresAt: FAKE_START + 1, body: 'b' }), item('keep', 'k')]);
  const write = async (id: string) => store.commit(GATE, [create(item('n', id))]);
  clock.set(FAKE_START + DAY);
  await write('a');
  expect(rowCount(path, 'items')).toBe(5);
  clock.set(FAKE_START + DAY + 1);
  await put(other, [item('n', 'a')]);
  expect(rowCount(path, 'items')).toBe(6);
  await write('b');
  expect([rowCount(path, 'items'), rowCount(path, 'bodies')]).toEqual([6, 0]);
  expect(await store.get('keep', 'k', 'none')).toBeDefined();
});

test("a host clock that ran ahead makes expired items vanish for that time only: the store's time tidies too", async () => {
  const { clock, store } = await embedded({ storeTime: () => FAKE_START });
  await put(store, [item('wait', 'w', { expiresAt: FAKE_START + HOUR })]);
  clock.set(FAKE_START + 400 * DAY);
  await put(store, [item('n', 'a')]);
  expect(await store.get('wait', 'w', 'none')).toBeUndefined();
  clock.set(FAKE_START);
  expect(await store.get('wait', 'w', 'none')).toBeDefined();
});

test('what was deleted is overwritten in the file', async () => {
  const { path, partitions, store } = await embedded();
  await put(store, [item('n', 'a', { card: 'x-secret-card-x', body: 'x-secret-body-x' })]);
  await store.commit(GATE, [{ type: 'delete', kind: 'n', id: 'a' }]);
  partitions.close();
  const bytes = readFileSync(path, 'latin1');
  expect(bytes).toContain(GATE.slice(5));
  expect(bytes).not.toContain('x-secret-card-x');
  expect(bytes).not.toContain('x-secret-body-x');
});

test.each([
  [{ kind: 'Child', id: 'a' }],
  [{ kind: '', id: 'a' }],
  [{ kind: 'child', id: '' }],
  [{ kind: 'child', id: 'a b' }],
  [{ kind: 'child', id: 'さ' }],
  [{ kind: 'child', id: 'x'.repeat(201) }],
])('a key that no store takes is refused: %j', async ({ kind, id }) => {
  const { store } = await embedded();
  await expect(store.commit(GATE, [create(item(kind, id))])).rejects.toThrow(RangeError);
});

test('an empty facility is neither written nor a way to the items without one', async () => {
  const { store } = await embedded();
  await put(store, [child('c1')]);
  await expect(store.commit(GATE, [create(child('c2', { facility: '' }))])).rejects.toThrow(RangeError);
  expect(await store.list({ kind: 'child', facility: '', parts: 'none', limit: 10 })).toEqual([]);
});

test.each([0, -1, 1.5, 2001, Number.NaN])('a list of %s items is refused', async (limit) => {
  const { store } = await embedded();
  await expect(store.list({ kind: 'child', parts: 'none', limit })).rejects.toThrow(RangeError);
  await expect(store.timeline({ kind: 'child', limit })).rejects.toThrow(RangeError);
});

test('a full disk is told as unavailable with nothing written, and the store serves again when there is room', async () => {
  const { path, partitions, store } = await embedded({ maxPages: 40 });
  await put(store, [child('there')]);
  const large = create(item('n', 'large', { body: 'x'.repeat(400_000) }));
  expect(await outcome(store.commit(GATE, [create(child('beside')), large]))).toBe('unavailable');
  const error = await store.commit(GATE, [large]).catch((e: unknown) => e);
  expect(error).toMatchObject({ kind: 'unavailable', unclear: false });
  expect(await store.get('child', 'beside', 'none')).toBeUndefined();
  expect((await store.get('child', 'there', 'body'))?.body).toBe('body of there');
  expect(await outcome(store.commit(GATE, [create(child('small'))]))).toBe('done');
  partitions.close();
  const { store: roomy } = await embedded({}, path);
  expect(await outcome(roomy.commit(GATE, [create(child('beside')), large]))).toBe('done');
});

test.each<[string, (store: JobPartitionStore) => Promise<unknown>, string]>([
  [
    'the cards of a facility',
    (store) => store.list({ kind: 'child', facility: 'f1', parts: 'card', after: 'a', limit: 2000 }),
    'PRIMARY KEY (tenant=? AND kind=? AND facility=? AND id>?)',
  ],
  [
    "a class's cards",
    (store) => store.list({ kind: 'child', facility: 'f1', class: 'k1', parts: 'card', limit: 2000 }),
    'PRIMARY KEY (tenant=? AND kind=? AND facility=?)',
  ],
  [
    'the cards of those who are enrolled in a facility from a day on',
    (store) => store.list({ kind: 'child', facility: 'f1', dayFrom: '2026-11-24', parts: 'card', limit: 2000 }),
    'PRIMARY KEY (tenant=? AND kind=? AND facility=?)',
  ],
  [
    'a list over the whole tenant',
    (store) => store.list({ kind: 'child', parts: 'card', after: 'a', limit: 50 }),
    'INDEX items_by_id (tenant=? AND kind=? AND id>?)',
  ],
  [
    'the newest events before a position',
    (store) =>
      store.timeline({ kind: 'e', before: { at: 1, id: 'x' }, where: [{ field: 'a', is: 'b' }], from: 0, limit: 50 }),
    'INDEX items_by_time (tenant=? AND kind=? AND at>? AND (at,id)<(?,?))',
  ],
])('%s come by index in their order, without sorting and without touching bodies', async (_, call, index) => {
  const { path, store } = await embedded();
  const rows = vi.spyOn(Database.prototype, 'rows');
  await call(store);
  const [sql = '', ...values] = rows.mock.lastCall ?? [];
  rows.mockRestore();
  const database = new Database(path);
  const plan = database.rows(`EXPLAIN QUERY PLAN ${sql}`, ...values).map((row) => String(row[3]));
  database.close();
  expect(plan[0]).toBe(`SEARCH items USING ${index}`);
  expect(plan.filter((step) => /SORT|ORDER BY|bodies|SCAN items/.test(step))).toEqual([]);
});

test('a day of a kind comes from the index of days', async () => {
  const { path, store } = await embedded();
  const rows = vi.spyOn(Database.prototype, 'rows');
  await store.list({
    kind: 'a',
    facility: 'f1',
    dayFrom: '2026-11-24',
    dayTo: '2026-11-24',
    parts: 'card',
    limit: 2000,
  });
  const [sql = '', ...values] = rows.mock.lastCall ?? [];
  rows.mockRestore();
  const database = new Database(path);
  const plan = database.rows(`EXPLAIN QUERY PLAN ${sql}`, ...values).map((row) => String(row[3]));
  database.close();
  expect(plan[0]).toBe('SEARCH items USING INDEX items_by_day (tenant=? AND kind=? AND day>? AND day<?)');
});

test('counting who is enrolled in a facility from a day on reads no other facility', async () => {
  const { path, store } = await embedded();
  const row = vi.spyOn(Database.prototype, 'row');
  await store.count({ kind: 'child', facility: 'f1', dayFrom: '2026-11-24' });
  const [sql = '', ...values] = row.mock.lastCall ?? [];
  row.mockRestore();
  const database = new Database(path);
  const plan = database.rows(`EXPLAIN QUERY PLAN ${sql}`, ...values).map((step) => String(step[3]));
  database.close();
  expect(plan).toEqual(['SEARCH items USING PRIMARY KEY (tenant=? AND kind=? AND facility=?)']);
});
