import { expect, test } from 'vitest';
import { runJob } from '../../src/jobs/job.ts';
import { CLOCK_ID, watchClock } from '../../src/jobs/watch-clock.ts';
import { instant, SECOND } from '../../src/model/instant.ts';
import { service } from './service-fixture.ts';

/** A run with a store whose clock is so far behind the host's. */
async function watched(behind: number) {
  const { clock, telemetry, context, tenantState } = await service();
  const control = { ...context.control, now: async () => clock.now() - behind };
  const { outcome } = await runJob(watchClock, { ...context, control });
  expect(outcome).toBe('done');
  const alerts = telemetry.records.flatMap((record) => (record.type === 'alert' ? [record.name] : []));
  const measures = telemetry.records.filter((record) => record.type === 'measure');
  return { alerts, measures, stored: await tenantState.get('$service', CLOCK_ID), now: clock.now() };
}

test('2.12 the offset against the store is measured, and written where operators read it', async () => {
  const { alerts, measures, stored, now } = await watched(1_250);
  expect(measures).toMatchObject([{ name: 'clock-offset', value: 1_250 }]);
  expect(stored?.value).toEqual({ measuredAt: instant(now), offsetMs: 1_250 });
  expect(alerts).toEqual([]);
});

test.each([30 * SECOND, -30 * SECOND])('clocks that are apart (%i ms) raise an alert', async (behind) => {
  expect((await watched(behind)).alerts).toEqual(['clocks-apart']);
});

test('a second look replaces the first', async () => {
  const { context, tenantState } = await service();
  await runJob(watchClock, context);
  await runJob(watchClock, context);
  expect((await tenantState.get('$service', CLOCK_ID))?.value).toMatchObject({ offsetMs: 0 });
});
