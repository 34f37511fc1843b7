import { describe, expect, test } from 'vitest';
import { COMMIT_MAX_BYTES, COMMIT_MAX_OPERATIONS, commitSize } from '../../src/ports/partition-store.ts';
import { FAKE_START } from '../support/fake-clock.ts';
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

export function partitionCommits(make: MakePartitionFixture): void {
  describe('commit and get', () => {
    test('an item comes back whole, with its etag and commit time', async () => {
      const { store } = await openTenant(make);
      const written = item('child', 'c:1_A-b', {
        index: { facility: 'f1', class: 'k1', day: '2026-11-24', at: 1_700_000_000_123 },
        clear: { word: 'さくら\u0000\n"\\', list: ['a', 1, null, true], nested: { deep: { number: -0.5 } } },
        card: 'sealed card',
        body: 'sealed body',
        expiresAt: FAKE_START + 1,
      });
      const receipt = await store.commit(GATE, [create(written)]);
      expect(await store.get('child', 'c:1_A-b', 'both')).toEqual({
        ...written,
        etag: receipt.etags[0],
        committedAt: receipt.committedAt,
      });
    });

    test('what an item does not have comes back absent, not invented', async () => {
      const { store } = await openTenant(make);
      const bare = item('note', 'n1');
      await put(store, [bare]);
      const found = await store.get('note', 'n1', 'both');
      expect(found).toMatchObject(bare);
      expect(found?.index).toEqual({});
    });

    test('a read brings the parts that it asks for and no others', async () => {
      const { store } = await openTenant(make);
      await put(store, [child('c1')]);
      const seen = async (parts: 'card' | 'body' | 'both' | 'none') => {
        const found = await store.get('child', 'c1', parts);
        return [found?.card, found?.body];
      };
      expect(await seen('none')).toEqual([null, null]);
      expect(await seen('card')).toEqual(['card of c1', null]);
      expect(await seen('body')).toEqual([null, 'body of c1']);
      expect(await seen('both')).toEqual(['card of c1', 'body of c1']);
    });

    test('what is not there reads as undefined, and a kind does not see the ids of another', async () => {
      const { store } = await openTenant(make);
      await put(store, [child('same')]);
      expect(await store.get('child', 'other', 'both')).toBeUndefined();
      expect(await store.get('health', 'same', 'both')).toBeUndefined();
      expect(await outcome(store.commit(GATE, [create(item('health', 'same'))]))).toBe('done');
    });

    test('create refuses an item that exists and leaves it as it is', async () => {
      const { store } = await openTenant(make);
      await put(store, [child('c1', { facility: 'f1' })]);
      const before = await store.get('child', 'c1', 'both');
      const again = child('c1', { facility: 'f2' }, { body: 'other' });
      expect(await outcome(store.commit(GATE, [create(again)]))).toBe('conflict');
      expect(await store.get('child', 'c1', 'both')).toEqual(before);
    });

    test('replace takes the whole item, its parts included, under the right etag', async () => {
      const { store } = await openTenant(make);
      const [etag = ''] = await put(store, [child('c1', { facility: 'f1', class: 'k1' }, { clear: { a: 1 } })]);
      const next = child('c1', { facility: 'f1', day: '2026-04-01' }, { card: 'new card', body: null });
      const receipt = await store.commit(GATE, [replace(next, etag)]);
      expect(await store.get('child', 'c1', 'both')).toEqual({
        ...next,
        etag: receipt.etags[0],
        committedAt: receipt.committedAt,
      });
      expect(receipt.etags[0]).not.toBe(etag);
    });

    test('replace of what is not there is not-found, under another etag stale', async () => {
      const { store } = await openTenant(make);
      const [first = ''] = await put(store, [child('c1')]);
      expect(await outcome(store.commit(GATE, [replace(child('c2'), first)]))).toBe('not-found');
      await store.commit(GATE, [replace(child('c1'), first)]);
      expect(await outcome(store.commit(GATE, [replace(child('c1'), first)]))).toBe('stale');
    });

    test('an etag changes with every write, also with one that changes nothing and after a deletion', async () => {
      const { store } = await openTenant(make);
      const seen = new Set<string>();
      let [etag = ''] = await put(store, [child('c1')]);
      seen.add(etag);
      etag = (await store.commit(GATE, [replace(child('c1'), etag)])).etags[0] ?? '';
      seen.add(etag);
      await store.commit(GATE, [{ type: 'delete', kind: 'child', id: 'c1' }]);
      seen.add((await put(store, [child('c1')]))[0] ?? '');
      expect(seen.size).toBe(3);
    });

    test('delete removes the item, and succeeds when nothing is there', async () => {
      const { store } = await openTenant(make);
      await put(store, [child('c1', { facility: 'f1' })]);
      const remove = { type: 'delete', kind: 'child', id: 'c1' } as const;
      expect((await store.commit(GATE, [remove])).etags).toEqual([null]);
      expect(await store.get('child', 'c1', 'both')).toBeUndefined();
      expect((await store.commit(GATE, [remove])).etags).toEqual([null]);
    });

    test('an item that moves to another facility is found there and nowhere else', async () => {
      const { store } = await openTenant(make);
      const [etag = ''] = await put(store, [child('c1', { facility: 'f1' })]);
      await store.commit(GATE, [replace(child('c1', { facility: 'f2' }), etag)]);
      const of = async (facility: string) => store.list({ kind: 'child', facility, parts: 'both', limit: 10 });
      expect(await of('f1')).toEqual([]);
      expect(await of('f2')).toEqual([await store.get('child', 'c1', 'both')]);
      expect(await outcome(store.commit(GATE, [create(child('c1', { facility: 'f1' }))]))).toBe('conflict');
    });

    test('a receipt names one etag per operation in order, null for deletes', async () => {
      const { store } = await openTenant(make);
      const [etag = ''] = await put(store, [child('c1')]);
      const receipt = await store.commit(GATE, [
        { type: 'delete', kind: 'child', id: 'gone' },
        replace(child('c1'), etag),
        create(child('c2')),
      ]);
      const etagOf = async (id: string) => (await store.get('child', id, 'none'))?.etag;
      expect(receipt.etags).toEqual([null, await etagOf('c1'), await etagOf('c2')]);
    });
  });

  describe('a commit is whole or not at all', () => {
    test.each([
      ['conflict', () => create(child('there'))],
      ['not-found', () => replace(child('nowhere'), '"x"')],
      ['stale', () => replace(child('there'), '"x"')],
    ] as const)('nothing of a batch stays that ends in %s', async (kind, failing) => {
      const { store } = await openTenant(make);
      await put(store, [child('there'), child('doomed')]);
      const before = await store.list({ kind: 'child', parts: 'both', limit: 10 });
      const batch = [create(child('new')), { type: 'delete', kind: 'child', id: 'doomed' } as const, failing()];
      for (const operations of [batch, batch.toReversed()]) {
        expect(await outcome(store.commit(GATE, operations))).toBe(kind);
        expect(await store.list({ kind: 'child', parts: 'both', limit: 10 })).toEqual(before);
      }
    });

    test('the position told with a refusal is that of the failing operation', async () => {
      const { store } = await openTenant(make);
      await put(store, [child('there')]);
      const error = await store.commit(GATE, [create(child('new')), create(child('there'))]).catch((e: unknown) => e);
      // A store need not tell, but must not tell wrong.
      expect([1, undefined]).toContain((error as { operation?: number }).operation);
    });

    test('of two writers with the same etag exactly one wins', async () => {
      const { fixture, store } = await openTenant(make);
      const [etag = ''] = await put(store, [child('c1')]);
      const other = fixture.of('sakura');
      const outcomes = await Promise.all([
        outcome(store.commit(GATE, [replace(child('c1', {}, { card: 'one' }), etag), create(child('by-one'))])),
        outcome(other.commit(GATE, [replace(child('c1', {}, { card: 'two' }), etag), create(child('by-two'))])),
      ]);
      expect(outcomes.toSorted()).toEqual(['done', 'stale']);
      const winner = outcomes[0] === 'done' ? 'one' : 'two';
      expect((await store.get('child', 'c1', 'card'))?.card).toBe(winner);
      expect(await store.get('child', `by-${winner === 'one' ? 'two' : 'one'}`, 'none')).toBeUndefined();
    });

    test('of many who create the same item exactly one wins', async () => {
      const { fixture } = await openTenant(make);
      const creators = Array.from({ length: 8 }, (_, n) =>
        outcome(fixture.of('sakura').commit(GATE, [create(child('one', {}, { card: `${n}` }))])),
      );
      const outcomes = await Promise.all(creators);
      expect(outcomes.filter((each) => each === 'done')).toHaveLength(1);
      expect(outcomes.filter((each) => each === 'conflict')).toHaveLength(7);
    });

    test('as many operations as the limit are taken, one more is refused with nothing written', async () => {
      const { store } = await openTenant(make);
      const many = (count: number) => Array.from({ length: count }, (_, n) => create(item('row', `r${n}`)));
      expect(await outcome(store.commit(GATE, many(COMMIT_MAX_OPERATIONS + 1)))).toBe('too-large');
      expect(await store.count({ kind: 'row' })).toBe(0);
      expect(await outcome(store.commit(GATE, many(COMMIT_MAX_OPERATIONS)))).toBe('done');
      expect(await store.count({ kind: 'row' })).toBe(COMMIT_MAX_OPERATIONS);
    });

    test('as many bytes as the limit are taken, one more is refused with nothing written', async () => {
      const { store } = await openTenant(make);
      const room = COMMIT_MAX_BYTES - commitSize([create(item('row', 'r', { body: '' }))]);
      // Three bytes in UTF-8 for one code unit: bytes count, not characters.
      const body = 'あ'.repeat(Math.floor(room / 3)) + 'x'.repeat(room % 3);
      expect(await outcome(store.commit(GATE, [create(item('row', 'r', { body: `${body}x` }))]))).toBe('too-large');
      expect(await store.get('row', 'r', 'none')).toBeUndefined();
      expect(await outcome(store.commit(GATE, [create(item('row', 'r', { body }))]))).toBe('done');
      expect((await store.get('row', 'r', 'body'))?.body).toBe(body);
    });
  });

  test('nothing that was acknowledged is lost by a restart', async () => {
    const { fixture, store } = await openTenant(make);
    await put(store, [child('c1', { facility: 'f1', at: 3 }), item('note', 'n1', { clear: { a: 1 } })]);
    const seen = async (of: typeof store) => [
      await of.gate(),
      await of.get('child', 'c1', 'both'),
      await of.get('note', 'n1', 'both'),
      await of.timeline({ kind: 'child', limit: 5 }),
    ];
    const before = await seen(store);
    await fixture.reopen();
    const after = fixture.of('sakura');
    expect(await seen(after)).toEqual(before);
    expect(await outcome(after.commit(GATE, [create(child('c2'))]))).toBe('done');
  });
}
