import { describe, expect, test } from 'vitest';
import { MINUTE } from '../../src/model/instant.ts';
import { FAKE_START } from '../support/fake-clock.ts';
import { child, create, GATE, item, type MakePartitionFixture, openTenant, outcome, put } from './partition-fixture.ts';

export function partitionTimes(make: MakePartitionFixture): void {
  describe('time', () => {
    test("the commit time is the store's own, whatever the host's clock says", async () => {
      const { fixture, store } = await openTenant(make);
      fixture.clock.set(FAKE_START + 90 * MINUTE);
      fixture.setStoreTime(FAKE_START + 5000);
      const receipt = await store.commit(GATE, [create(child('c1'))]);
      expect(receipt.committedAt).toBe(FAKE_START + 5000);
      expect((await store.get('child', 'c1', 'none'))?.committedAt).toBe(FAKE_START + 5000);
    });

    test('an item is there until its expiry by the Clock, and absent from that instant on', async () => {
      const { fixture, store } = await openTenant(make);
      const expiring = child('c1', { facility: 'f1', day: '2026-11-24', at: 5 }, { expiresAt: FAKE_START + 1000 });
      await put(store, [expiring]);
      const seen = async () => [
        (await store.get('child', 'c1', 'none')) !== undefined,
        (await store.list({ kind: 'child', facility: 'f1', parts: 'none', limit: 10 })).length,
        (await store.list({ kind: 'child', parts: 'none', limit: 10 })).length,
        (await store.timeline({ kind: 'child', limit: 10 })).length,
        await store.count({ kind: 'child', facility: 'f1', dayFrom: '2026-01-01' }),
      ];
      fixture.clock.set(FAKE_START + 999);
      expect(await seen()).toEqual([true, 1, 1, 1, 1]);
      fixture.clock.set(FAKE_START + 1000);
      expect(await seen()).toEqual([false, 0, 0, 0, 0]);
    });

    test('what has expired may be created anew, and is then there', async () => {
      const { fixture, store } = await openTenant(make);
      const wait = (card: string, expiresAt: number) => create(item('wait', 'w', { card, expiresAt }));
      await store.commit(GATE, [wait('first', FAKE_START + 1000)]);
      expect(await outcome(store.commit(GATE, [wait('early', FAKE_START + 9000)]))).toBe('conflict');
      fixture.clock.set(FAKE_START + 1000);
      const receipt = await store.commit(GATE, [wait('second', FAKE_START + 9000), create(child('beside'))]);
      const found = await store.get('wait', 'w', 'both');
      expect([found?.card, found?.etag]).toEqual(['second', receipt.etags[0]]);
      expect(await outcome(store.commit(GATE, [wait('third', FAKE_START + 9000)]))).toBe('conflict');
    });
  });
}
