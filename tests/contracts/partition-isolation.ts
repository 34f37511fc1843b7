import { describe, expect, test } from 'vitest';
import type { JobPartitionStore } from '../../src/ports/partition-store.ts';
import {
  child,
  create,
  GATE,
  item,
  type MakePartitionFixture,
  openTenant,
  outcome,
  put,
  replace,
} from './partition-fixture.ts';

/** Everything that a tenant's store can show. */
async function everything(store: JobPartitionStore): Promise<unknown> {
  return [
    await store.gate(),
    await store.list({ kind: 'child', parts: 'both', limit: 100 }),
    await store.list({ kind: 'child', facility: 'f1', parts: 'both', limit: 100 }),
    await store.list({ kind: 'child', class: 'k1', parts: 'both', limit: 100 }),
    await store.list({ kind: 'child', dayFrom: '2000-01-01', dayTo: '2099-12-31', parts: 'both', limit: 100 }),
    await store.timeline({ kind: 'child', limit: 100 }),
    await store.timeline({ kind: 'child', where: [{ field: 'f', is: 'v' }], limit: 100 }),
    [await store.count({ kind: 'child' }), await store.count({ kind: 'child', facility: 'f1', dayFrom: '2000-01-01' })],
  ];
}

const SHARED = { facility: 'f1', class: 'k1', day: '2026-04-01', at: 10 } as const;

export function partitionIsolation(make: MakePartitionFixture): void {
  // Before, after and right behind A in the order of names: a range that is too wide reaches one of them.
  describe.each(['momiji', 'sumire', 'sakura-2'])('tenant A (sakura) cannot see or touch tenant B (%s)', (nameOfB) => {
    async function twoTenants() {
      const { fixture, store: a } = await openTenant(make, 'sakura');
      const b = fixture.of(nameOfB);
      await b.openGate({ name: GATE, content: { keyVersion: 'of b' } });
      return { a, b };
    }

    test('a tenant beside a full one sees nothing at all', async () => {
      const { a, b } = await twoTenants();
      const empty = await everything(a);
      await put(b, [child('c1', SHARED, { clear: { f: 'v' } }), child('c2', SHARED, { clear: { f: 'v' } })]);
      expect(await everything(a)).toEqual(empty);
      expect(await a.get('child', 'c1', 'both')).toBeUndefined();
    });

    test('the same ids in two tenants are two items', async () => {
      const { a, b } = await twoTenants();
      const [etagOfA = ''] = await put(a, [child('c1', SHARED, { body: 'of a' })]);
      const [etagOfB = ''] = await put(b, [child('c1', SHARED, { body: 'of b' })]);
      await a.commit(GATE, [replace(child('c1', SHARED, { body: 'a again' }), etagOfA)]);
      expect((await a.get('child', 'c1', 'body'))?.body).toBe('a again');
      expect(await b.get('child', 'c1', 'body')).toMatchObject({ body: 'of b', etag: etagOfB });
      await a.commit(GATE, [{ type: 'delete', kind: 'child', id: 'c1' }]);
      expect((await b.get('child', 'c1', 'body'))?.body).toBe('of b');
    });

    test("another tenant's etag and id replace and delete nothing", async () => {
      const { a, b } = await twoTenants();
      const [etag = ''] = await put(b, [child('c1', SHARED)]);
      const before = await everything(b);
      expect(await outcome(a.commit(GATE, [replace(child('c1', SHARED), etag)]))).toBe('not-found');
      expect(await outcome(a.commit(GATE, [{ type: 'delete', kind: 'child', id: 'c1' }]))).toBe('done');
      expect(await everything(b)).toEqual(before);
    });

    test("another tenant's gate lets nothing through, and moving or closing one's own leaves it", async () => {
      const { a, b } = await twoTenants();
      await a.moveGate(GATE, { name: 'gate:2', content: {} });
      expect(await b.gate()).toEqual({ name: GATE, content: { keyVersion: 'of b' } });
      expect(await outcome(b.commit('gate:2', [create(child('c1'))]))).toBe('gate-closed');
      await a.closeGate();
      expect(await outcome(a.commit(GATE, [create(child('c1'))]))).toBe('gate-closed');
      expect(await outcome(b.commit(GATE, [create(child('c1'))]))).toBe('done');
    });

    test("a sweep takes one's own items only, and another's standing gate does not hinder it", async () => {
      const { a, b } = await twoTenants();
      await put(a, [child('c1', SHARED), item('event', 'e1', { index: { at: 1 } })]);
      await put(b, [child('c1', SHARED), child('c2', SHARED)]);
      const before = await everything(b);
      await a.closeGate();
      expect(await a.sweep(100)).toBe(2);
      expect(await everything(b)).toEqual(before);
    });

    test('pages end where the tenant ends', async () => {
      const { a, b } = await twoTenants();
      await put(a, [child('a1', SHARED), child('a2', SHARED)]);
      await put(b, [child('a0', SHARED), child('a3', SHARED), child('zz', SHARED)]);
      const rest = await a.list({ kind: 'child', facility: 'f1', parts: 'none', after: 'a1', limit: 100 });
      expect(rest.map((each) => each.id)).toEqual(['a2']);
      const older = await a.timeline({ kind: 'child', before: { at: 10, id: 'zz' }, limit: 100 });
      expect(older.map((each) => each.id)).toEqual(['a2', 'a1']);
    });
  });
}
