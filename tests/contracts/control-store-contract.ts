import { describe, expect, onTestFinished, test } from 'vitest';
import type { EpochMs } from '../../src/model/instant.ts';
import type { JsonObject } from '../../src/model/json.ts';
import {
  CONTROL_CONTAINERS,
  type ControlContainer,
  type ControlItem,
  type ControlReader,
  type ControlStore,
  type StoredControlItem,
} from '../../src/ports/control-store.ts';
import { FAKE_START } from '../support/fake-clock.ts';
import { outcome } from './partition-fixture.ts';

/** What an adapter gives its contract: new and empty each time it is made. */
export interface ControlFixture {
  readonly store: ControlStore;
  /** The same store as another process opens it at the same time. */
  readonly second: ControlStore;
  /** Sets the store's own time to a whole second; later than any set before. */
  setStoreTime(at: EpochMs): void;
  /** Closes the stores and opens them again; gives the first anew. */
  reopen(): Promise<ControlStore>;
  dispose(): Promise<void>;
}

function controlItem(partition: string, id: string, dueAt: EpochMs | null = null, value: JsonObject = {}): ControlItem {
  return { partition, id, value, dueAt };
}

function places(items: readonly StoredControlItem[]): string[] {
  return items.map(({ partition, id }) => `${partition}/${id}`);
}

/** Follows `changedSince` from page to page as a job does. */
async function allChanges(reader: ControlReader, since: EpochMs, limit: number): Promise<string[][]> {
  const pages: string[][] = [];
  let last: StoredControlItem | undefined;
  do {
    const page = await reader.changedSince({ since, limit, ...(last === undefined ? {} : { after: last }) });
    pages.push(places(page));
    last = page.at(-1);
  } while (pages.at(-1)?.length === limit);
  return pages;
}

/** What every adapter of `ControlStore` keeps. */
export function controlStoreContract(name: string, make: () => Promise<ControlFixture>): void {
  async function start(): Promise<ControlFixture & { states: ControlContainer }> {
    const fixture = await make();
    onTestFinished(() => fixture.dispose());
    fixture.setStoreTime(FAKE_START);
    return { ...fixture, states: fixture.store.container('tenant-state') };
  }

  describe(`control store: ${name}`, () => {
    test('an item comes back as it was created, with etag and commit time', async () => {
      const { states } = await start();
      const item = controlItem('sakura', 'restore:r1', FAKE_START + 5, { a: { b: ['さ', 1, null] }, t: true });
      const stored = await states.create(item);
      expect(stored).toMatchObject({ ...item, committedAt: FAKE_START });
      expect(await states.get('sakura', 'restore:r1')).toEqual(stored);
      expect(await states.get('sakura', 'restore:r2')).toBeUndefined();
      expect(await states.get('momiji', 'restore:r1')).toBeUndefined();
    });

    test('create refuses an item that exists and leaves it as it is', async () => {
      const { states } = await start();
      const stored = await states.create(controlItem('sakura', 'state', null, { n: 1 }));
      expect(await outcome(states.create(controlItem('sakura', 'state', null, { n: 2 })))).toBe('conflict');
      expect(await states.get('sakura', 'state')).toEqual(stored);
    });

    test('replace takes the whole item under the right etag, which changes', async () => {
      const { states, setStoreTime } = await start();
      const first = await states.create(controlItem('sakura', 'state', 7, { n: 1, gone: true }));
      setStoreTime(FAKE_START + 2000);
      const second = await states.replace(controlItem('sakura', 'state', null, { n: 2 }), first.etag);
      expect(second).toMatchObject({ value: { n: 2 }, dueAt: null, committedAt: FAKE_START + 2000 });
      expect(second.value).not.toHaveProperty('gone');
      expect(second.etag).not.toBe(first.etag);
      expect(await states.get('sakura', 'state')).toEqual(second);
    });

    test('replace of what is not there is not-found, under another etag stale', async () => {
      const { states } = await start();
      const { etag } = await states.create(controlItem('sakura', 'state'));
      expect(await outcome(states.replace(controlItem('sakura', 'other'), etag))).toBe('not-found');
      await states.replace(controlItem('sakura', 'state', null, { n: 2 }), etag);
      expect(await outcome(states.replace(controlItem('sakura', 'state', null, { n: 3 }), etag))).toBe('stale');
      expect((await states.get('sakura', 'state'))?.value).toEqual({ n: 2 });
    });

    test('an etag of before a removal is not the etag of what is created after it', async () => {
      const { states } = await start();
      const { etag } = await states.create(controlItem('sakura', 'state'));
      await states.remove('sakura', 'state');
      await states.create(controlItem('sakura', 'state'));
      expect(await outcome(states.replace(controlItem('sakura', 'state'), etag))).toBe('stale');
    });

    test('of two writers with the same etag exactly one wins, also from another process', async () => {
      const { states, second } = await start();
      const { etag } = await states.create(controlItem('sakura', 'state'));
      const outcomes = await Promise.all([
        outcome(states.replace(controlItem('sakura', 'state', null, { by: 'one' }), etag)),
        outcome(second.container('tenant-state').replace(controlItem('sakura', 'state', null, { by: 'two' }), etag)),
      ]);
      expect(outcomes.toSorted()).toEqual(['done', 'stale']);
      const winner = outcomes[0] === 'done' ? 'one' : 'two';
      expect((await states.get('sakura', 'state'))?.value).toEqual({ by: winner });
    });

    test('what another process wrote is seen at once', async () => {
      const { store, second } = await start();
      const written = await second.container('contracts').create(controlItem('sakura', 'contract', null, { v: 1 }));
      expect(await store.container('contracts').get('sakura', 'contract')).toEqual(written);
    });

    test('remove takes the item, and succeeds when nothing is there', async () => {
      const { states } = await start();
      await states.create(controlItem('sakura', 'state', 1));
      await states.remove('sakura', 'state');
      expect(await states.get('sakura', 'state')).toBeUndefined();
      expect(await states.due({ id: 'state', at: 10, limit: 10 })).toEqual([]);
      expect(await outcome(states.remove('sakura', 'state'))).toBe('done');
    });

    test('a container sees nothing of another, by any way of reading or writing', async () => {
      const { store } = await start();
      for (const written of CONTROL_CONTAINERS) {
        const { etag } = await store.container(written).create(controlItem('sakura', `of-${written}`, 1));
        for (const other of CONTROL_CONTAINERS.filter((each) => each !== written)) {
          const container = store.container(other);
          const id = `of-${written}`;
          expect(await container.get('sakura', id)).toBeUndefined();
          expect(places(await container.ofPartition('sakura'))).not.toContain(`sakura/${id}`);
          expect(places(await container.page({ limit: 100 }))).not.toContain(`sakura/${id}`);
          expect(places(await container.changedSince({ since: 0, limit: 100 }))).not.toContain(`sakura/${id}`);
          expect(await container.due({ id, at: 10, limit: 10 })).toEqual([]);
          expect(await outcome(container.replace(controlItem('sakura', id), etag))).toBe('not-found');
          await container.remove('sakura', id);
        }
        expect(await store.container(written).get('sakura', `of-${written}`)).toBeDefined();
      }
    });

    test('a partition is read whole in id order and without its neighbours', async () => {
      const { states } = await start();
      for (const id of ['state', 'backups', 'restore:b', 'logs', 'restore:a'])
        await states.create(controlItem('s', id));
      await states.create(controlItem('s2', 'state'));
      await states.create(controlItem('r', 'state'));
      expect(places(await states.ofPartition('s'))).toEqual([
        's/backups',
        's/logs',
        's/restore:a',
        's/restore:b',
        's/state',
      ]);
      expect(await states.ofPartition('nobody')).toEqual([]);
    });

    test('pages go through all partitions in order, each item once, whatever is added before the position', async () => {
      const { states } = await start();
      const all = ['$service/x', 'a/1', 'a/2', 'b/1', 'b/3', 'c/0', 'c/9'];
      for (const place of all.toReversed()) {
        const [partition = '', id = ''] = place.split('/');
        await states.create(controlItem(partition, id));
      }
      const pages: string[][] = [];
      let last: StoredControlItem | undefined;
      do {
        const page = await states.page({ limit: 3, ...(last === undefined ? {} : { after: last }) });
        pages.push(places(page));
        last = page.at(-1);
        await states.create(controlItem('A', `added-${pages.length}`));
      } while (pages.at(-1)?.length === 3);
      expect(pages).toEqual([['$service/x', 'a/1', 'a/2'], ['b/1', 'b/3', 'c/0'], ['c/9']]);
    });

    test('changes come in commit order from the given instant on, each item once at its newest', async () => {
      const { states, setStoreTime } = await start();
      const old = await states.create(controlItem('old', 'state'));
      const touched = await states.create(controlItem('touched', 'state'));
      setStoreTime(FAKE_START + 1000);
      await states.create(controlItem('b', 'state'));
      setStoreTime(FAKE_START + 2000);
      await states.create(controlItem('a', 'state'));
      await states.replace(controlItem('touched', 'state', null, { n: 2 }), touched.etag);
      expect(await allChanges(states, FAKE_START + 1000, 10)).toEqual([['b/state', 'a/state', 'touched/state']]);
      expect(await allChanges(states, FAKE_START, 10)).toEqual([['old/state', 'b/state', 'a/state', 'touched/state']]);
      expect(await allChanges(states, FAKE_START + 3000, 10)).toEqual([[]]);
      expect(await states.changedSince({ since: FAKE_START, limit: 1 })).toEqual([old]);
    });

    test('changes of one and the same instant are paged without loss or repetition', async () => {
      const { states, setStoreTime } = await start();
      for (const partition of ['c', 'a', 'b']) {
        for (const id of ['y', 'x']) await states.create(controlItem(partition, id));
      }
      setStoreTime(FAKE_START + 1000);
      await states.create(controlItem('a', 'later'));
      for (const limit of [1, 2, 3, 4, 7]) {
        const pages = await allChanges(states, FAKE_START, limit);
        expect(pages.flat()).toEqual(['a/x', 'a/y', 'b/x', 'b/y', 'c/x', 'c/y', 'a/later']);
      }
    });

    test('due items are those of the id at or before the instant, the most overdue first', async () => {
      const { states } = await start();
      await states.create(controlItem('later', 'state', 31));
      await states.create(controlItem('now', 'state', 30));
      await states.create(controlItem('first', 'state', 10));
      await states.create(controlItem('second', 'state', 20));
      await states.create(controlItem('never', 'state', null));
      await states.create(controlItem('other', 'backups', 1));
      const due = async (limit: number) => places(await states.due({ id: 'state', at: 30, limit }));
      expect(await due(10)).toEqual(['first/state', 'second/state', 'now/state']);
      expect(await due(2)).toEqual(['first/state', 'second/state']);
    });

    test('a new due time takes the place of the old one', async () => {
      const { states } = await start();
      const first = await states.create(controlItem('sakura', 'state', 10));
      const second = await states.replace(controlItem('sakura', 'state', 50), first.etag);
      expect(await states.due({ id: 'state', at: 49, limit: 10 })).toEqual([]);
      expect(await states.due({ id: 'state', at: 50, limit: 10 })).toEqual([second]);
      await states.replace(controlItem('sakura', 'state', null), second.etag);
      expect(await states.due({ id: 'state', at: 99, limit: 10 })).toEqual([]);
    });

    test("now is the store's own time and never before a commit that was acknowledged", async () => {
      const { store, states, setStoreTime } = await start();
      setStoreTime(FAKE_START + 7000);
      expect(await store.now()).toBe(FAKE_START + 7000);
      const { committedAt } = await states.create(controlItem('sakura', 'state'));
      expect(await store.now()).toBeGreaterThanOrEqual(committedAt);
    });

    test('nothing that was acknowledged is lost by a restart', async () => {
      const { states, reopen } = await start();
      await states.create(controlItem('sakura', 'state', 5, { n: 1 }));
      const created = await states.create(controlItem('momiji', 'state', 4));
      await states.replace(controlItem('momiji', 'state', 6), created.etag);
      const before = await states.page({ limit: 10 });
      const after = (await reopen()).container('tenant-state');
      expect(await after.page({ limit: 10 })).toEqual(before);
      expect(places(await after.due({ id: 'state', at: 9, limit: 9 }))).toEqual(['sakura/state', 'momiji/state']);
    });
  });
}
