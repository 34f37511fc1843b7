import { expect, test } from 'vitest';
import { newId } from '../../src/domain/ids.ts';
import { JobRun } from '../../src/jobs/job-run.ts';
import { type KeepLogsContext, keepLogs } from '../../src/jobs/keep-logs.ts';
import { HOUR, MINUTE } from '../../src/model/instant.ts';
import { leftOut, SAMPLED } from '../support/fault-points.ts';
import { copyOf, type ErasureService, endingTenant, TENANT } from './erasure-fixture.ts';
import { watchedLogs } from './log-fixture.ts';

/** Runs the keeping of logs without its lease, as an instance that is late may. */
async function keep(on: ErasureService, using: KeepLogsContext = on.calm): Promise<void> {
  await keepLogs.run(using, new JobRun(keepLogs.name, newId(on.clock.now()), on.telemetry));
}

/** Everything is gone, and the log is whole: the events in their order, then what the erasure tells of itself. */
async function expectWholeLog(on: ErasureService, events: readonly string[]): Promise<void> {
  for (let ticks = 0; ticks < 5; ticks += 1) await on.tick();
  expect((await on.stateOf(TENANT))?.phase).toBe('tombstone');
  await on.clock.advance(HOUR);
  await keep(on);
  const { findings, events: archived } = await on.archived();
  expect(findings).toEqual([]);
  expect(archived.map(({ id }) => id).slice(0, -2)).toEqual(events);
  expect(archived.slice(-2).map(({ clear }) => clear?.['action'])).toEqual(['key-destroyed', 'tenant-erased']);
  expect(on.alerts()).toEqual([]);
  expect(on.errors()).toEqual([]);
}

test(`the keeping of logs may run before any call of the erasure: the log stays whole, and nothing looks tampered with${SAMPLED}`, async () => {
  const prepared = await endingTenant();
  const events = await prepared.eventIds();
  for (let at = 0; ; at += 1) {
    if (leftOut(at)) continue;
    const on = await copyOf(prepared);
    await on.clock.advance(MINUTE);
    let calls = 0;
    const before = async () => {
      if (calls++ === at) await keep(on);
    };
    for (let ticks = 0; ticks < 4; ticks += 1) await on.tick(on.eraser({ before, after: () => {} }));
    await expectWholeLog(on, events);
    if (calls <= at) return expect(at).toBeGreaterThan(90);
  }
});

test(`the keeping of logs may be frozen before any of its calls while the tenant is erased: the log stays whole${SAMPLED}`, async () => {
  const prepared = await endingTenant();
  const events = await prepared.eventIds();
  for (let at = 0; ; at += 1) {
    if (leftOut(at)) continue;
    const on = await copyOf(prepared);
    await on.clock.advance(MINUTE);
    let calls = 0;
    const before = async () => {
      if (calls++ !== at) return;
      for (let ticks = 0; ticks < 3; ticks += 1) await on.tick();
    };
    await keep(on, watchedLogs(on.calm, { before, after: () => {} }));
    await expectWholeLog(on, events);
    if (calls <= at) return expect(at).toBeGreaterThan(10);
  }
});
