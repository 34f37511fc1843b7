import { describe, expect, test } from 'vitest';
import { runJob } from '../../src/jobs/job.ts';
import { provisionTenants } from '../../src/jobs/provision-tenants.ts';
import { HOUR, MINUTE } from '../../src/model/instant.ts';
import { expectProvisioned, nextTick } from './provisioning.ts';
import { service, watched } from './service-fixture.ts';

const TENANT = 'sakura';

describe('finding contracts', () => {
  test('more new contracts than fit a page are all served in one run', async () => {
    const on = await service();
    const tenants = Array.from({ length: 205 }, (_, at) => `tenant-${String(at).padStart(3, '0')}`);
    for (const tenantId of tenants) await on.put(tenantId, null);
    const report = await runJob(provisionTenants, on.context);
    expect(report.outcome).toBe('done');
    for (const tenantId of tenants) expect((await on.stateOf(tenantId))?.phase).toBe('provisioned');
  });

  test('between the hourly looks only what changed lately is read, and a change that became visible late is still found', async () => {
    const on = await service();
    await on.put('ajisai', null);
    await runJob(provisionTenants, on.context);
    await on.clock.advance(10 * MINUTE);
    await on.put('momo', null);
    await runJob(provisionTenants, on.context);
    // A commit of 4 minutes before the latest seen shows up only now.
    const real = on.clock.now();
    const shown = await on.put('yuri', null);
    const late = { ...shown, committedAt: real - 4 * MINUTE };
    const contracts = {
      ...on.contracts,
      changedSince: async (query: { since: number; limit: number }) => (query.since <= late.committedAt ? [late] : []),
    };
    await nextTick(on, { ...on.context, control: { ...on.context.control, contracts } });
    await expectProvisioned(on, 'yuri');

    const looked: string[] = [];
    const after = (call: string) => void looked.push(call);
    await nextTick(on, watched(on.context, { before: () => {}, after }));
    // Lease, heartbeat and cursor aside, ajisai's state is not read: momo's and yuri's are.
    expect(looked.filter((call) => call === 'partition.gate')).toEqual([]);
    expect(looked.filter((call) => call.startsWith('tenant-keys.'))).toEqual([]);
    expect(looked.filter((call) => call === 'tenant-state.get')).toHaveLength(2 + 3);
  });

  test('a host clock that jumps back by a day stops nothing', async () => {
    const on = await service();
    await on.put(TENANT, null);
    await runJob(provisionTenants, on.context);
    on.clock.set(on.clock.now() - 24 * HOUR);
    await on.put('momo', null);
    expect((await runJob(provisionTenants, on.context)).outcome).toBe('done');
    await expectProvisioned(on, 'momo');
  });
});
