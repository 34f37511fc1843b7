import { describe, expect, test } from 'vitest';
import { EVENT_KIND, eventOf } from '../../src/domain/audit/events.ts';
import { runJob } from '../../src/jobs/job.ts';
import { provisionTenants } from '../../src/jobs/provision-tenants.ts';
import { KilledProcess } from './call-watches.ts';
import { expectProvisioned, nextTick } from './provisioning.ts';
import { type Service, service, watched } from './service-fixture.ts';

const TENANT = 'sakura';

async function told(on: Service) {
  const items = await on.context.partitions.of(TENANT).timeline({ kind: EVENT_KIND, limit: 500 });
  return items.map(eventOf);
}

/** Why the changes of the contract were told, in any order. */
async function changes(on: Service) {
  const seen = (await told(on)).filter(({ action }) => action === 'contract-change-seen');
  return seen.map(({ reason }) => reason).sort();
}

describe("a tenant's audit log", () => {
  test('begins with the making of its key, told once by version and never by value', async () => {
    const on = await service();
    await on.put(TENANT, null);
    await runJob(provisionTenants, on.context);
    await nextTick(on);
    const key = await on.tenantKeys.get('tenant-sakura');
    const events = await told(on);
    expect(events).toMatchObject([{ action: 'key-created', actor: null, targets: [key?.version] }]);
    expect(JSON.stringify(events)).not.toContain(key?.value);
  });

  test('tells each change of the contract that the service sees, and nothing while there is none', async () => {
    const on = await service();
    await on.put(TENANT, null);
    await runJob(provisionTenants, on.context);
    await nextTick(on);
    expect(await changes(on)).toEqual([]);
    for (const [endsOn, all] of [
      ['2027-03-31', ['ends-earlier']],
      ['2028-03-31', ['ends-earlier', 'ends-later']],
      ['2027-12-31', ['ends-earlier', 'ends-earlier', 'ends-later']],
      [null, ['ends-earlier', 'ends-earlier', 'ends-later', 'no-end']],
      // The same end as before is another change.
      ['2027-03-31', ['ends-earlier', 'ends-earlier', 'ends-earlier', 'ends-later', 'no-end']],
    ] as const) {
      await on.put(TENANT, endsOn);
      await nextTick(on);
      await nextTick(on);
      expect(await changes(on)).toEqual(all);
    }
    expect(on.errors()).toEqual([]);
  });

  test.each(['before', 'after'] as const)(
    'is the same when the job was killed %s any call of a store or vault, and went on',
    async (when) => {
      for (let at = 0; ; at += 1) {
        const on = await service();
        await on.put(TENANT, null);
        const first = new KilledProcess(at, when);
        await runJob(provisionTenants, watched(on.context, first));
        await nextTick(on);
        await on.put(TENANT, '2027-03-31');
        const second = new KilledProcess(at, when);
        await nextTick(on, watched(on.context, second));
        await nextTick(on);
        await expectProvisioned(on);
        const actions = (await told(on)).map(({ action }) => action).sort();
        expect([at, ...actions]).toEqual([at, 'contract-change-seen', 'key-created']);
        if (!first.dead && !second.dead) return expect(at).toBeGreaterThan(12);
      }
    },
  );

  test('keeps no end from being mirrored when nobody is left to be told: the gate is gone, or the key', async () => {
    for (const take of [
      (on: Service) => on.context.partitions.of(TENANT).closeGate(),
      (on: Service) => on.tenantKeys.delete('tenant-sakura'),
    ]) {
      const on = await service();
      await on.put(TENANT, null);
      await runJob(provisionTenants, on.context);
      await take(on);
      await on.put(TENANT, '2027-03-31');
      await nextTick(on);
      expect((await on.stateOf(TENANT))?.mirror.endsAt).toBe('2027-03-31T15:00:00.000Z');
      expect(await changes(on)).toEqual([]);
    }
  });

  test('has the change when the gate moves while it is told', async () => {
    const on = await service();
    await on.put(TENANT, null);
    await runJob(provisionTenants, on.context);
    await on.put(TENANT, '2027-03-31');
    const partition = on.context.partitions.of(TENANT);
    const after = async (call: string) => {
      const gate = await partition.gate();
      if (call !== 'partition.gate' || gate?.name !== 'gate:1') return;
      await partition.moveGate('gate:1', { ...gate, name: 'gate:2' });
    };
    await nextTick(on, watched(on.context, { before: () => {}, after }));
    expect(await changes(on)).toEqual(['ends-earlier']);
    expect((await on.stateOf(TENANT))?.mirror.endsAt).toBe('2027-03-31T15:00:00.000Z');
    expect(on.errors()).toEqual([]);
  });
});
