import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { CHECK_ID, type LogCheck } from '../../src/domain/audit/log-state.ts';
import { CLEARING_ID, type Clearing } from '../../src/domain/contracts/clearing.ts';
import { CONTRACT_ID } from '../../src/domain/contracts/contract.ts';
import { endContract } from '../../src/domain/contracts/contract-changes.ts';
import { internalKind } from '../../src/domain/kind.ts';
import { tenantSecretName } from '../../src/domain/tenant-keys.ts';
import { eraseEndedTenants } from '../../src/jobs/erase-ended-tenants.ts';
import type { EraseContext } from '../../src/jobs/erasure/erase-context.ts';
import { runJob } from '../../src/jobs/job.ts';
import { provisionTenants } from '../../src/jobs/provision-tenants.ts';
import { verifyLogs } from '../../src/jobs/verify-logs.ts';
import { DAY, epochMs, HOUR, MINUTE, SECOND } from '../../src/model/instant.ts';
import type { ControlContainer } from '../../src/ports/control-store.ts';
import { StoreError } from '../../src/ports/store-error.ts';
import { END, type ErasureService, endingTenant, erasureService, NEIGHBOUR, TENANT } from './erasure-fixture.ts';
import type { CallWatch } from './watched.ts';

const SECRET = tenantSecretName(TENANT);

/** Runs for three minutes from the end on: enough for a tenant of this size. */
async function erased(on: ErasureService, using: EraseContext = on.calm): Promise<void> {
  on.clock.set(Math.max(END, on.clock.now()));
  for (let ticks = 0; ticks < 5; ticks += 1) await on.tick(using);
}

/** A tenant whose contract an operator ends at once; the service has seen it. */
async function endedAtOnce() {
  const on = await erasureService();
  await on.put(TENANT, null);
  await on.mirror();
  const contract = await on.contracts.get(TENANT, CONTRACT_ID);
  if (contract === undefined) throw new Error('no contract');
  const value = endContract(contract.value, 'now', on.clock.now());
  const { committedAt } = await on.contracts.replace({ ...contract, value }, contract.etag);
  await runJob(provisionTenants, on.context);
  const firstSeen = epochMs((await on.stateOf(TENANT))?.mirror.firstSeenAt ?? '');
  expect(firstSeen).toBeGreaterThanOrEqual(committedAt);
  return { on, endsAt: epochMs(value.endsAt ?? ''), firstSeen };
}

async function clearingOf(on: ErasureService) {
  return (on.tenantState as ControlContainer<Clearing>).get(TENANT, CLEARING_ID);
}

describe('an end that was known a day before', () => {
  test('before it comes nothing happens; on the first tick after it gate and key are gone', async () => {
    const on = await endingTenant();
    on.clock.set(END - 1);
    await runJob(eraseEndedTenants, on.calm);
    expect([await on.keyState(), (await on.partition().gate())?.name]).toEqual(['present', 'gate:1']);
    on.clock.set(END);
    expect(await runJob(eraseEndedTenants, on.calm)).toMatchObject({ outcome: 'done', overdue: 0 });
    expect([await on.keyState(), await on.partition().gate()]).toEqual(['absent', undefined]);
    expect((await on.stateOf(TENANT))?.phase).toBe('destroying');
    const told = on.telemetry.records.find(
      (record) => record.type === 'event' && record.name === 'tenant-key-destroyed',
    );
    expect(told).toMatchObject({ properties: { tenant: TENANT, secondsAfterDue: 0 } });
  });

  test('the jobs come every 15 seconds', () => {
    expect(eraseEndedTenants.schedule).toBe('*/15 * * * * *');
  });

  test('of many tenants the keys of all go before any document goes, 16 at a time', async () => {
    const on = await erasureService();
    const tenants = Array.from({ length: 40 }, (_, at) => `tenant-${String(at).padStart(2, '0')}`);
    for (const tenantId of tenants) await on.put(tenantId, '2026-11-30');
    await on.mirror();
    await on.mirror();
    on.clock.set(END);
    const calls: string[] = [];
    const full = Promise.withResolvers<void>();
    let waiting = 0;
    let mostWaiting = 0;
    const before = async (call: string) => {
      calls.push(call);
      if (call !== 'tenant-keys.delete') return;
      waiting += 1;
      mostWaiting = Math.max(mostWaiting, waiting);
      // Nobody goes on before 16 are here; then there is time for one too many.
      if (waiting === 16) full.resolve();
      await full.promise;
      for (let turns = 0; turns < 50; turns += 1) await setImmediate();
      waiting -= 1;
    };
    await runJob(eraseEndedTenants, on.eraser({ before, after: () => {} }));
    for (const tenantId of tenants) {
      expect([await on.keyState(tenantId), await on.partition(tenantId).gate()]).toEqual(['absent', undefined]);
    }
    expect(mostWaiting).toBe(16);
    expect(calls.filter((call) => call === 'tenant-keys.purge')).toHaveLength(40);
    expect(calls.lastIndexOf('tenant-keys.purge')).toBeLessThan(calls.indexOf('partition.sweep'));
    for (let ticks = 0; ticks < 4; ticks += 1) await on.tick();
    for (const tenantId of tenants) expect((await on.stateOf(tenantId))?.phase).toBe('tombstone');
    expect(on.errors()).toEqual([]);
  });
});

describe('an end that was known later', () => {
  test('stops access at its instant, and destroys a day after it was first seen', async () => {
    const { on, endsAt, firstSeen } = await endedAtOnce();
    expect(on.alerts()).toEqual(['contract-end-brought-forward']);
    const { handles } = on.context;
    on.clock.set(endsAt - 1);
    await handles.open(TENANT);
    on.clock.set(endsAt);
    await expect(handles.open(TENANT)).rejects.toMatchObject({ code: 'contract-ended' });
    const due = firstSeen + DAY;
    for (const at of [endsAt, endsAt + HOUR, due - 1]) {
      on.clock.set(at);
      await runJob(eraseEndedTenants, on.calm);
      expect([await on.keyState(), (await on.partition().gate())?.name]).toEqual(['present', 'gate:1']);
    }
    on.clock.set(due);
    await runJob(eraseEndedTenants, on.calm);
    expect([await on.keyState(), await on.partition().gate()]).toEqual(['absent', undefined]);
  });

  test.each([0, 2 * HOUR, 3 * DAY])(
    'is destroyed when the notice that is set is over: %i ms',
    async (erasureNotice) => {
      const { on, endsAt, firstSeen } = await endedAtOnce();
      const due = Math.max(endsAt, firstSeen + erasureNotice);
      on.clock.set(due - 1);
      await runJob(eraseEndedTenants, { ...on.calm, erasureNotice });
      expect(await on.keyState()).toBe('present');
      on.clock.set(due);
      await runJob(eraseEndedTenants, { ...on.calm, erasureNotice });
      expect(await on.keyState()).toBe('absent');
    },
  );
});

describe('destroying the key', () => {
  test('a deletion that is pending and a purge that stays pending are repeated until neither secret is found', async () => {
    const on = await endingTenant();
    let pending = 5;
    const calls: string[] = [];
    const tenantKeys: EraseContext['tenantKeys'] = {
      ...on.tenantKeys,
      delete: async (name) => {
        calls.push('delete');
        if (pending < 4) await on.tenantKeys.delete(name);
      },
      purge: async (name) => {
        calls.push('purge');
        pending -= 1;
        if (pending > 0) throw new StoreError('busy', 'the deletion is pending');
        await on.tenantKeys.purge(name);
      },
    };
    on.clock.set(END);
    for (const state of ['present', 'present', 'deleted', 'deleted', 'absent']) {
      await on.tick({ ...on.calm, tenantKeys });
      expect(await on.keyState()).toBe(state);
      expect(await on.partition().gate()).toBeUndefined();
      expect((await clearingOf(on)) === undefined).toBe(state !== 'absent');
    }
    expect(calls.slice(0, 4)).toEqual(['delete', 'purge', 'delete', 'purge']);
    await erased(on);
    expect((await on.stateOf(TENANT))?.phase).toBe('tombstone');
    expect(on.errors()).toEqual([]);
  });

  test('a vault that does not answer is told as trouble, with the run overdue, and taken up again', async () => {
    const on = await endingTenant();
    const fails = () => Promise.reject(new StoreError('unavailable', 'the test says so'));
    on.clock.set(END + 3 * MINUTE);
    const report = await runJob(eraseEndedTenants, {
      ...on.calm,
      tenantKeys: { ...on.tenantKeys, delete: fails },
    });
    expect(report).toMatchObject({ outcome: 'failed', failed: 1, overdue: 1 });
    expect(await on.partition().sweep(0)).toBe(0);
    await on.tick();
    expect(await on.keyState()).toBe('absent');
  });
});

describe('documents and blobs', () => {
  test('are found empty twice, 60 s apart, before the tombstone; what turns up in between starts it afresh', async () => {
    const on = await endingTenant();
    on.clock.set(END);
    await on.tick();
    expect(await clearingOf(on)).toMatchObject({ value: { emptyAt: null, documents: expect.any(Number), blobs: 5 } });
    await on.tick();
    const first = epochMs((await clearingOf(on))?.value.emptyAt ?? '');
    // A worker that looked at the gate before it closed writes its last blob.
    await on.blobs.of(TENANT).create('generations/late/part-000001', new Uint8Array(9));
    on.clock.set(first + 59 * SECOND);
    await runJob(eraseEndedTenants, on.calm);
    expect((await on.stateOf(TENANT))?.phase).toBe('destroying');
    on.clock.set(first + 60 * SECOND + 20);
    await runJob(eraseEndedTenants, on.calm);
    expect((await clearingOf(on))?.value).toMatchObject({ emptyAt: null, blobs: 6 });
    await on.tick();
    const second = epochMs((await clearingOf(on))?.value.emptyAt ?? '');
    expect(second).toBeGreaterThan(first + MINUTE);
    on.clock.set(second + MINUTE - 1);
    await runJob(eraseEndedTenants, on.calm);
    expect((await on.stateOf(TENANT))?.phase).toBe('destroying');
    on.clock.set(second + MINUTE + 20);
    await runJob(eraseEndedTenants, on.calm);
    expect((await on.stateOf(TENANT))?.phase).toBe('tombstone');
  });

  test('the tombstone holds times and counts and nothing else, and nothing ever replaces it', async () => {
    const on = await endingTenant();
    const { dataKeyVersion, claimedBy, provisionedAt, mirror } = (await on.stateOf(TENANT)) ?? {};
    await erased(on);
    const stored = await on.stateItemOf(TENANT);
    expect(stored?.value).toEqual({
      ...{ phase: 'tombstone', dataKeyVersion, claimedBy, provisionedAt, mirror },
      erasure: {
        begunAt: expect.any(String),
        keyGoneAt: expect.any(String),
        erasedAt: expect.any(String),
        documents: expect.any(Number),
        blobs: 5,
      },
    });
    expect(stored?.value.erasure?.documents).toBeGreaterThan(20);
    expect(stored?.dueAt).toBeNull();
    await on.put(TENANT, null);
    await on.mirror();
    await on.clock.advance(DAY);
    await on.tick();
    await on.mirror();
    expect(await on.stateItemOf(TENANT)).toEqual(stored);
    expect(await on.keyState()).toBe('absent');
  });

  test('more than fits a run is removed in several, and the others do not wait for it', async () => {
    const on = await endingTenant();
    on.clock.set(END);
    let swept = 0;
    const partitions: EraseContext['partitions'] = {
      of: (tenantId) => ({
        ...on.partition(tenantId),
        sweep: async (limit) => {
          if (swept > 30) return on.partition(tenantId).sweep(limit);
          swept += 1;
          return limit;
        },
      }),
    };
    await on.tick({ ...on.calm, partitions });
    expect([swept, (await clearingOf(on))?.value.documents]).toEqual([20, 10_000]);
    for (let ticks = 0; ticks < 5; ticks += 1) await on.tick({ ...on.calm, partitions });
    expect((await on.stateOf(TENANT))?.phase).toBe('tombstone');
  });
});

describe('audit events', () => {
  test('that are not archived go to the archive before any document goes; the erasure tells of itself there too', async () => {
    const on = await endingTenant();
    const events = await on.eventIds();
    const archivedBefore = (await on.archived()).events.length;
    expect(archivedBefore).toBeLessThan(events.length);
    let atSweep: readonly string[] = [];
    const before = async (call: string) => {
      if (call === 'partition.sweep' && atSweep.length === 0) {
        atSweep = (await on.archived()).events.map(({ id }) => id);
      }
    };
    await erased(on, on.eraser({ before, after: () => {} }));
    expect(atSweep.slice(0, events.length)).toEqual(events);
    const { events: archived, findings } = await on.archived();
    expect(findings).toEqual([]);
    const { keyGoneAt, erasedAt } = (await on.stateOf(TENANT))?.erasure ?? {};
    expect(archived.slice(events.length).map(({ clear }) => clear)).toEqual([
      expect.objectContaining({ action: 'key-destroyed', targetKind: 'tenant-key', at: keyGoneAt }),
      expect.objectContaining({ action: 'tenant-erased', targetKind: 'tenant', at: erasedAt }),
    ]);
  });

  test("an erased tenant's log is verified like any other, against the archive alone", async () => {
    const on = await endingTenant();
    await erased(on);
    await on.clock.advance(DAY);
    expect(await runJob(verifyLogs, on.calm)).toMatchObject({ outcome: 'done', failed: 0 });
    const check = await (on.tenantState as ControlContainer<LogCheck>).get(TENANT, CHECK_ID);
    const { events } = await on.archived();
    expect(check?.value.last).toMatchObject({ found: 0, events: events.length });
    expect(on.alerts()).toEqual([]);
  });

  test('while the archive does not answer, the key goes and no document goes', async () => {
    const on = await endingTenant();
    const items = (await on.eventIds()).length;
    const create = () => Promise.reject(new StoreError('unavailable', 'the test says so'));
    const archives = { of: (tenantId: string) => ({ ...on.archives.of(tenantId), create }) };
    on.clock.set(END);
    await on.tick({ ...on.calm, archives });
    await on.tick({ ...on.calm, archives });
    expect(await on.keyState()).toBe('absent');
    expect(await on.eventIds()).toHaveLength(items);
    await erased(on);
    expect((await on.stateOf(TENANT))?.phase).toBe('tombstone');
    expect((await on.archived()).findings).toEqual([]);
  });
});

test('a commit that is in flight while its tenant is erased writes nothing, and its caller is told that the contract has ended', async () => {
  const on = await endingTenant();
  const holds = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();
  const watch: CallWatch = {
    before: async (call) => {
      if (call !== 'partition.commit') return;
      held.resolve();
      await holds.promise;
    },
    after: () => {},
  };
  const { handle } = await on.process(watch).handles.open(TENANT);
  const write = handle.commitWithoutEvent('session-last-use', [
    { type: 'create', record: { kind: internalKind('session'), id: 's1', body: { at: 1 } } },
  ]);
  const settled = expect(write).rejects.toMatchObject({ code: 'contract-ended' });
  await held.promise;
  await erased(on);
  holds.resolve();
  await settled;
  expect(await on.partition().sweep(1)).toBe(0);
});

describe('the daily look at tombstoned tenants', () => {
  async function look(on: ErasureService): Promise<void> {
    await on.clock.advance(DAY);
    await on.tick();
    await on.tick();
  }

  test('finds nothing where nothing is, once a day', async () => {
    const on = await endingTenant();
    await erased(on);
    const due = (await clearingOf(on))?.dueAt ?? 0;
    expect(due - on.clock.now()).toBeGreaterThan(DAY - 5 * MINUTE);
    await look(on);
    expect((await clearingOf(on))?.dueAt).toBeGreaterThan(due + DAY - MINUTE);
    expect(on.alerts()).toEqual([]);
  });

  test('that another instance of the log keeping gets in the way of is repeated, and alarms nobody', async () => {
    const on = await endingTenant();
    await erased(on);
    const busy = {
      of: (id: string) => ({ ...on.archives.of(id), read: () => Promise.reject(new StoreError('stale', '')) }),
    };
    await on.clock.advance(DAY);
    await on.tick({ ...on.calm, archives: busy });
    expect((await clearingOf(on))?.dueAt).toBeLessThanOrEqual(on.clock.now() + SECOND);
    expect([on.alerts(), on.errors()]).toEqual([[], []]);
  });

  test.each<[string, (on: ErasureService) => Promise<unknown>]>([
    ['a key', (on) => on.tenantKeys.set(SECRET, 'x')],
    ['a deleted key', (on) => on.tenantKeys.set(SECRET, 'x').then(() => on.tenantKeys.delete(SECRET))],
    ['a gate', (on) => on.partition().openGate({ name: 'gate:1', content: {} })],
    ['a blob', (on) => on.blobs.of(TENANT).create('generations/x/manifest', new Uint8Array(1))],
    [
      'what a job wrote about it',
      (on) => on.tenantState.create({ partition: TENANT, id: 'backups', value: {}, dueAt: null }),
    ],
    [
      'a request',
      (on) => on.context.control.requests.create({ partition: TENANT, id: 'restore', value: {}, dueAt: null }),
    ],
  ])('removes %s that is left, and raises an alert', async (_, leave) => {
    const on = await endingTenant();
    await erased(on);
    await leave(on);
    await look(on);
    expect(on.alerts()).toEqual(['erased-tenant-leftovers']);
    expect([await on.keyState(), await on.partition().gate()]).toEqual(['absent', undefined]);
    expect(await on.blobNames(TENANT)).toEqual([]);
    const items = await on.tenantState.ofPartition(TENANT);
    expect(items.map(({ id }) => id)).toEqual([CLEARING_ID, 'log-check', 'logs', 'state']);
    expect(await on.context.control.requests.ofPartition(TENANT)).toEqual([]);
    await look(on);
    expect(on.alerts()).toHaveLength(1);
    expect(await on.keyState(NEIGHBOUR)).toBe('present');
  });
});
