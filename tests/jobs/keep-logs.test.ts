import { describe, expect, test } from 'vitest';
import { entryBytes, entryName, LOG_START } from '../../src/domain/audit/digest.ts';
import { LOGS_ID, newLog } from '../../src/domain/audit/log-state.ts';
import { STATE_ID } from '../../src/domain/contracts/tenant-state.ts';
import { SERVICE_PARTITION } from '../../src/domain/heartbeat.ts';
import { newId } from '../../src/domain/ids.ts';
import { archiveRest } from '../../src/jobs/archive-events.ts';
import { JobRun } from '../../src/jobs/job-run.ts';
import { keepLogs } from '../../src/jobs/keep-logs.ts';
import { DAY, epochMs, HOUR, instant, MINUTE, SECOND } from '../../src/model/instant.ts';
import { type KeptLogs, keptLogs, SETTLED, TENANT } from './log-fixture.ts';

/** Ids of all archived events, in the archive's order. */
async function archived(here: KeptLogs): Promise<string[]> {
  return (await here.digests()).flatMap((digest) => digest?.events.map(({ id }) => id) ?? ['unreadable']);
}

describe('digests', () => {
  test('an hour after the last look new events stand in the archive, with bounds and the hash of the digest before', async () => {
    const here = await keptLogs();
    const first = [await here.log(), await here.log()];
    await here.clock.advance(SETTLED);
    await here.keep();
    await here.clock.advance(MINUTE);
    const second = await here.log();
    await here.hourly();
    const [one, two] = await here.digests();
    expect(one).toMatchObject({
      tenant: TENANT,
      number: 1,
      follows: 0,
      previous: LOG_START.hash,
      from: LOG_START.until,
    });
    expect(one?.events.map(({ id }) => id)).toEqual(first.toSorted());
    expect(two).toMatchObject({ number: 2, follows: 1, from: one?.to });
    expect(two?.events.map(({ id }) => id)).toEqual([second]);
    expect((await here.state())?.head).toMatchObject({ number: 2, until: two?.to });
    expect(await here.events()).toHaveLength(3);
    expect(here.alerts()).toEqual([]);
    expect(here.errors()).toEqual([]);
  });

  test('what was committed within the last five minutes waits, because commits may become visible out of order', async () => {
    const here = await keptLogs();
    const settled = await here.log();
    await here.clock.advance(5 * MINUTE + SECOND);
    await here.log();
    await here.keep();
    expect(await archived(here)).toEqual([settled]);
    expect(epochMs((await here.state())?.head.until ?? '')).toBe(here.clock.now() - 5 * MINUTE);
  });

  test('a tenant without new events gets no digest, and nothing is written into its partition', async () => {
    const here = await keptLogs();
    await here.keep();
    await here.hourly();
    expect(await here.entries()).toEqual([]);
    expect(await here.partition.get('log-clock', 'clock', 'none')).toBeUndefined();
  });

  test('run every five minutes, no event waits longer than 70 minutes for its digest', async () => {
    const here = await keptLogs();
    await here.keep();
    const committed = new Map<string, number>();
    const seen = new Set<string>();
    for (let minute = 0; minute < 6 * 60; minute += 1) {
      committed.set(await here.log(), here.clock.now());
      await here.clock.advance(MINUTE);
      if (minute % 5 !== 4) continue;
      await here.keep();
      for (const id of await archived(here)) seen.add(id);
      for (const [id, at] of committed) if (!seen.has(id)) expect(here.clock.now() - at).toBeLessThan(70 * MINUTE);
    }
    expect(seen.size).toBeGreaterThan(280);
  });

  test('a digest ends where it is full, never within one commit time, and the rest follows in the same run', async () => {
    const here = await keptLogs();
    for (let at = 0; at < 80; at += 1) {
      const targets = Array.from({ length: 200 }, () => newId(here.clock.now()));
      for (let each = 0; each < 4; each += 1) await here.log({ targets });
      await here.clock.advance(SECOND);
    }
    await here.clock.advance(SETTLED);
    await here.keep();
    const digests = await here.digests();
    expect(digests.length).toBeGreaterThan(1);
    expect(digests.every((digest) => (digest?.events.length ?? 1) % 4 === 0)).toBe(true);
    expect((await archived(here)).length).toBe(320);
    expect((await here.verify()).found).toBe(0);
  });

  test('an event whose own time is more than ten minutes from its commit time raises an alert', async () => {
    const here = await keptLogs();
    const now = here.clock.now();
    await here.log({ at: instant(now - 10 * MINUTE) });
    await here.log({ at: instant(now + 10 * MINUTE) });
    await here.clock.advance(SETTLED);
    await here.keep();
    expect(here.alerts()).toEqual([]);
    const late = await here.log({ at: instant(here.clock.now() - 10 * MINUTE - 1) });
    await here.hourly();
    const alert = here.telemetry.records.find(({ type }) => type === 'alert');
    expect(alert).toMatchObject({
      name: 'event-far-from-commit',
      properties: { tenant: TENANT, events: 1, first: late },
    });
  });

  test('a clock that jumps back an hour brings no gap, and the digests after it still verify', async () => {
    const here = await keptLogs();
    const ids = [await here.log()];
    await here.hourly();
    here.clock.set(here.clock.now() - HOUR);
    ids.push(await here.log());
    for (let hours = 0; hours < 4; hours += 1) {
      await here.hourly();
      ids.push(await here.log());
    }
    await here.hourly();
    expect((await archived(here)).toSorted()).toEqual(ids.toSorted());
    expect((await here.verify()).found).toBe(0);
  });

  test('a clock that was ahead for a while does not put off the digests after it came back', async () => {
    const here = await keptLogs();
    await here.keep();
    const now = here.clock.now();
    here.clock.set(now + 30 * DAY);
    await here.keep();
    here.clock.set(now);
    const id = await here.log();
    await here.hourly();
    await here.hourly();
    expect(await archived(here)).toEqual([id]);
  });

  test("a store whose time stays ahead of the host's raises an alert, because nothing settles until then", async () => {
    const here = await keptLogs();
    await here.keep();
    const now = here.clock.now();
    here.clock.set(now + DAY);
    await here.log();
    here.clock.set(now);
    await here.hourly();
    expect(here.alerts()).toContain('store-clock-apart');
  });
});

describe('entries that stand already', () => {
  test('one that nobody of ours wrote is told and stepped over, and the log goes on after it', async () => {
    const here = await keptLogs();
    await here.archive.create(entryName(1), Buffer.from('{"digest":"mine"}'));
    const id = await here.log();
    await here.clock.advance(SETTLED);
    await here.keep();
    expect(here.alerts()).toEqual(['log-archive-stray']);
    expect((await here.state())?.head.number).toBe(2);
    expect((await here.digests())[1]).toMatchObject({ number: 2, follows: 0, events: [{ id }] });
    await here.hourly();
    const { found, findings } = await here.verify();
    expect([found, findings]).toEqual([1, [{ fault: 'invented', where: 'archive', entry: entryName(1), event: null }]]);
  });

  test('one that continues the log with other events than the partition holds raises an alert and is named from then on', async () => {
    const here = await keptLogs();
    const id = await here.log();
    await here.clock.advance(SETTLED);
    const events = [{ id: newId(0), committedAt: instant(here.clock.now() - HOUR), index: {}, clear: null }];
    const { number: follows, hash: previous, until: from } = LOG_START;
    const forged = { tenant: TENANT, number: 1, follows, previous, from, to: instant(here.clock.now()), events };
    await here.archive.create(entryName(1), entryBytes(forged));
    await here.keep();
    expect(here.alerts()).toEqual(['log-digest-mismatch']);
    expect((await here.verify()).findings.map(({ fault, event }) => [fault, event])).toEqual([
      ['missing', events[0]?.id],
      ['invented', id],
    ]);
  });

  test('one that reaches into the future is none of ours: it would keep later events out', async () => {
    const here = await keptLogs();
    const id = await here.log();
    const items = await here.partition.committed({ kind: 'event', from: 0, limit: 1 });
    const events = items.map((item) => ({ ...item, committedAt: instant(item.committedAt) }));
    const { number: follows, hash: previous, until: from } = LOG_START;
    const content = { tenant: TENANT, number: 1, follows, previous, from, to: '2099-01-01T00:00:00.000Z' };
    const archivedEvents = events.map(({ committedAt, index, clear }) => ({ id, committedAt, index, clear }));
    await here.archive.create(entryName(1), entryBytes({ ...content, events: archivedEvents }));
    await here.clock.advance(SETTLED);
    await here.keep();
    expect(here.alerts()).toEqual(['log-archive-stray']);
    expect((await here.state())?.head.number).toBe(2);
  });
});

describe('tenants', () => {
  test('new ones are found within an hour, ended ones whose log is gone are not looked at any more', async () => {
    const here = await keptLogs();
    await here.keep();
    expect(await here.stateItem()).toMatchObject({ dueAt: here.clock.now() + 55 * MINUTE });
    const state = await here.stateItemOf(TENANT);
    if (state === undefined) throw new Error('no state');
    await here.tenantState.replace({ ...state, value: { ...state.value, phase: 'tombstone' } }, state.etag);
    await here.hourly();
    expect((await here.stateItem())?.dueAt).toBeNull();
  });

  test("trouble with one tenant's archive leaves the others' logs kept, and the next run takes it up again", async () => {
    const here = await keptLogs();
    await here.log();
    const state = await here.stateItemOf(TENANT);
    if (state === undefined) throw new Error('no state');
    await here.tenantState.create({ ...state, partition: 'momo', id: STATE_ID });
    const { archives } = here.context;
    const of = (tenantId: string) => {
      if (tenantId === 'momo') throw new Error('the test says so');
      return archives.of(tenantId);
    };
    await here.clock.advance(SETTLED);
    expect(await here.keep({ ...here.context, archives: { of } })).toMatchObject({ outcome: 'failed', failed: 1 });
    expect(await archived(here)).toHaveLength(1);
    await here.clock.advance(MINUTE);
    expect(await here.keep()).toMatchObject({ outcome: 'done', done: 1 });
  });

  test('more logs than one page are all looked at in one run', async () => {
    const here = await keptLogs();
    const now = here.clock.now();
    const due = Array.from({ length: 501 }, (_, at) => `tenant-${at}`);
    for (const partition of due) {
      await here.tenantState.create({ partition, id: LOGS_ID, value: newLog(instant(now)), dueAt: now });
    }
    expect(await here.keep()).toMatchObject({ outcome: 'done', failed: 0 });
    expect(await here.tenantState.due({ id: LOGS_ID, at: now, limit: 10 })).toEqual([]);
  });

  test('what a clock that ran ahead put off is brought back within an hour', async () => {
    const here = await keptLogs();
    await here.keep();
    const log = await here.stateItem();
    if (log === undefined) throw new Error('no log');
    await here.tenantState.replace({ ...log, dueAt: here.clock.now() + 30 * DAY }, log.etag);
    await here.log();
    await here.hourly();
    expect(await archived(here)).toHaveLength(1);
  });

  test('a log that was due more than an hour ago counts as overdue', async () => {
    const here = await keptLogs();
    await here.keep();
    await here.clock.advance(3 * HOUR);
    expect(await here.keep()).toMatchObject({ overdue: 1 });
    expect(await here.hourly()).toMatchObject({ overdue: 0 });
  });

  test('the rest of an ended tenant goes into the archive at once, but only when its gate is gone', async () => {
    const here = await keptLogs();
    const id = await here.log();
    await expect(archiveRest(here.context, TENANT)).rejects.toThrow(RangeError);
    await here.partition.closeGate();
    expect(await archiveRest(here.context, TENANT)).toBe(true);
    expect(await archived(here)).toEqual([id]);
    while ((await here.partition.sweep(500)) > 0);
    expect(await archiveRest(here.context, TENANT)).toBe(true);
    expect(await archived(here)).toEqual([id]);
    expect(here.alerts()).toEqual([]);
  });
});

test('two instances at once, past their lease, write each event into one digest', async () => {
  const here = await keptLogs();
  const ids = [await here.log(), await here.log()];
  await here.keep();
  await here.clock.advance(HOUR);
  const runs = ['a', 'b'].map((id) => new JobRun('keep-logs', id, here.telemetry));
  await Promise.all(runs.map((run) => keepLogs.run(here.context, run)));
  expect((await archived(here)).toSorted()).toEqual(ids.toSorted());
  expect((await here.verify()).found).toBe(0);
  expect(here.alerts()).toEqual([]);
  expect(await here.tenantState.get(SERVICE_PARTITION, 'logs-watch')).toBeDefined();
});
