import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EVENT_KIND } from '../../src/domain/audit/events.ts';
import { eventsIn, eventsOf, storeTime } from '../../src/jobs/committed-events.ts';
import { instant, MINUTE, SECOND } from '../../src/model/instant.ts';
import { ids, item, put } from '../contracts/partition-fixture.ts';
import { cosmosFixture } from '../support/cosmos-double/cosmos-fixture.ts';
import { FAKE_START } from '../support/fake-clock.ts';

/** A tenant's store whose commits happen at any millisecond of the server's time, of which it keeps the whole second. */
async function start() {
  const fixture = await cosmosFixture();
  const { double, store } = fixture;
  const commit = async (ms: number, id: string, text = '') => {
    double.storeTime = FAKE_START + ms;
    await put(store, [item(EVENT_KIND, id, { index: { at: 1 }, clear: { text } })]);
  };
  return { ...fixture, commit };
}

describe('commit times of whole seconds', () => {
  test('an item counts for the beginning of its second, whichever bound lies within', async () => {
    const { store, commit } = await start();
    await commit(999, 'a');
    const between = async (from: number, to: number) => {
      const bounds = { from: FAKE_START + from, to: FAKE_START + to };
      return ids(await store.committed({ kind: EVENT_KIND, ...bounds, limit: 9 }));
    };
    expect(await between(0, 1)).toEqual(['a']);
    expect(await between(0, 1000)).toEqual(['a']);
    expect(await between(1, 2000)).toEqual([]);
    expect(await between(-1000, 0)).toEqual([]);
    expect(await between(-1, 1)).toEqual(['a']);
  });

  test('however time is cut into ranges, each item is in exactly one of them, in order', async () => {
    const { store, commit } = await start();
    const all = [...'abcdefghijkl'];
    for (const [n, id] of all.entries()) await commit(n * 337, id);
    const cuts = fc.uniqueArray(fc.integer({ min: 0, max: 4 * SECOND }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(cuts, async (unsorted) => {
        const bounds = [0, ...unsorted.toSorted((a, b) => a - b), 10 * SECOND].map((ms) => FAKE_START + ms);
        const found: string[] = [];
        for (const [n, to] of bounds.slice(1).entries()) {
          const from = bounds[n] ?? to;
          found.push(...ids(await store.committed({ kind: EVENT_KIND, from, to, limit: 500 })));
        }
        expect(found).toEqual(all);
      }),
      { numRuns: 30 },
    );
  });

  test('a position inside a second leaves out that second, which lies before it', async () => {
    const { store, commit } = await start();
    await commit(0, 'b');
    await commit(1000, 'a');
    const after = { committedAt: FAKE_START + 1, id: 'z' };
    expect(ids(await store.committed({ kind: EVENT_KIND, from: 0, after, limit: 9 }))).toEqual(['a']);
  });

  test('a page of one goes through a second that many share', async () => {
    const { store, commit } = await start();
    for (const [n, id] of ['c', 'a', 'd', 'b'].entries()) await commit(n * 300, id);
    const seen: string[] = [];
    let after: { committedAt: number; id: string } | undefined;
    for (;;) {
      const [found] = await store.committed({ kind: EVENT_KIND, from: 0, limit: 1, ...(after && { after }) });
      if (found === undefined) break;
      seen.push(found.id);
      after = found;
    }
    expect(seen).toEqual(['a', 'b', 'c', 'd']);
  });
});

describe('successive digests', () => {
  /** As the keeping of logs does: the server's time is as told, and five minutes before it the digest ends. */
  async function nextDigest({ double, store }: Awaited<ReturnType<typeof start>>, ms: number, from: number) {
    double.storeTime = FAKE_START + ms;
    const now = await storeTime(store);
    if (now === undefined) throw new Error('no gate stands');
    const { events, to } = await eventsOf(store, from, now - 5 * MINUTE);
    return { from, to, ids: events.map(({ id }) => id) };
  }

  test('hold each event once, whichever second their bounds fall into', async () => {
    const times = fc.array(fc.integer({ min: 0, max: 8 * SECOND }), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(times, times, async (writes, archivings) => {
        const here = await start();
        const inOrder = (list: readonly number[]) => list.toSorted((a, b) => a - b);
        const written = inOrder(writes).map((ms, n) => ({ ms, id: `e${n}` }));
        for (const { ms, id } of written) await here.commit(ms, id);
        const found: string[] = [];
        let from = 0;
        for (const ms of [...inOrder(archivings), 10 * SECOND]) {
          const digest = await nextDigest(here, ms + 5 * MINUTE, from);
          if (digest.ids.length === 0) continue;
          const bounds = { from: instant(digest.from), to: instant(digest.to) };
          expect(ids(await eventsIn(here.store, bounds))).toEqual(digest.ids);
          found.push(...digest.ids);
          from = digest.to;
        }
        expect(found).toEqual(written.map(({ id }) => id));
      }),
      { numRuns: 20 },
    );
  });

  test('are never parted within a second, however much that second holds', async () => {
    const here = await start();
    // More than two megabytes in the first second: a digest that is full ends there.
    for (const [n, id] of ['a', 'b', 'c'].entries()) await here.commit(n * 400, id, 'x'.repeat(900_000));
    await here.commit(1000, 'd');
    const first = await nextDigest(here, 10 * MINUTE, 0);
    expect(first.ids).toEqual(['a', 'b', 'c']);
    expect((await nextDigest(here, 10 * MINUTE, first.to)).ids).toEqual(['d']);
    const bounds = { from: instant(first.from), to: instant(first.to) };
    expect(ids(await eventsIn(here.store, bounds))).toEqual(first.ids);
  });

  test('without a gate go up to the newest second and leave nothing behind it', async () => {
    const here = await start();
    await here.commit(100, 'b');
    await here.commit(900, 'a');
    await here.store.closeGate();
    expect(await storeTime(here.store)).toBeUndefined();
    const { events, to } = await eventsOf(here.store, 0, undefined);
    expect(events.map(({ id }) => id)).toEqual(['a', 'b']);
    expect((await eventsOf(here.store, to, undefined)).events).toEqual([]);
  });
});
