import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EVENT_KIND, eventItem } from '../../src/domain/audit/events.ts';
import { settled } from '../../src/domain/commit-settlement.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { JobPartitionStore, NewItem, Operation, PartitionStore } from '../../src/ports/partition-store.ts';
import { isStoreError, StoreError } from '../../src/ports/store-error.ts';
import { FIRST_GATE, tenants } from '../support/tenant.ts';
import { anEvent } from './event.ts';
import { type Fate, unreliableStore } from './unreliable-store.ts';

function note(id: string, clear: JsonObject): NewItem {
  return { kind: 'note', id, index: {}, clear, card: null, body: null, expiresAt: null };
}

const create = (id: string, clear: JsonObject): Operation => ({ type: 'create', item: note(id, clear) });
const replace = (id: string, clear: JsonObject, etag: string): Operation => ({
  type: 'replace',
  item: note(id, clear),
  etag,
});

/** The operations with an event of their own, sent through `settled`. */
function commit(store: PartitionStore, operations: readonly Operation[], event = anEvent()) {
  const proof = { kind: EVENT_KIND, id: event.id };
  return settled(store, FIRST_GATE, [...operations, { type: 'create', item: eventItem(event) }], proof);
}

async function partition(fates: readonly Fate[] = []) {
  const all = await tenants();
  await all.provision();
  const store = all.partitions.of('sakura');
  const events = () => store.count({ kind: EVENT_KIND });
  return { real: store, events, ...unreliableStore(store, fates) };
}

const unclear = (error: unknown) => isStoreError(error, 'unavailable') && error.unclear;

describe('a commit whose answer is lost', () => {
  test('and that was applied is told as done, with etags under which its caller can go on', async () => {
    const { store, sent, events } = await partition(['answer-lost']);
    const receipt = await commit(store, [create('1', { n: 1 }), { type: 'delete', kind: 'note', id: '2' }]);
    expect([sent(), await events()]).toEqual([1, 1]);
    expect(receipt.etags).toEqual([expect.any(String), null, expect.any(String)]);
    await commit(store, [replace('1', { n: 2 }, receipt.etags[0] ?? '')]);
  });

  test.each<Fate>(['request-lost', 'held'])(
    'and that was not applied (%s) is sent again, and done once',
    async (fate) => {
      const { store, real, events } = await partition([fate, fate]);
      const receipt = await commit(store, [create('1', { n: 1 })]);
      expect((await real.get('note', '1', 'none'))?.etag).toBe(receipt.etags[0]);
      expect(await events()).toBe(1);
    },
  );

  test('and that was overtaken is told as done, with an etag that overwrites nobody', async () => {
    const { store, real } = await partition(['answer-lost']);
    const overtaking: PartitionStore = {
      ...store,
      async get(kind, id, parts) {
        const found = await real.get('note', '1', 'none');
        if (found?.clear?.['n'] === 1) await real.commit(FIRST_GATE, [replace('1', { n: 9 }, found.etag)]);
        return store.get(kind, id, parts);
      },
    };
    const receipt = await commit(overtaking, [create('1', { n: 1 })]);
    const next = commit(store, [replace('1', { n: 2 }, receipt.etags[0] ?? '')]);
    await expect(next).rejects.toSatisfy((error) => isStoreError(error, 'stale'));
    expect((await real.get('note', '1', 'none'))?.clear).toEqual({ n: 9 });
  });

  describe.each(['conflict', 'stale', 'gate-closed'] as const)('and that is refused as %s when sent again', (kind) => {
    /** A store whose first commit is lost; what arrives instead, before the second, is the test's. */
    async function secondSending(arrives: (store: JobPartitionStore, batch: readonly Operation[]) => Promise<unknown>) {
      const { real, events } = await partition();
      const { etags } = await real.commit(FIRST_GATE, [create('old', { n: 0 })]);
      let sent = 0;
      const store: PartitionStore = {
        ...real,
        async commit(gate, batch) {
          sent += 1;
          if (sent === 1) throw new StoreError('unavailable', 'no answer', { unclear: true });
          await arrives(real, batch);
          if (kind === 'gate-closed') await real.closeGate();
          return real.commit(gate, batch);
        },
      };
      const operation = kind === 'stale' ? replace('old', { n: 1 }, etags[0] ?? '') : create('new', { n: 1 });
      return { store, events, operation };
    }

    test('is done when the first one arrived after all', async () => {
      const { store, events, operation } = await secondSending((real, batch) => real.commit(FIRST_GATE, batch));
      expect((await commit(store, [operation])).etags).toHaveLength(2);
      expect(await events()).toBe(1);
    });

    test("is refused when that was somebody else's doing", async () => {
      const { store, events, operation } = await secondSending(async (real) => {
        const old = await real.get('note', 'old', 'none');
        await real.commit(FIRST_GATE, [create('new', { n: 9 }), replace('old', { n: 9 }, old?.etag ?? '')]);
      });
      await expect(commit(store, [operation])).rejects.toSatisfy((error) => isStoreError(error, kind));
      expect(await events()).toBe(0);
    });
  });

  test('again and again is given up in the end, as unclear', async () => {
    const { store, sent, events } = await partition(Array<Fate>(9).fill('request-lost'));
    await expect(commit(store, [create('1', { n: 1 })])).rejects.toSatisfy(unclear);
    expect([sent(), await events()]).toEqual([4, 0]);
  });

  test('by a store that then gives no answer to reading either is unclear, whatever that store says', async () => {
    for (const fate of ['answer-lost', 'request-lost'] as const) {
      const { store, sent, beSilent } = await partition([fate]);
      beSilent();
      await expect(commit(store, [create('1', { n: 1 })])).rejects.toSatisfy(unclear);
      expect(sent()).toBe(1);
    }
  });
});

test('a commit that is refused clearly is refused at once, and nothing is read for it', async () => {
  const { store, sent, real, beSilent } = await partition();
  await real.commit(FIRST_GATE, [create('1', { n: 1 })]);
  beSilent();
  const taken = commit(store, [create('1', { n: 2 })]);
  await expect(taken).rejects.toSatisfy((error) => isStoreError(error, 'conflict'));
  const stale = commit(store, [replace('1', { n: 2 }, 'any')]);
  await expect(stale).rejects.toSatisfy((error) => isStoreError(error, 'stale'));
  expect(sent()).toBe(2);
});

test('whatever is lost and however late it lands, a commit is applied once when it is told as done, and never twice', async () => {
  const someFates = fc.array(fc.constantFrom<Fate>('done', 'answer-lost', 'request-lost', 'held'), { maxLength: 14 });
  await fc.assert(
    fc.asyncProperty(someFates, async (fates) => {
      const { store, real } = await partition(fates);
      // Each step adds one to a counter under the etag that the step before was given.
      let etag = (await real.commit(FIRST_GATE, [create('counter', { n: 0 })])).etags[0] ?? '';
      let least = 0;
      let most = 0;
      for (let step = 0; step < 5; step += 1) {
        const n = Number((await real.get('note', 'counter', 'none'))?.clear?.['n']) + 1;
        most += 1;
        try {
          etag = (await commit(store, [replace('counter', { n }, etag)])).etags[0] ?? '';
          least += 1;
        } catch (error) {
          if (!isStoreError(error, 'unavailable', 'stale')) throw error;
          if (isStoreError(error, 'stale')) most -= 1;
          etag = (await real.get('note', 'counter', 'none'))?.etag ?? '';
        }
      }
      const events = await real.count({ kind: EVENT_KIND });
      expect((await real.get('note', 'counter', 'none'))?.clear).toEqual({ n: events });
      expect(events).toBeGreaterThanOrEqual(least);
      expect(events).toBeLessThanOrEqual(most);
    }),
    { numRuns: 60 },
  );
});
