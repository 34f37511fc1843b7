import { describe, expect, test } from 'vitest';
import { CONTRACT_ID, type Contract } from '../../src/domain/contracts/contract.ts';
import { extendContract } from '../../src/domain/contracts/contract-changes.ts';
import type { EraseContext } from '../../src/jobs/erasure/erase-context.ts';
import { DAY, HOUR, instant, MINUTE } from '../../src/model/instant.ts';
import { KilledProcess } from './call-watches.ts';
import { copyOf, END, type ErasureService, endingTenant, erasureService, TENANT } from './erasure-fixture.ts';

async function expectUntouched(on: ErasureService, tenantId = TENANT): Promise<void> {
  expect(await on.keyState(tenantId)).toBe('present');
  expect((await on.partition(tenantId).gate())?.name).toBe('gate:1');
  expect((await on.stateOf(tenantId))?.phase).toBe('provisioned');
}

async function expectDestroyed(on: ErasureService): Promise<void> {
  expect([await on.keyState(), await on.partition().gate()]).toEqual(['absent', undefined]);
}

/** The same service, whose host's clock and whose store's clock are so far from the right time. */
function skewed(on: ErasureService, host: number, store: number): EraseContext {
  const { clock } = on;
  const hostClock = {
    now: () => clock.now() + host,
    monotonic: () => clock.monotonic(),
    sleep: (ms: number) => clock.sleep(ms),
  };
  return { ...on.calm, clock: hostClock, control: { ...on.calm.control, now: async () => clock.now() + store } };
}

/** What somebody writes past the operator's tool. */
async function behindTheTool(on: ErasureService, tenantId: string, change: (contract: Contract) => Contract) {
  const standing = await on.contracts.get(tenantId, CONTRACT_ID);
  if (standing === undefined) throw new Error('no contract');
  await on.contracts.replace({ ...standing, value: change(standing.value) }, standing.etag);
}

const refusals = (on: ErasureService) =>
  on.telemetry.records.flatMap((record) =>
    record.type === 'alert' && record.name === 'erasure-refused' ? [record.properties] : [],
  );

describe('clocks', () => {
  test.each([
    ["the host's clock is two days ahead", END - 2 * DAY, 2 * DAY, 0],
    ["the host's clock is 30 seconds ahead", END - MINUTE, 30_000, 0],
    ["the store's clock is two days ahead", END, 0, 2 * DAY],
    ["the store's clock is a day behind", END, 0, -DAY],
  ])(
    '%s: nothing is destroyed, an alert, and the reason for operators; once both are right it goes on',
    async (_, from, host, store) => {
      const on = await endingTenant({ now: from });
      for (let ticks = 0; ticks < 5; ticks += 1) await on.tick(skewed(on, host, store));
      await expectUntouched(on);
      expect(refusals(on)).toEqual([{ tenant: TENANT, because: 'clocks-apart' }]);
      expect((await on.stateOf(TENANT))?.waiting).toMatchObject({ because: 'clocks-apart', endsAt: instant(END) });
      on.clock.set(Math.max(END, on.clock.now()) + 2 * MINUTE);
      await on.tick();
      await expectDestroyed(on);
      expect((await on.stateOf(TENANT))?.waiting).toBeUndefined();
    },
  );

  test("a host's clock that is behind only delays", async () => {
    const on = await endingTenant();
    on.clock.set(END);
    await on.tick(skewed(on, -10 * MINUTE, 0));
    await expectUntouched(on);
    expect(refusals(on)).toEqual([]);
  });
});

describe('ends that nobody should have written', () => {
  test('an end that is brought forward destroys nothing for a day, and raises an alert at once', async () => {
    const on = await endingTenant();
    await behindTheTool(on, TENANT, (contract) => ({ ...contract, endsAt: instant(END - 5 * DAY), endsOn: null }));
    await on.mirror();
    expect(on.alerts()).toEqual(['contract-end-brought-forward']);
    for (let hours = 0; hours < 23; hours += 1) {
      await on.clock.advance(HOUR);
      await on.tick();
    }
    await expectUntouched(on);
    await behindTheTool(on, TENANT, (contract) => ({ ...contract, endsAt: null }));
    await on.mirror();
    await on.clock.advance(3 * DAY);
    await on.tick();
    await expectUntouched(on);
  });

  test('all contracts ended at once: every tenant is shut out, none is destroyed, an alert for each', async () => {
    const on = await erasureService();
    const tenants = Array.from({ length: 30 }, (_, at) => `tenant-${String(at).padStart(2, '0')}`);
    for (const tenantId of tenants) await on.put(tenantId, null);
    await on.mirror();
    for (const tenantId of tenants) {
      await behindTheTool(on, tenantId, (contract) => ({ ...contract, endsAt: instant(on.clock.now() - 400 * DAY) }));
    }
    await on.mirror();
    expect(on.alerts()).toEqual(tenants.map(() => 'contract-end-brought-forward'));
    await on.clock.advance(DAY - 10 * MINUTE);
    await on.tick();
    for (const tenantId of tenants) {
      await expectUntouched(on, tenantId);
      await expect(on.context.handles.open(tenantId)).rejects.toMatchObject({ code: 'contract-ended' });
    }
  });

  test('all contract documents deleted: every tenant is shut out, none is ever destroyed, alerts', async () => {
    const on = await erasureService();
    const tenants = Array.from({ length: 20 }, (_, at) => `tenant-${String(at).padStart(2, '0')}`);
    for (const [at, tenantId] of tenants.entries()) await on.put(tenantId, at % 2 === 0 ? '2026-11-30' : null);
    await on.mirror();
    on.forgetTelemetry();
    for (const tenantId of tenants) await on.contracts.remove(tenantId, CONTRACT_ID);
    on.clock.set(END);
    for (let days = 0; days < 3; days += 1) {
      await on.clock.advance(DAY);
      await on.mirror();
      for (let ticks = 0; ticks < 3; ticks += 1) await on.tick();
    }
    for (const tenantId of tenants) {
      await expectUntouched(on, tenantId);
      await expect(on.context.handles.open(tenantId)).rejects.toMatchObject({ code: 'contract-ended' });
    }
    expect(on.alerts().filter((name) => name === 'contract-vanished').length).toBeGreaterThanOrEqual(20);
    const ended = tenants.filter((_, at) => at % 2 === 0);
    expect(refusals(on)).toEqual(ended.map((tenant) => ({ tenant, because: 'contract-vanished' })));
  });

  test('tenants that wait for a person do not hold up the others', async () => {
    const on = await endingTenant();
    await on.put('ajisai', '2026-12-02');
    await on.mirror();
    await on.contracts.remove(TENANT, CONTRACT_ID);
    on.clock.set(END + MINUTE);
    await on.tick();
    await on.tick();
    expect((await on.stateItemOf(TENANT))?.dueAt).toBeGreaterThan(on.clock.now());
    on.clock.set(END + 2 * DAY);
    await on.tick();
    expect(await on.keyState('ajisai')).toBe('absent');
    await expectUntouched(on);
  });
});

describe('a contract that changes between the reads', () => {
  test.each<[string, (on: ErasureService) => Promise<unknown>]>([
    ['extended', (on) => behindTheTool(on, TENANT, (c) => extendContract(c, '2027-03-31', on.clock.now()))],
    ['taken its end away', (on) => behindTheTool(on, TENANT, (c) => extendContract(c, null, on.clock.now()))],
    ['deleted', (on) => on.contracts.remove(TENANT, CONTRACT_ID)],
  ])('%s before any call up to the last read: nothing is destroyed; after it, all of it', async (_, change) => {
    const prepared = await endingTenant();
    prepared.clock.set(END);
    let lastRead = 0;
    for (let at = 0; ; at += 1) {
      const on = await copyOf(prepared);
      let calls = 0;
      let contractReads = 0;
      let readsAtChange: number | undefined;
      const before = async (call: string) => {
        if (calls++ === at) {
          await change(on);
          readsAtChange = contractReads;
        }
        if (call === 'contracts.get') contractReads += 1;
      };
      await on.tick(on.eraser({ before, after: () => {} }));
      if (readsAtChange === undefined) break;
      if (readsAtChange < 2) {
        lastRead = at;
        await expectUntouched(on);
      } else await expectDestroyed(on);
      expect(on.errors()).toEqual([]);
    }
    expect(lastRead).toBe(4);
  });

  test('a mark that a killed run left is withdrawn when the contract is extended, and the tenant is mirrored again', async () => {
    const on = await endingTenant();
    on.clock.set(END);
    // Calls: due, contract, clock, mark.
    await on.tick(on.eraser(new KilledProcess(3, 'after')));
    expect((await on.stateOf(TENANT))?.phase).toBe('erasure-begun');
    await behindTheTool(on, TENANT, (contract) => extendContract(contract, '2027-03-31', on.clock.now()));
    await on.tick();
    await expectUntouched(on);
    expect((await on.stateOf(TENANT))?.erasure).toBeUndefined();
    await on.mirror();
    expect((await on.stateOf(TENANT))?.mirror.endsAt).toBe('2027-03-31T15:00:00.000Z');
    expect((await on.stateItemOf(TENANT))?.dueAt).toBe(Date.parse('2027-03-31T15:00:00.000Z'));
  });

  test('a mark that a killed run left goes on where nothing has changed', async () => {
    const on = await endingTenant();
    on.clock.set(END);
    await on.tick(on.eraser(new KilledProcess(3, 'after')));
    await on.tick();
    await expectDestroyed(on);
  });
});
