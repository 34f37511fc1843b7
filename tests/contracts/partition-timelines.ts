import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/model/json.ts';
import type { JobPartitionStore, NewItem, TimelinePosition, TimelineQuery } from '../../src/ports/partition-store.ts';
import { ids, item, type MakePartitionFixture, openTenant, put } from './partition-fixture.ts';

function event(id: string, at: number, clear: JsonObject = {}): NewItem {
  return item('event', id, { index: { at }, clear });
}

async function seen(store: JobPartitionStore, query: Partial<TimelineQuery> = {}): Promise<string[]> {
  return ids(await store.timeline({ kind: 'event', limit: 100, ...query }));
}

export function partitionTimelines(make: MakePartitionFixture): void {
  describe('timeline', () => {
    test('items come newest first, those of one instant by id, those without an instant not at all', async () => {
      const { store } = await openTenant(make);
      await put(store, [
        event('b', 20),
        event('a', 20),
        event('c', 10),
        event('d', 30),
        item('event', 'none'),
        item('other', 'x', { index: { at: 40 } }),
      ]);
      expect(await seen(store)).toEqual(['d', 'b', 'a', 'c']);
    });

    test('the lower bound belongs to it, the upper does not', async () => {
      const { store } = await openTenant(make);
      await put(store, [event('a', 10), event('b', 20), event('c', 30)]);
      expect(await seen(store, { from: 20 })).toEqual(['c', 'b']);
      expect(await seen(store, { to: 30 })).toEqual(['b', 'a']);
      expect(await seen(store, { from: 10, to: 20 })).toEqual(['a']);
    });

    test('a timeline brings the clear content and no sealed part', async () => {
      const { store } = await openTenant(make);
      await put(store, [{ ...event('a', 10, { action: 'read' }), card: 'card', body: 'body' }]);
      const [found] = await store.timeline({ kind: 'event', limit: 1 });
      expect([found?.clear, found?.card, found?.body, found?.index]).toEqual([
        { action: 'read' },
        null,
        null,
        { at: 10 },
      ]);
    });

    test('pages show each item once, also where many share an instant, and shift by nothing that is added', async () => {
      const { store } = await openTenant(make);
      const all = Array.from({ length: 25 }, (_, n) => `e${String(n).padStart(2, '0')}`);
      await put(
        store,
        all.map((id, n) => event(id, Math.floor(n / 10))),
      );
      const pages: string[][] = [];
      let before: TimelinePosition | undefined;
      while (pages.length === 0 || pages.at(-1)?.length === 7) {
        const page = await store.timeline({ kind: 'event', limit: 7, ...(before === undefined ? {} : { before }) });
        pages.push(ids(page));
        const last = page.at(-1);
        before = { at: last?.index.at ?? 0, id: last?.id ?? '' };
        await put(store, [event(`newer-${pages.length}`, 99)]);
      }
      expect(pages.flat()).toEqual(all.toReversed());
      expect(pages.map((page) => page.length)).toEqual([7, 7, 7, 4]);
    });

    test('conditions on the content: a field is a text, is one of several, holds a text; all of them hold', async () => {
      const { store } = await openTenant(make);
      await put(store, [
        event('a', 1, { action: 'read', targets: ['c1', 'c2'], actor: 'x' }),
        event('b', 2, { action: 'write', targets: ['c2'], actor: 'x' }),
        event('c', 3, { action: 'read', targets: [], actor: 'y' }),
        event('d', 4, {}),
        item('event', 'e', { index: { at: 5 } }),
      ]);
      const where = (...conditions: NonNullable<TimelineQuery['where']>) => seen(store, { where: conditions });
      expect(await where({ field: 'action', is: 'read' })).toEqual(['c', 'a']);
      expect(await where({ field: 'action', anyOf: ['write', 'read'] })).toEqual(['c', 'b', 'a']);
      expect(await where({ field: 'action', anyOf: [] })).toEqual([]);
      expect(await where({ field: 'targets', has: 'c2' })).toEqual(['b', 'a']);
      expect(await where({ field: 'targets', has: 'c2' }, { field: 'action', is: 'read' })).toEqual(['a']);
      expect(await where({ field: 'actor', is: 'x' }, { field: 'action', anyOf: ['write'] })).toEqual(['b']);
      expect(await seen(store, { where: [{ field: 'action', is: 'read' }], limit: 1 })).toEqual(['c']);
      expect(await seen(store, { where: [{ field: 'action', is: 'read' }], before: { at: 3, id: 'c' } })).toEqual([
        'a',
      ]);
      expect(await seen(store, { where: [{ field: 'action', is: 'read' }], from: 2 })).toEqual(['c']);
    });

    test('a condition compares texts exactly and only texts', async () => {
      const { store } = await openTenant(make);
      await put(store, [
        event('array', 1, { f: ['v'] }),
        event('text', 2, { f: 'v' }),
        event('nested', 3, { f: { v: 'v' } }),
        event('number', 4, { f: 1, n: [1] }),
        event('array-text', 5, { f: '["v"]' }),
        event('case', 6, { f: 'V' }),
      ]);
      expect(await seen(store, { where: [{ field: 'f', is: 'v' }] })).toEqual(['text']);
      expect(await seen(store, { where: [{ field: 'f', anyOf: ['v', '1'] }] })).toEqual(['text']);
      expect(await seen(store, { where: [{ field: 'f', has: 'v' }] })).toEqual(['array']);
      expect(await seen(store, { where: [{ field: 'f', is: '["v"]' }] })).toEqual(['array-text']);
      expect(await seen(store, { where: [{ field: 'n', has: '1' }] })).toEqual([]);
    });

    test("values with quotes and the store's own signs are values and nothing else", async () => {
      const { store } = await openTenant(make);
      const hostile = [`' OR 1=1 --`, `"`, `$`, `%`, `\\`, `a']}`, 'さくら'];
      await put(
        store,
        hostile.map((value, n) => event(`e${n}`, n, { f: value, list: [value] })),
      );
      for (const [n, value] of hostile.entries()) {
        expect(await seen(store, { where: [{ field: 'f', is: value }] })).toEqual([`e${n}`]);
        expect(await seen(store, { where: [{ field: 'f', anyOf: [value] }] })).toEqual([`e${n}`]);
        expect(await seen(store, { where: [{ field: 'list', has: value }] })).toEqual([`e${n}`]);
      }
    });
  });
}
