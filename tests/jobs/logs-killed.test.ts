import { expect, test } from 'vitest';
import { EVENT_KIND } from '../../src/domain/audit/events.ts';
import { DAY, HOUR, MINUTE } from '../../src/model/instant.ts';
import { leftOut, SAMPLED } from '../support/fault-points.ts';
import { KilledProcess } from './call-watches.ts';
import { type KeptLogs, keptLogs, TENANT, watchedLogs } from './log-fixture.ts';
import { RETENTION_DAYS } from './service-fixture.ts';

/** A log with an old digest that is about to expire, a younger one, and events that are in none yet. */
async function busyLog(): Promise<{ here: KeptLogs; young: string[] }> {
  const here = await keptLogs();
  await here.keep();
  for (let each = 0; each < 3; each += 1) await here.log();
  await here.hourly();
  await here.clock.advance((RETENTION_DAYS - 10) * DAY);
  const young = [await here.log(), await here.log()];
  await here.hourly();
  for (let day = 0; day < 10; day += 1) {
    // The retention goes ahead by two days at a look; here it catches up with the time that has passed.
    const log = await here.stateItem();
    if (log === undefined) throw new Error('no log');
    const retention = { lookedAt: '2026-11-24T00:00:00.000Z', reached: new Date(here.clock.now()).toISOString() };
    await here.tenantState.replace({ ...log, value: { ...log.value, retention } }, log.etag);
    await here.clock.advance(DAY);
  }
  young.push(await here.log());
  await here.clock.advance(HOUR);
  // The state's own write is a day old here; what the look takes for now is after the first digest's time.
  await here.clock.advance(DAY);
  const log = await here.stateItem();
  if (log === undefined) throw new Error('no log');
  await here.tenantState.replace({ ...log, dueAt: here.clock.now() }, log.etag);
  return { here, young };
}

/** What must be the same in the end, whatever happened on the way. */
async function endState(here: KeptLogs, young: readonly string[]): Promise<void> {
  for (let hours = 0; hours < 3; hours += 1) await here.hourly();
  const items = await here.partition.committed({ kind: EVENT_KIND, from: 0, limit: 500 });
  const own = items.filter(({ clear }) => clear?.['action'] !== 'events-expired').map(({ id }) => id);
  expect(own.toSorted()).toEqual(young.toSorted());
  const told = items.filter(({ clear }) => clear?.['action'] === 'events-expired').map(({ id }) => id);
  expect(told).toHaveLength(1);
  const archived = (await here.digests()).flatMap((digest) => digest?.events.map(({ id }) => id) ?? ['unreadable']);
  expect(archived.toSorted()).toEqual([...young, ...told].toSorted());
  const state = await here.state();
  expect(state?.root.number).toBe(1);
  expect((await here.entries()).map(({ name }) => Number(name))).toEqual(
    Array.from({ length: (state?.head.number ?? 1) - 1 }, (_, at) => at + 2),
  );
  const verified = await here.verify();
  expect(verified).toMatchObject({ found: 0, events: archived.length });
  expect(here.alerts()).toEqual([]);
}

/** A dead run's lease has run out. */
const LEASE = 6 * MINUTE;

test.each(['before', 'after'] as const)(
  `killed %s every single call, nothing looks tampered with, and the next runs come to the same end${SAMPLED}`,
  async (when) => {
    for (let at = 0; ; at += 1) {
      if (leftOut(at)) continue;
      const { here, young } = await busyLog();
      const killed = new KilledProcess(at, when);
      await here.keep(watchedLogs(here.context, killed));
      await here.clock.advance(LEASE);
      // What is half done is no tampering.
      expect(await here.verify()).toMatchObject({ found: 0 });
      await endState(here, young);
      if (!killed.dead) return expect(at).toBeGreaterThan(30);
    }
  },
);

test(`killed again at every call of the recovery, the runs after that come to the same end${SAMPLED}`, async () => {
  for (const first of [14, 24, 26, 27]) {
    for (let at = 0; ; at += 1) {
      if (leftOut(at)) continue;
      const { here, young } = await busyLog();
      await here.keep(watchedLogs(here.context, new KilledProcess(first, 'after')));
      await here.clock.advance(LEASE);
      const killed = new KilledProcess(at, 'after');
      await here.keep(watchedLogs(here.context, killed));
      await here.clock.advance(LEASE);
      await endState(here, young);
      if (!killed.dead) break;
    }
  }
});

test(`an instance frozen before any call, while others do all the work, changes nothing when it wakes${SAMPLED}`, async () => {
  for (let at = 0; ; at += 1) {
    if (leftOut(at)) continue;
    const { here, young } = await busyLog();
    let calls = 0;
    let frozen = false;
    const before = async () => {
      if (calls++ !== at) return;
      frozen = true;
      await here.clock.advance(LEASE);
      await here.keep();
      young.push(await here.log());
      await here.hourly();
    };
    await here.keep(watchedLogs(here.context, { before, after: () => {} }));
    await endState(here, young);
    if (!frozen) return expect(at).toBeGreaterThan(30);
  }
});

test(`an instance frozen before any call, while the tenant is erased, brings nothing back and raises no alarm${SAMPLED}`, async () => {
  for (let at = 0; ; at += 1) {
    if (leftOut(at)) continue;
    const { here } = await busyLog();
    let calls = 0;
    let frozen = false;
    const before = async () => {
      if (calls++ !== at) return;
      frozen = true;
      const state = await here.stateItemOf(TENANT);
      if (state === undefined) throw new Error('no state');
      await here.partition.closeGate();
      await here.tenantState.replace({ ...state, value: { ...state.value, phase: 'destroying' } }, state.etag);
      await here.clock.advance(LEASE);
      await here.keep();
      while ((await here.partition.sweep(500)) > 0);
    };
    await here.keep(watchedLogs(here.context, { before, after: () => {} }));
    if (frozen) {
      expect(await here.events()).toEqual([]);
      expect(await here.partition.get('log-clock', 'clock', 'none')).toBeUndefined();
    }
    await here.hourly();
    expect((await here.verify()).found).toBe(0);
    expect(here.alerts()).toEqual([]);
    if (!frozen) return expect(at).toBeGreaterThan(30);
  }
});
