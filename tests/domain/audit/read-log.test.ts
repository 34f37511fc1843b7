import { describe, expect, test } from 'vitest';
import { EVENT_KIND } from '../../../src/domain/audit/events.ts';
import { ReadLog } from '../../../src/domain/audit/read-log.ts';
import { HOUR, MINUTE } from '../../../src/model/instant.ts';
import type { PartitionStore } from '../../../src/ports/partition-store.ts';
import { isStoreError, StoreError } from '../../../src/ports/store-error.ts';
import { CountingPartition } from '../../support/counting-partition.ts';
import { tenants } from '../../support/tenant.ts';
import { anEvent } from '../event.ts';
import { type Fate, unreliableStore } from '../unreliable-store.ts';

const { id: _none, ...READING } = anEvent({ action: 'record-read', targetKind: 'child', targets: ['1'] });
const CHILD = { kind: 'child', id: '1' };

/** A tenant whose commits are counted, and instances of the read log over it. */
async function readLogs(options: { fates?: readonly Fate[]; wrap?: (store: PartitionStore) => PartitionStore } = {}) {
  const counted = new CountingPartition();
  const { fates = [], wrap = (store) => store } = options;
  const flaky = (store: PartitionStore) => (fates.length === 0 ? store : unreliableStore(store, fates).store);
  const all = await tenants({ wrap: (store) => counted.wrap(wrap(flaky(store))) });
  const tenant = await all.provision();
  counted.reset();
  const events = () => all.partitions.of('sakura').timeline({ kind: EVENT_KIND, limit: 500 });
  return { ...all, counted, tenant, events, instance: (capacity?: number) => new ReadLog(all.clock, capacity) };
}

describe('a reading', () => {
  test('is in the store before its answer can be made', async () => {
    const { tenant, instance, events } = await readLogs();
    await instance().note(tenant, 'session', 'subject', READING);
    expect((await events()).map(({ clear }) => clear)).toMatchObject([{ action: 'record-read', targets: ['1'] }]);
  });

  test('that cannot be written is not allowed, and is written by the next attempt', async () => {
    let down = true;
    const wrap = (store: PartitionStore): PartitionStore => ({
      ...store,
      async commit(...batch) {
        if (down) throw new StoreError('busy', 'come back later');
        return store.commit(...batch);
      },
    });
    const { tenant, instance, events } = await readLogs({ wrap });
    const log = instance();
    await expect(log.note(tenant, 's', 'x', READING)).rejects.toSatisfy((error) => isStoreError(error, 'busy'));
    await expect(log.noteRecord(tenant, 's', CHILD, READING)).rejects.toSatisfy((error) => isStoreError(error));
    down = false;
    await log.note(tenant, 's', 'x', READING);
    expect(await events()).toHaveLength(1);
  });

  test.each<Fate>(['answer-lost', 'request-lost', 'held'])(
    'whose commit has no clear answer (%s) is written once',
    async (fate) => {
      const { tenant, instance, events } = await readLogs({ fates: [fate] });
      const log = instance();
      await log.note(tenant, 's', 'x', READING);
      await log.note(tenant, 's', 'x', READING);
      expect(await events()).toHaveLength(1);
    },
  );

  test('by many requests at once waits in each of them until the event stands', async () => {
    let stands = false;
    const wrap = (store: PartitionStore): PartitionStore => ({
      ...store,
      async commit(...batch) {
        const ended = await store.commit(...batch);
        stands = true;
        return ended;
      },
    });
    const { tenant, instance, events } = await readLogs({ wrap });
    const log = instance();
    const read = async () => {
      await log.note(tenant, 's', 'x', READING);
      expect(stands).toBe(true);
    };
    await Promise.all(Array.from({ length: 10 }, read));
    expect(await events()).toHaveLength(1);
  });
});

describe('readings of one session, subject and hour', () => {
  test('are one event, also over instances, restarts and retries, and cost one commit on each instance', async () => {
    const { tenant, instance, events, counted } = await readLogs();
    for (const log of [instance(), instance()]) {
      for (let n = 0; n < 3; n += 1) await log.note(tenant, 's', 'x', READING);
    }
    expect(await events()).toHaveLength(1);
    expect([counted.commits, counted.reads]).toEqual([2, 0]);
  });

  test('are another event in the next hour of the clock', async () => {
    const { tenant, instance, events, clock } = await readLogs();
    const log = instance();
    const hour = Math.ceil(clock.now() / HOUR) * HOUR;
    for (const at of [hour, hour + 59 * MINUTE, hour + HOUR - 1]) {
      clock.set(at);
      await log.note(tenant, 's', 'x', READING);
    }
    expect(await events()).toHaveLength(1);
    clock.set(hour + HOUR);
    await log.note(tenant, 's', 'x', READING);
    expect(await events()).toHaveLength(2);
  });

  test('are apart from those of another session, subject, action or tenant', async () => {
    const all = await readLogs();
    const momo = await all.provision('momo');
    const log = all.instance();
    for (const tenant of [all.tenant, momo]) {
      await log.note(tenant, 's', 'x', READING);
      await log.note(tenant, 't', 'x', READING);
      await log.note(tenant, 's', 'y', READING);
      await log.note(tenant, 's', 'x', { ...READING, action: 'records-listed' });
      // What belongs to one of them cannot pass for a part of its neighbour.
      await log.note(tenant, 's","record-read","x', '', READING);
    }
    expect(await all.events()).toHaveLength(5);
    expect(await all.partitions.of('momo').timeline({ kind: EVENT_KIND, limit: 500 })).toHaveLength(5);
  });

  test('leave nothing of what was searched for in the store', async () => {
    const { tenant, instance, events } = await readLogs();
    await instance().note(tenant, 's', 'Hanako', READING);
    expect(JSON.stringify(await events())).not.toContain('Hanako');
  });
});

describe('the memory of the read log', () => {
  test('is bounded: what falls out costs one more commit, and no second event', async () => {
    const { tenant, instance, events, counted } = await readLogs();
    const log = instance(2);
    for (const subject of ['a', 'b', 'c']) await log.note(tenant, 's', subject, READING);
    expect(counted.commits).toBe(3);
    await log.note(tenant, 's', 'c', READING);
    await log.note(tenant, 's', 'b', READING);
    expect(counted.commits).toBe(3);
    await log.note(tenant, 's', 'a', READING);
    expect(counted.commits).toBe(4);
    expect(await events()).toHaveLength(3);
  });

  test('gives the proof for exactly the record whose reading it noted', async () => {
    const { tenant, instance } = await readLogs();
    const witness = await instance().noteRecord(tenant, 's', CHILD, READING);
    const asked = [CHILD, { ...CHILD, id: '2' }, { ...CHILD, kind: 'health' }];
    expect(asked.map(({ kind, id }) => witness.covers(kind, id))).toEqual([true, false, false]);
  });
});

test('the reading of several records is one event, and proves the reading of those that it names only', async () => {
  const { tenant, instance, counted } = await readLogs();
  const event = { ...READING, targets: ['1', '2'] };
  const proof = await instance().noteRecords(tenant, 'session', 'both', event);
  expect(counted.commits).toBe(1);
  expect([proof('child', '1').covers('child', '1'), proof('child', '2').covers('child', '2')]).toEqual([true, true]);
  expect(() => proof('child', '3')).toThrow(RangeError);
  expect(() => proof('class', '1')).toThrow(RangeError);
});
