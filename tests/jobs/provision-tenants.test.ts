import { describe, expect, test } from 'vitest';
import { STATE_ID, type TenantPhase } from '../../src/domain/contracts/tenant-state.ts';
import { runJob } from '../../src/jobs/job.ts';
import { JobRun } from '../../src/jobs/job-run.ts';
import { provisionTenants } from '../../src/jobs/provision-tenants.ts';
import { HOUR, MINUTE } from '../../src/model/instant.ts';
import { StoreError } from '../../src/ports/store-error.ts';
import { KilledProcess } from './call-watches.ts';
import { expectProvisioned, nextTick } from './provisioning.ts';
import { service, watched } from './service-fixture.ts';

const TENANT = 'sakura';
const SECRET = 'tenant-sakura';

describe('provisioning', () => {
  test('a new contract has key, gate and mark after one run, and nothing changes in the runs after', async () => {
    const on = await service();
    await on.put(TENANT, null);
    expect((await runJob(provisionTenants, on.context)).outcome).toBe('done');
    await expectProvisioned(on);
    const before = await on.stateItemOf(TENANT);
    const key = await on.tenantKeys.get(SECRET);
    await nextTick(on);
    await nextTick(on);
    expect(await on.stateItemOf(TENANT)).toEqual(before);
    expect(await on.tenantKeys.get(SECRET)).toEqual(key);
    expect(on.errors()).toEqual([]);
  });

  test('every tenant gets a key of its own', async () => {
    const on = await service();
    await on.put('sakura', null);
    await on.put('momo', null);
    await runJob(provisionTenants, on.context);
    const keys = [await on.tenantKeys.get('tenant-sakura'), await on.tenantKeys.get('tenant-momo')];
    expect(new Set(keys.map((key) => key?.value)).size).toBe(2);
  });

  test('the claim stands before the key is made', async () => {
    const on = await service();
    await on.put(TENANT, null);
    let phaseAtSet: string | undefined;
    const before = async (call: string) => {
      if (call === 'tenant-keys.set') phaseAtSet = (await on.stateOf(TENANT))?.phase;
    };
    await runJob(provisionTenants, watched(on.context, { before, after: () => {} }));
    expect(phaseAtSet).toBe('provisioning');
  });

  test('a key that a killed run has made is used, not followed by another', async () => {
    const on = await service();
    await on.put(TENANT, null);
    const made = await on.tenantKeys.set(SECRET, Buffer.alloc(32, 7).toString('base64'));
    await runJob(provisionTenants, on.context);
    expect((await on.stateOf(TENANT))?.dataKeyVersion).toBe(made.version);
    expect(await on.tenantKeys.get(SECRET)).toEqual(made);
  });

  test('a key that an erasure destroys while it is looked for is not told as missing', async () => {
    const on = await service();
    await on.put(TENANT, null);
    await runJob(provisionTenants, on.context);
    const before = async (call: string) => {
      if (call !== 'tenant-keys.get') return;
      const state = await on.stateItemOf(TENANT);
      if (state === undefined || state.value.phase === 'destroying') return;
      await on.tenantState.replace({ ...state, value: { ...state.value, phase: 'destroying' } }, state.etag);
      await on.tenantKeys.delete(SECRET);
    };
    await on.clock.advance(HOUR);
    await runJob(provisionTenants, watched(on.context, { before, after: () => {} }));
    expect(await on.tenantKeys.state(SECRET)).toBe('deleted');
    expect(on.telemetry.names('alert')).toEqual([]);
  });

  test.each(['before', 'after'] as const)(
    'killed %s every single call, the next run comes to the same end',
    async (when) => {
      for (let at = 0; ; at += 1) {
        const on = await service();
        await on.put(TENANT, '2027-03-31');
        const killed = new KilledProcess(at, when);
        await runJob(provisionTenants, watched(on.context, killed));
        await nextTick(on);
        await expectProvisioned(on);
        expect((await on.stateOf(TENANT))?.mirror.firstSeenAt).not.toBeNull();
        expect((await on.stateItemOf(TENANT))?.dueAt).toBe(Date.parse('2027-03-31T15:00:00Z'));
        if (!killed.dead) return expect(at).toBeGreaterThan(12);
      }
    },
  );

  test('killed again at every call of the recovery, the run after that comes to the same end', async () => {
    for (const first of [7, 9, 11]) {
      for (let at = 0; ; at += 1) {
        const on = await service();
        await on.put(TENANT, null);
        await runJob(provisionTenants, watched(on.context, new KilledProcess(first, 'after')));
        const killed = new KilledProcess(at, 'after');
        await nextTick(on, watched(on.context, killed));
        await nextTick(on);
        await expectProvisioned(on);
        if (!killed.dead) break;
      }
    }
  });

  test('an instance frozen before any call, while another does all the work, changes nothing when it wakes', async () => {
    for (let at = 0; ; at += 1) {
      const on = await service();
      await on.put(TENANT, '2027-03-31');
      let calls = 0;
      let frozen = false;
      const before = async () => {
        if (calls++ !== at) return;
        frozen = true;
        await nextTick(on);
        await expectProvisioned(on);
      };
      await runJob(provisionTenants, watched(on.context, { before, after: () => {} }));
      await nextTick(on);
      await expectProvisioned(on);
      if (!frozen) return expect(at).toBeGreaterThan(12);
    }
  });

  test('two instances at once, without lease, serve the tenant both and leave one gate whose key is in the vault', async () => {
    const on = await service();
    await on.put(TENANT, null);
    // Past the frame, as if each had been frozen beyond its lease. Who comes last finds the cursor written, and says so.
    const runs = ['a', 'b'].map((id) => new JobRun('provision-tenants', id, on.telemetry));
    await Promise.allSettled(runs.map((run) => provisionTenants.run(on.context, run)));
    for (const run of runs) expect(run.done).toBeGreaterThanOrEqual(1);
    const ofTenants = on.telemetry.records.filter((record) => record.type === 'error' && record.properties['tenant']);
    expect(ofTenants).toEqual([]);
    await nextTick(on);
    await expectProvisioned(on);
  });

  test('trouble with one tenant leaves the others served, is reported, and is taken up again by the next run', async () => {
    const on = await service();
    for (const tenantId of ['ajisai', 'momo', 'yuri']) await on.put(tenantId, null);
    const partitions = {
      of: (tenantId: string) => {
        if (tenantId === 'momo') throw new StoreError('unavailable', 'the test says so');
        return on.context.partitions.of(tenantId);
      },
    };
    const report = await runJob(provisionTenants, { ...on.context, partitions });
    expect(report).toMatchObject({ outcome: 'failed', failed: 1 });
    await expectProvisioned(on, 'ajisai');
    await expectProvisioned(on, 'yuri');
    expect((await on.stateOf('momo'))?.phase).toBe('provisioning');
    expect(on.errors()).toHaveLength(1);
    expect(on.telemetry.names('event')).toContain('job-failed');

    // A later contract moves what is read beyond the overlap: only the list of those to come back to leads here.
    await on.clock.advance(20 * MINUTE);
    await on.put('zinnia', null);
    expect(await nextTick(on, { ...on.context, partitions })).toMatchObject({
      outcome: 'failed',
      failed: 1,
      overdue: 1,
    });
    expect(await nextTick(on)).toMatchObject({ outcome: 'done', overdue: 1 });
    await expectProvisioned(on, 'momo');
  });

  test('a contract that ended before the service saw it gets nothing', async () => {
    const on = await service();
    await on.put(TENANT, '2026-11-24');
    await on.clock.advance(13 * HOUR);
    await runJob(provisionTenants, on.context);
    expect(await on.stateOf(TENANT)).toBeUndefined();
    expect(await on.tenantKeys.state(SECRET)).toBe('absent');
  });

  test.each<TenantPhase>(['erasure-begun', 'destroying', 'tombstone'])(
    'where the state says %s, neither key nor gate nor mirror is made',
    async (phase) => {
      const on = await service();
      const mirror = { endsAt: null, firstSeenAt: null };
      const value = { phase, claimedBy: 'earlier', dataKeyVersion: null, provisionedAt: null, mirror };
      const stored = await on.tenantState.create({ partition: TENANT, id: STATE_ID, value, dueAt: null });
      await on.put(TENANT, '2027-03-31');
      await runJob(provisionTenants, on.context);
      expect(await on.stateItemOf(TENANT)).toEqual(stored);
      expect(await on.tenantKeys.state(SECRET)).toBe('absent');
      expect(await on.context.partitions.of(TENANT).gate()).toBeUndefined();
    },
  );

  test('a provisioned tenant whose key is missing raises an alert and is never given another', async () => {
    const on = await service();
    await on.put(TENANT, null);
    await runJob(provisionTenants, on.context);
    await on.tenantKeys.delete(SECRET);
    await on.tenantKeys.purge(SECRET);
    await on.clock.advance(HOUR);
    await runJob(provisionTenants, on.context);
    expect(on.telemetry.names('alert')).toEqual(['tenant-key-missing']);
    expect(await on.tenantKeys.state(SECRET)).toBe('absent');
  });

  test('a gate that names a key which is gone raises an alert, and the tenant is not marked as ready', async () => {
    const on = await service();
    await on.put(TENANT, null);
    await on.context.partitions.of(TENANT).openGate({ name: 'gate:1', content: { dataKey: 'v0', lookupKey: 'v0' } });
    await runJob(provisionTenants, on.context);
    expect(new Set(on.telemetry.names('alert'))).toEqual(new Set(['tenant-key-missing']));
    expect((await on.stateOf(TENANT))?.phase).toBe('provisioning');
    expect(await on.tenantKeys.state(SECRET)).toBe('absent');
  });
});
