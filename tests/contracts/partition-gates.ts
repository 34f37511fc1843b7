import { describe, expect, test } from 'vitest';
import { MINUTE } from '../../src/model/instant.ts';
import { FAKE_START } from '../support/fake-clock.ts';
import {
  child,
  create,
  GATE,
  item,
  type MakePartitionFixture,
  openTenant,
  outcome,
  partitionFixture,
  put,
} from './partition-fixture.ts';

export function partitionGates(make: MakePartitionFixture): void {
  describe('gates', () => {
    test('before the first gate there is none and nothing can be written', async () => {
      const store = (await partitionFixture(make)).of('sakura');
      expect(await store.gate()).toBeUndefined();
      expect(await outcome(store.commit(GATE, [create(child('c1'))]))).toBe('gate-closed');
      expect(await store.get('child', 'c1', 'none')).toBeUndefined();
    });

    test('a gate that was opened stands with its content', async () => {
      const { store } = await openTenant(make);
      expect(await store.gate()).toEqual({ name: GATE, content: { keyVersion: 'v1' } });
    });

    test('no second gate is opened while any stands', async () => {
      const { store } = await openTenant(make);
      expect(await outcome(store.openGate({ name: GATE, content: {} }))).toBe('conflict');
      expect(await outcome(store.openGate({ name: 'gate:2', content: {} }))).toBe('conflict');
      expect(await store.gate()).toEqual({ name: GATE, content: { keyVersion: 'v1' } });
    });

    test('a commit under any but the standing gate writes nothing', async () => {
      const { store } = await openTenant(make);
      await put(store, [child('there')]);
      const operations = [create(child('new')), { type: 'delete', kind: 'child', id: 'there' } as const];
      expect(await outcome(store.commit('gate:2', operations))).toBe('gate-closed');
      expect(await store.get('child', 'new', 'none')).toBeUndefined();
      expect(await store.get('child', 'there', 'none')).toBeDefined();
    });

    test('a closed gate is told before any conflict', async () => {
      const { store } = await openTenant(make);
      await put(store, [child('there')]);
      expect(await outcome(store.commit('gate:2', [create(child('there'))]))).toBe('gate-closed');
    });

    test('a moved gate shuts out whoever knows the old one', async () => {
      const { store } = await openTenant(make);
      await store.moveGate(GATE, { name: 'gate:restore-r1', content: { keyVersion: 'v1', run: 'r1' } });
      expect(await store.gate()).toEqual({ name: 'gate:restore-r1', content: { keyVersion: 'v1', run: 'r1' } });
      expect(await outcome(store.commit(GATE, [create(child('late'))]))).toBe('gate-closed');
      expect(await outcome(store.commit('gate:restore-r1', [create(child('c1'))]))).toBe('done');
      await store.moveGate('gate:restore-r1', { name: 'gate:2', content: { keyVersion: 'v1' } });
      expect(await outcome(store.commit('gate:restore-r1', [create(child('frozen'))]))).toBe('gate-closed');
      expect(await outcome(store.commit('gate:2', [create(child('c2'))]))).toBe('done');
    });

    test('a gate is moved from exactly the one that stands', async () => {
      const { store } = await openTenant(make);
      expect(await outcome(store.moveGate('gate:7', { name: 'gate:8', content: {} }))).toBe('gate-closed');
      expect((await store.gate())?.name).toBe(GATE);
    });

    test('of two who move the same gate exactly one does', async () => {
      const { fixture, store } = await openTenant(make);
      const outcomes = await Promise.all([
        outcome(store.moveGate(GATE, { name: 'gate:restore-r1', content: {} })),
        outcome(fixture.of('sakura').moveGate(GATE, { name: 'gate:restore-r2', content: {} })),
      ]);
      expect(outcomes.toSorted()).toEqual(['done', 'gate-closed']);
      expect((await store.gate())?.name).toBe(outcomes[0] === 'done' ? 'gate:restore-r1' : 'gate:restore-r2');
    });

    test('closing takes whichever gate stands, and succeeds when none does', async () => {
      const { store } = await openTenant(make);
      await store.moveGate(GATE, { name: 'gate:restore-r1', content: {} });
      await store.closeGate();
      expect(await store.gate()).toBeUndefined();
      expect(await outcome(store.commit('gate:restore-r1', [create(child('late'))]))).toBe('gate-closed');
      expect(await outcome(store.closeGate())).toBe('done');
    });

    test('no commit writes a gate', async () => {
      const { store } = await openTenant(make);
      const gate = item('gate', '2', { clear: {} });
      for (const operation of [
        create(gate),
        { type: 'replace', item: gate, etag: '"x"' } as const,
        { type: 'delete', kind: 'gate', id: '1' } as const,
      ]) {
        await expect(store.commit(GATE, [create(child('c1')), operation])).rejects.toThrow(RangeError);
      }
      expect(await store.gate()).toEqual({ name: GATE, content: { keyVersion: 'v1' } });
      expect(await store.get('child', 'c1', 'none')).toBeUndefined();
    });
  });

  describe('sweep', () => {
    test('refuses while a gate stands, and deletes nothing', async () => {
      const { store } = await openTenant(make);
      await put(store, [child('c1')]);
      expect(await outcome(store.sweep(10))).toBe('conflict');
      expect(await store.get('child', 'c1', 'none')).toBeDefined();
    });

    test('deletes items of every kind in portions and counts them, until nothing is left', async () => {
      const { store } = await openTenant(make);
      await put(store, [
        ...Array.from({ length: 7 }, (_, n) => child(`c${n}`, { facility: 'f1' })),
        item('event', 'e1', { index: { at: 1 }, clear: {} }),
        item('note', 'n1', { expiresAt: FAKE_START + 60 * MINUTE }),
      ]);
      await store.closeGate();
      expect([await store.sweep(4), await store.sweep(4), await store.sweep(4), await store.sweep(4)]).toEqual([
        4, 4, 1, 0,
      ]);
      expect(await store.list({ kind: 'child', parts: 'none', limit: 10 })).toEqual([]);
      expect(await store.timeline({ kind: 'event', limit: 10 })).toEqual([]);
      expect(await store.get('note', 'n1', 'none')).toBeUndefined();
    });

    test('takes what has expired along', async () => {
      const { fixture, store } = await openTenant(make);
      await put(store, [item('wait', 'w1', { expiresAt: FAKE_START + 1000 })]);
      fixture.clock.set(FAKE_START + 1000);
      await store.closeGate();
      expect(await store.sweep(10)).toBe(1);
      fixture.clock.set(FAKE_START);
      expect(await store.get('wait', 'w1', 'none')).toBeUndefined();
    });
  });
}
