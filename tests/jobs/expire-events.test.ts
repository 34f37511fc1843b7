import { describe, expect, test } from 'vitest';
import { entryName, LOG_START } from '../../src/domain/audit/digest.ts';
import { DAY, epochMs, HOUR, instant } from '../../src/model/instant.ts';
import { handOnEvents } from './hand-on-items.ts';
import { handOnFiles, type KeptLogs, keptLogs, SETTLED, TENANT } from './log-fixture.ts';
import { RETENTION_DAYS } from './service-fixture.ts';

/** The job runs every other day, as far as one look goes ahead. */
async function days(here: KeptLogs, count: number): Promise<void> {
  for (let day = 0; day < count; day += 2) {
    await here.clock.advance(2 * DAY);
    await here.keep();
  }
}

/** A log of one digest with so many events, archived now. */
async function oneDigest(here: KeptLogs, events = 2): Promise<string[]> {
  const ids: string[] = [];
  for (let at = 0; at < events; at += 1) ids.push(await here.log());
  await here.clock.advance(SETTLED);
  await here.keep();
  return ids.toSorted();
}

/** The events, without the ones that tell of the retention itself. */
async function eventsLeft(here: KeptLogs): Promise<string[]> {
  const items = await here.partition.timeline({ kind: 'event', limit: 500 });
  return items.filter(({ clear }) => clear?.['action'] !== 'events-expired').map(({ id }) => id);
}

describe('the retention', () => {
  test('keeps events and archive for all of its days, then removes both, and keeps the hash of what it removed', async () => {
    const here = await keptLogs();
    const ids = await oneDigest(here);
    const [digest] = await here.digests();
    const head = (await here.state())?.head;
    await days(here, RETENTION_DAYS);
    expect((await eventsLeft(here)).toSorted()).toEqual(ids);
    expect(await here.entries()).toHaveLength(1);
    await days(here, 6);
    expect(await eventsLeft(here)).toEqual([]);
    expect((await here.entries()).map(({ name }) => name)).not.toContain(entryName(1));
    expect((await here.state())?.root).toEqual(head);
    expect(digest?.to).toBe(head?.until);
    expect((await here.verify()).found).toBe(0);
    expect([here.alerts(), here.errors()]).toEqual([[], []]);
  });

  test('tells of itself once in the log of the tenant, and its event goes into the next digest', async () => {
    const here = await keptLogs();
    await oneDigest(here, 200);
    await days(here, RETENTION_DAYS + 6);
    const told = (await here.partition.timeline({ kind: 'event', limit: 500 })).map(({ clear }) => clear);
    expect(told).toMatchObject([{ action: 'events-expired', targets: [], actor: null }]);
    expect((await here.digests()).map((digest) => [digest?.number, digest?.events.length])).toEqual([[2, 1]]);
    expect((await here.verify()).found).toBe(0);
  });

  test('removes from the partition only what it finds in an archived entry, as it stands there', async () => {
    const here = await keptLogs();
    const [first, second] = await oneDigest(here);
    const hand = await handOnEvents(here.folder, TENANT);
    hand.edit(first ?? '', ({ clear }) => ({ clear: { ...clear, actor: 'another' } }));
    await days(here, RETENTION_DAYS + 6);
    expect(await eventsLeft(here)).toEqual([first]);
    expect(await here.events()).not.toContain(second);
    const { findings } = await here.verify();
    expect(findings).toEqual([{ fault: 'invented', where: 'partition', entry: null, event: first }]);
  });

  test.each<[string, (entry: string) => string | undefined]>([
    ['is missing', () => undefined],
    ['is no digest', (entry) => entry.slice(1)],
    ['follows another', (entry) => entry.replace('"number":1,"follows":0', '"number":1,"follows":1')],
    ['has another hash before it', (entry) => entry.replace('"previous":"0', '"previous":"1')],
    ['has an event that was edited', (entry) => entry.replace('record-changed', 'record-deleted')],
  ])('removes nothing where an entry %s', async (_, alter) => {
    for (const digests of [1, 2]) {
      const here = await keptLogs();
      for (let each = 0; each < digests; each += 1) {
        await oneDigest(here);
        await here.clock.advance(HOUR);
      }
      const ids = await here.events();
      const hand = handOnFiles(here);
      const altered = alter(String(hand.read(entryName(1))));
      if (altered === undefined) hand.remove(entryName(1));
      else hand.write(entryName(1), Buffer.from(altered), 0);
      // The look goes ahead by two days each: brought near its end here, because nothing happens on the way.
      const log = await here.stateItem();
      if (log === undefined) throw new Error('no log');
      await here.clock.advance((RETENTION_DAYS - 2) * DAY);
      const retention = { ...log.value.retention, reached: instant(here.clock.now()) };
      await here.tenantState.replace({ ...log, value: { ...log.value, retention }, dueAt: here.clock.now() }, log.etag);
      await days(here, 8);
      expect(await here.events()).toEqual(ids);
      expect((await here.state())?.root).toEqual(LOG_START);
      expect((await here.entries()).map(({ name }) => name)).toEqual(hand.names());
    }
  });

  test('an entry that is put back under the name of a removed one is found', async () => {
    const here = await keptLogs();
    await oneDigest(here);
    const hand = handOnFiles(here);
    const bytes = hand.read(entryName(1));
    await days(here, RETENTION_DAYS + 6);
    hand.write(entryName(1), bytes, here.clock.now());
    expect((await here.verify()).findings).toEqual([
      { fault: 'invented', where: 'archive', entry: entryName(1), event: null },
    ]);
  });

  test('an entry that was written late is kept until it is itself as old as that', async () => {
    const here = await keptLogs();
    await here.log();
    await here.clock.advance(20 * DAY);
    // Without a gate a digest ends with its last event, not shortly before it is written.
    await here.partition.closeGate();
    await here.keep();
    await days(here, RETENTION_DAYS - 10);
    expect([(await here.entries()).length, (await here.state())?.root, here.errors()]).toEqual([1, LOG_START, []]);
    await days(here, 20);
    expect([await here.entries(), here.errors()]).toEqual([[], []]);
  });

  test('an entry whose file says that it is old is kept as long as its digest is young', async () => {
    const here = await keptLogs();
    const ids = await oneDigest(here);
    const hand = handOnFiles(here);
    hand.write(entryName(1), hand.read(entryName(1)), here.clock.now() - 500 * DAY);
    await days(here, 30);
    expect([(await here.events()).toSorted(), (await here.entries()).length]).toEqual([ids, 1]);
  });

  test('a clock that is ahead by years for an hour costs no log', async () => {
    const here = await keptLogs();
    const ids = await oneDigest(here);
    await days(here, 100);
    const now = here.clock.now();
    for (let ticks = 0; ticks < 12; ticks += 1) {
      here.clock.set(now + 1000 * DAY);
      await here.clock.advance(ticks * 5 * 60_000);
      await here.keep();
    }
    expect(await here.events()).toEqual(expect.arrayContaining(ids));
    here.clock.set(now + HOUR);
    await days(here, 10);
    expect(await here.events()).toEqual(expect.arrayContaining(ids));
    expect(await here.entries()).not.toEqual([]);
  });

  test("an ended tenant's archive stays until its time is over, then goes and is not looked at any more", async () => {
    const here = await keptLogs();
    await oneDigest(here);
    await here.partition.closeGate();
    await here.partition.sweep(500);
    const state = await here.stateItemOf(TENANT);
    if (state === undefined) throw new Error('no state');
    await here.tenantState.replace({ ...state, value: { ...state.value, phase: 'tombstone' } }, state.etag);
    await days(here, RETENTION_DAYS);
    expect(await here.entries()).toHaveLength(1);
    expect((await here.verify()).found).toBe(0);
    await days(here, 6);
    expect(await here.entries()).toEqual([]);
    expect((await here.stateItem())?.dueAt).toBeNull();
    expect((await here.verify()).found).toBe(0);
    expect(await here.events()).toEqual([]);
  });

  test('fewer than 184 days are refused by the rule itself', async () => {
    const here = await keptLogs();
    await oneDigest(here);
    await here.clock.advance(2 * DAY);
    await here.keep({ ...here.context, retentionDays: 183 });
    expect(here.errors()).toEqual([expect.any(RangeError)]);
    expect(epochMs((await here.state())?.retention.lookedAt ?? '')).toBeLessThan(here.clock.now() - DAY);
  });
});
