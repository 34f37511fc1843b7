import { describe, expect, test } from 'vitest';
import type { CommitOrderReader, JobPartitionStore, StoredItem } from '../../src/ports/partition-store.ts';
import { FAKE_START, type FakeClock } from '../support/fake-clock.ts';
import { ids, item, openTenant, type PartitionFixture, put } from './partition-fixture.ts';

export interface CommitOrderFixture extends PartitionFixture {
  of(tenantId: string): JobPartitionStore & CommitOrderReader;
}

const at = (seconds: number) => FAKE_START + seconds * 1000;

/** What every adapter of `CommitOrderReader` keeps, beside the contract of the partition store. */
export function commitOrderContract(name: string, make: (clock: FakeClock) => Promise<CommitOrderFixture>): void {
  async function start() {
    let made: CommitOrderFixture | undefined;
    const { fixture } = await openTenant(async (clock) => {
      made = await make(clock);
      return made;
    });
    if (made === undefined) throw new Error('no fixture');
    const store = made.of('sakura');
    /** Commits items in one batch at that second of the store's time; what they say of themselves lies elsewhere. */
    const commit = async (second: number, ...names: string[]) => {
      fixture.setStoreTime(at(second));
      await put(
        store,
        names.map((id) => item('event', id, { index: { at: 1000 - second }, clear: { id } })),
      );
    };
    return { store, commit, fixture };
  }

  describe(`commit order: ${name}`, () => {
    test("items come in the order of the store's own times, those of one commit by id", async () => {
      const { store, commit } = await start();
      await commit(1, 'c');
      await commit(2, 'b', 'a');
      await commit(3, 'd');
      const found = await store.committed({ kind: 'event', from: 0, limit: 500 });
      expect(ids(found)).toEqual(['c', 'a', 'b', 'd']);
      expect(found.map(({ committedAt }) => committedAt)).toEqual([at(1), at(2), at(2), at(3)]);
      expect(found[0]).toMatchObject({
        index: { at: 999 },
        clear: { id: 'c' },
        card: null,
        body: null,
        expiresAt: null,
      });
    });

    test('the lower bound belongs to it, the upper does not', async () => {
      const { store, commit } = await start();
      for (const [second, id] of [
        [1, 'a'],
        [2, 'b'],
        [3, 'c'],
      ] as const)
        await commit(second, id);
      const between = async (from: number, to: number) =>
        ids(await store.committed({ kind: 'event', from, to, limit: 9 }));
      expect(await between(at(1), at(3))).toEqual(['a', 'b']);
      expect(await between(at(2), at(2))).toEqual([]);
      expect(await between(at(3), at(3) + 1)).toEqual(['c']);
    });

    test('pages show each item once, also where many share a commit, and leave out kinds, tenants and what has no instant', async () => {
      const { store, commit, fixture } = await start();
      await commit(1, ...Array.from({ length: 25 }, (_, n) => `e${String(n).padStart(2, '0')}`));
      await commit(2, 'f1', 'f2');
      await put(store, [item('event', 'none'), item('other', 'x', { index: { at: 1 } })]);
      const momo = fixture.of('momo');
      await momo.openGate({ name: 'gate:1', content: {} });
      await put(momo, [item('event', 'of-momo', { index: { at: 1 } })]);
      const seen: string[] = [];
      let after: StoredItem | undefined;
      do {
        const page = await store.committed({ kind: 'event', from: 0, limit: 7, ...(after && { after }) });
        seen.push(...ids(page));
        after = page.length < 7 ? undefined : page.at(-1);
      } while (after !== undefined);
      expect(seen).toEqual([...Array.from({ length: 25 }, (_, n) => `e${String(n).padStart(2, '0')}`), 'f1', 'f2']);
    });

    test.each([0, 501, 1.5])('a page of %d is refused', async (limit) => {
      const { store } = await start();
      await expect(store.committed({ kind: 'event', from: 0, limit })).rejects.toThrow(RangeError);
    });
  });
}
