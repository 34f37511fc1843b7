import { describe, expect, test } from 'vitest';
import type { JobPartitionStore, ListQuery } from '../../src/ports/partition-store.ts';
import { child, GATE, ids, item, type MakePartitionFixture, openTenant, put } from './partition-fixture.ts';

async function listed(store: JobPartitionStore, query: Partial<ListQuery> = {}): Promise<string[]> {
  return ids(await store.list({ kind: 'child', parts: 'none', limit: 100, ...query }));
}

export function partitionLists(make: MakePartitionFixture): void {
  describe('list and count', () => {
    test('items come in the order of their code units, whatever the order of writing', async () => {
      const { store } = await openTenant(make);
      const written = ['b', 'Z', 'a', '10', '9', '_', ':', '-', 'a-', 'a0', 'aa'];
      await put(
        store,
        written.map((id, n) => child(id, n % 2 === 0 ? { facility: 'f1' } : {})),
      );
      expect(await listed(store)).toEqual(written.toSorted());
      expect(await listed(store, { facility: 'f1' })).toEqual(written.filter((_, n) => n % 2 === 0).toSorted());
    });

    test('a list holds the kind that was asked for only', async () => {
      const { store } = await openTenant(make);
      await put(store, [child('a'), item('child-x', 'b'), item('chil', 'c')]);
      expect(await listed(store)).toEqual(['a']);
    });

    test('facility, class and days narrow a list, alone and together', async () => {
      const { store } = await openTenant(make);
      await put(store, [
        child('a', { facility: 'f1', class: 'k1', day: '2026-04-01' }),
        child('b', { facility: 'f1', class: 'k2', day: '2026-04-02' }),
        child('c', { facility: 'f2', class: 'k1', day: '2026-04-03' }),
        child('d', { facility: 'f1', class: 'k1' }),
        child('e'),
      ]);
      expect(await listed(store, { facility: 'f1' })).toEqual(['a', 'b', 'd']);
      expect(await listed(store, { class: 'k1' })).toEqual(['a', 'c', 'd']);
      expect(await listed(store, { facility: 'f1', class: 'k1' })).toEqual(['a', 'd']);
      expect(await listed(store, { dayFrom: '2026-04-02' })).toEqual(['b', 'c']);
      expect(await listed(store, { dayTo: '2026-04-02' })).toEqual(['a', 'b']);
      expect(await listed(store, { dayFrom: '2026-04-02', dayTo: '2026-04-02' })).toEqual(['b']);
      expect(await listed(store, { facility: 'f1', dayFrom: '2026-04-01', dayTo: '2026-04-30' })).toEqual(['a', 'b']);
      expect(await listed(store, { facility: 'f1', class: 'k2', dayFrom: '2026-04-01' })).toEqual(['b']);
      expect(await listed(store, { facility: 'f3' })).toEqual([]);
      expect(await listed(store, { facility: 'f1', after: 'a' })).toEqual(['b', 'd']);
    });

    test('a list brings the parts that it asks for and no others', async () => {
      const { store } = await openTenant(make);
      await put(store, [child('a', { facility: 'f1' })]);
      const parts = async (asked: ListQuery['parts']) => {
        const found = await store.list({ kind: 'child', facility: 'f1', parts: asked, limit: 1 });
        return found.map(({ card, body }) => [card, body]);
      };
      expect(await parts('card')).toEqual([['card of a', null]]);
      expect(await parts('body')).toEqual([[null, 'body of a']]);
      expect(await parts('both')).toEqual([['card of a', 'body of a']]);
      expect(await parts('none')).toEqual([[null, null]]);
    });

    test.each([undefined, 'f1'])(
      'pages (facility %s) show each item once, the last page being shorter',
      async (facility) => {
        const { store } = await openTenant(make);
        const all = Array.from({ length: 25 }, (_, n) => `c${String(n).padStart(2, '0')}`);
        await put(
          store,
          all.map((id) => child(id, { facility: 'f1' })),
        );
        const pages: string[][] = [];
        for (let after: string | undefined; pages.length === 0 || pages.at(-1)?.length === 10; ) {
          const page = await listed(store, { ...place(facility, after), limit: 10 });
          pages.push(page);
          after = page.at(-1);
        }
        expect(pages.map((page) => page.length)).toEqual([10, 10, 5]);
        expect(pages.flat()).toEqual(all);
      },
    );

    test.each([undefined, 'f1'])(
      'inserts and deletions between pages (facility %s) shift nothing',
      async (facility) => {
        const { store } = await openTenant(make);
        await put(
          store,
          ['b', 'd', 'f', 'h'].map((id) => child(id, { facility: 'f1' })),
        );
        const first = await listed(store, { ...place(facility, undefined), limit: 2 });
        await put(
          store,
          ['a', 'c', 'e'].map((id) => child(id, { facility: 'f1' })),
        );
        await store.commit(GATE, [
          { type: 'delete', kind: 'child', id: 'b' },
          { type: 'delete', kind: 'child', id: 'd' },
        ]);
        const rest = await listed(store, { ...place(facility, first.at(-1)), limit: 10 });
        expect([...first, ...rest]).toEqual(['b', 'd', 'e', 'f', 'h']);
      },
    );

    test('a whole facility of 2,000 comes in one list', async () => {
      const { store } = await openTenant(make);
      const all = Array.from({ length: 2000 }, (_, n) => `c${String(n).padStart(4, '0')}`);
      await put(
        store,
        all.map((id) => child(id, { facility: 'f1' }, { body: null })),
      );
      expect(await listed(store, { facility: 'f1', limit: 2000 })).toEqual(all);
    });

    test('count tells how many items stand in the facility from a day on', async () => {
      const { store } = await openTenant(make);
      await put(store, [
        child('a', { facility: 'f1', day: '2026-04-01' }),
        child('b', { facility: 'f1', day: '9999-12-31' }),
        child('c', { facility: 'f2', day: '9999-12-31' }),
        child('d', { facility: 'f1' }),
        item('class', 'e', { index: { facility: 'f1', day: '9999-12-31' } }),
      ]);
      expect(await store.count({ kind: 'child' })).toBe(4);
      expect(await store.count({ kind: 'child', facility: 'f1' })).toBe(3);
      expect(await store.count({ kind: 'child', facility: 'f1', dayFrom: '2026-04-01' })).toBe(2);
      expect(await store.count({ kind: 'child', facility: 'f1', dayFrom: '2026-04-02' })).toBe(1);
      expect(await store.count({ kind: 'child', dayFrom: '2026-04-02' })).toBe(2);
      expect(await store.count({ kind: 'child', facility: 'f9' })).toBe(0);
    });
  });
}

function place(facility: string | undefined, after: string | undefined): Pick<ListQuery, 'facility' | 'after'> {
  return { ...(facility === undefined ? {} : { facility }), ...(after === undefined ? {} : { after }) };
}
