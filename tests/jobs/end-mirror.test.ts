import { describe, expect, test } from 'vitest';
import { CONTRACT_ID } from '../../src/domain/contracts/contract.ts';
import { STATE_ID } from '../../src/domain/contracts/tenant-state.ts';
import { runJob } from '../../src/jobs/job.ts';
import { provisionTenants } from '../../src/jobs/provision-tenants.ts';
import { HOUR, SECOND } from '../../src/model/instant.ts';
import { KilledProcess } from './call-watches.ts';
import { expectProvisioned, nextTick } from './provisioning.ts';
import { service, watched } from './service-fixture.ts';

const TENANT = 'sakura';

describe('the mirror of the end', () => {
  test("holds the end with the store's time of the write that brought it, and is due a day later at the earliest", async () => {
    const on = await service();
    await on.put(TENANT, null);
    await runJob(provisionTenants, on.context);
    expect((await on.stateItemOf(TENANT))?.dueAt).toBeNull();
    await on.put(TENANT, '2026-11-24');
    await on.clock.advance(15 * SECOND);
    const seenAt = on.clock.now();
    await runJob(provisionTenants, on.context);
    const item = await on.stateItemOf(TENANT);
    const endsAt = '2026-11-24T15:00:00.000Z';
    // The embedded store counts a millisecond up for each write.
    expect(item?.value.mirror.endsAt).toBe(endsAt);
    const firstSeen = Date.parse(item?.value.mirror.firstSeenAt ?? '');
    expect(firstSeen - seenAt).toBeLessThan(50);
    expect(firstSeen).toBeGreaterThanOrEqual(seenAt);
    expect(item?.dueAt).toBe(firstSeen + 24 * HOUR);
    expect(await on.tenantState.due({ id: STATE_ID, at: firstSeen + 24 * HOUR, limit: 10 })).toHaveLength(1);
  });

  test('an end brought forward raises an alert at once and starts the time afresh', async () => {
    const on = await service();
    await on.put(TENANT, '2027-03-31');
    await runJob(provisionTenants, on.context);
    const before = (await on.stateOf(TENANT))?.mirror.firstSeenAt ?? '';
    expect(on.telemetry.names('alert')).toEqual([]);
    await on.clock.advance(48 * HOUR);
    await on.put(TENANT, '2026-12-31');
    await runJob(provisionTenants, on.context);
    expect(on.telemetry.names('alert')).toEqual(['contract-end-brought-forward']);
    const mirror = (await on.stateOf(TENANT))?.mirror;
    expect(mirror?.endsAt).toBe('2026-12-31T15:00:00.000Z');
    expect(Date.parse(mirror?.firstSeenAt ?? '') - Date.parse(before)).toBeGreaterThanOrEqual(48 * HOUR);
  });

  test('an end where there was none counts as brought forward; a later end and none at all do not', async () => {
    const on = await service();
    await on.put(TENANT, '2027-03-31');
    await runJob(provisionTenants, on.context);
    await on.put(TENANT, '2028-03-31');
    await nextTick(on);
    await on.put(TENANT, null);
    await nextTick(on);
    expect((await on.stateItemOf(TENANT))?.dueAt).toBeNull();
    expect((await on.stateOf(TENANT))?.mirror).toEqual({ endsAt: null, firstSeenAt: null });
    expect(on.telemetry.names('alert')).toEqual([]);
    await on.put(TENANT, '2029-03-31');
    await nextTick(on);
    expect(on.telemetry.names('alert')).toEqual(['contract-end-brought-forward']);
  });

  test('killed at every call, an end brought forward is told and mirrored all the same', async () => {
    for (let at = 0; ; at += 1) {
      const on = await service();
      await on.put(TENANT, null);
      await runJob(provisionTenants, on.context);
      await on.put(TENANT, '2026-12-31');
      const killed = new KilledProcess(at, 'after');
      await nextTick(on, watched(on.context, killed));
      await nextTick(on);
      expect(on.telemetry.names('alert')).toContain('contract-end-brought-forward');
      expect((await on.stateItemOf(TENANT))?.dueAt).toBe(Date.parse('2026-12-31T15:00:00Z'));
      if (!killed.dead) return expect(at).toBeGreaterThan(8);
    }
  });

  test('an instance that was frozen with an old contract in hand does not bring its end back', async () => {
    const on = await service();
    await on.put(TENANT, '2027-03-31');
    await runJob(provisionTenants, on.context);
    await on.put(TENANT, '2027-01-31');
    let frozen = false;
    const after = async (call: string) => {
      if (call !== 'contracts.changedSince' || frozen) return;
      frozen = true;
      await on.put(TENANT, '2028-03-31');
      await nextTick(on);
    };
    await nextTick(on, watched(on.context, { before: () => {}, after }));
    expect(frozen).toBe(true);
    expect((await on.stateOf(TENANT))?.mirror.endsAt).toBe('2028-03-31T15:00:00.000Z');
  });

  test('a contract document that vanished raises an alert within the hour, and nothing of the tenant is touched', async () => {
    const on = await service();
    await on.put(TENANT, '2027-03-31');
    await on.put('momo', null);
    await runJob(provisionTenants, on.context);
    const before = await on.stateItemOf(TENANT);
    await on.contracts.remove(TENANT, CONTRACT_ID);
    await on.clock.advance(HOUR);
    await runJob(provisionTenants, on.context);
    const alerts = on.telemetry.records.filter(({ type }) => type === 'alert');
    expect(alerts).toEqual([{ type: 'alert', name: 'contract-vanished', properties: { tenant: TENANT } }]);
    expect(await on.stateItemOf(TENANT)).toEqual(before);
    await expectProvisioned(on);
  });
});
