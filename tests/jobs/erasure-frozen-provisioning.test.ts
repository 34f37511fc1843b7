import { expect, test } from 'vitest';
import { EVENT_KIND } from '../../src/domain/audit/events.ts';
import { runJob } from '../../src/jobs/job.ts';
import { JobRun } from '../../src/jobs/job-run.ts';
import { provisionTenants } from '../../src/jobs/provision-tenants.ts';
import { DAY, MINUTE } from '../../src/model/instant.ts';
import { END, erasureService, TENANT } from './erasure-fixture.ts';
import { watched } from './service-fixture.ts';

test('a worker that was frozen while it set a tenant up, and wakes after the erasure, never revives the tenant', async () => {
  let points = 0;
  let revived = 0;
  for (let at = 0; ; at += 1) {
    const on = await erasureService();
    await on.put(TENANT, '2026-11-30');
    const frozen = Promise.withResolvers<void>();
    const woken = Promise.withResolvers<void>();
    let calls = 0;
    const before = async () => {
      if (calls++ !== at) return;
      frozen.resolve();
      await woken.promise;
    };
    const run = new JobRun('provision-tenants', 'frozen', on.telemetry);
    const old = provisionTenants.run(watched(on.context, { before, after: () => {} }), run).catch(() => undefined);
    await Promise.race([frozen.promise, old]);
    if (calls <= at) break;

    // Meanwhile another worker does it, the contract ends, and the tenant is erased.
    await on.mirror();
    on.clock.set(END);
    for (let ticks = 0; ticks < 5; ticks += 1) await on.tick();
    const erased = await on.stateItemOf(TENANT);
    expect(erased?.value.phase).toBe('tombstone');
    on.forgetTelemetry();

    woken.resolve();
    await old;
    const left = (await on.keyState()) !== 'absent' || (await on.partition().gate()) !== undefined;
    await expect(on.context.handles.open(TENANT)).rejects.toMatchObject({ code: 'contract-ended' });
    expect(on.alerts()).toEqual([]);
    await on.clock.advance(DAY + MINUTE);
    await on.tick();
    await on.tick();
    expect(await on.stateItemOf(TENANT)).toEqual(erased);
    expect([await on.keyState(), await on.partition().gate()]).toEqual(['absent', undefined]);
    expect(await on.partition().committed({ kind: EVENT_KIND, from: 0, limit: 10 })).toEqual([]);
    expect(on.alerts()).toEqual(left ? ['erased-tenant-leftovers'] : []);
    expect((await on.archived()).findings).toEqual([]);
    await runJob(provisionTenants, on.context);
    expect(await on.keyState()).toBe('absent');
    if (left) revived += 1;
    points = at + 1;
  }
  expect(points).toBeGreaterThan(12);
  expect(revived).toBeGreaterThan(1);
});
