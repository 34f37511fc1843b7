import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { CHECK_ID, LOGS_ID, NEVER_CHECKED, newLog } from '../../src/domain/audit/log-state.ts';
import { backupsItem, noBackups } from '../../src/domain/backups/generation-list.ts';
import { CONTRACT_ID } from '../../src/domain/contracts/contract.ts';
import { createContract } from '../../src/domain/contracts/contract-changes.ts';
import { claimed, provisioned, stateItem } from '../../src/domain/contracts/tenant-state.ts';
import { runJob } from '../../src/jobs/job.ts';
import { JOBS, type JobContext } from '../../src/jobs/job-table.ts';
import { HOUR, instant, MINUTE } from '../../src/model/instant.ts';
import type { ControlReader } from '../../src/ports/control-store.ts';
import { ON_COSMOS } from '../support/stores.ts';
import { type Service, service } from './service-fixture.ts';

/** On Cosmos DB's double fewer, because each of them is some HTTP requests to make. */
const MANY = ON_COSMOS ? 400 : 40_000;
const FEW = 4;
/** Reads of several items: what they cost on Azure grows with what they look at. */
const LISTS = new Set<PropertyKey>(['ofPartition', 'page', 'changedSince', 'due']);

/** A service whose tenants all live, with nothing due for any of them in the next half hour. */
async function quietService(tenants: number): Promise<Service> {
  // In memory where the system has such a place: what is counted here is reads, not what a disk keeps.
  const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'leyserkids-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const on = await service(folder);
  const { clock, contracts, tenantState } = on;
  for (let nth = 0; nth < tenants; nth += 1) {
    // Contracts come one after another: those of the last minutes are read again by every tick.
    clock.set(clock.now() + 2 * MINUTE);
    const now = clock.now();
    const tenantId = `t-${String(nth).padStart(5, '0')}`;
    const terms = { tenantId, name: 'さくら福祉会', startsOn: '2026-04-01', endsOn: null };
    await contracts.create({ partition: tenantId, id: CONTRACT_ID, value: createContract(terms, now), dueAt: null });
    await tenantState.create(stateItem(tenantId, provisioned(claimed('test', null), 'v1', now)));
  }
  const later = clock.now() + 2 * HOUR;
  for (const { partition } of await contracts.page({ limit: tenants })) {
    await tenantState.create(backupsItem(partition, noBackups(clock.now()), later));
    await tenantState.create({ partition, id: LOGS_ID, value: newLog(instant(clock.now())), dueAt: later });
    await tenantState.create({ partition, id: CHECK_ID, value: NEVER_CHECKED, dueAt: later });
  }
  return on;
}

/** The context, with every list of the control store counted, and how many items it gave. */
function countedLists(on: Service) {
  const counted = { lists: 0, items: 0 };
  const count = <Store extends ControlReader>(store: Store): Store =>
    new Proxy(store, {
      get(target, property, receiver) {
        const method: unknown = Reflect.get(target, property, receiver);
        if (typeof method !== 'function' || !LISTS.has(property)) return method;
        return async (...args: unknown[]) => {
          const items: readonly unknown[] = await method.apply(target, args);
          counted.lists += 1;
          counted.items += items.length;
          return items;
        };
      },
    });
  const { contracts, requests, tenantState, now } = on.context.control;
  const key = { version: 'v1', value: '', createdAt: 0 };
  const context: JobContext = {
    ...on.context,
    control: { contracts: count(contracts), requests: count(requests), tenantState: count(tenantState), now },
    tenantKeys: { ...on.tenantKeys, get: async () => ({ ...key }) },
  };
  return { counted, context };
}

/** What each job's next tick reads, once the hourly looks at everybody have been. */
async function idleTick(tenants: number): Promise<Readonly<Record<string, object>>> {
  const on = await quietService(tenants);
  const { counted, context } = countedLists(on);
  for (const job of JOBS) expect((await runJob(job, context)).outcome).toBe('done');
  const looked = { ...counted };
  expect(looked.items).toBeGreaterThan(3 * tenants);
  await on.clock.advance(10 * MINUTE);
  const told: Record<string, object> = {};
  for (const job of JOBS) {
    Object.assign(counted, { lists: 0, items: 0 });
    expect(await runJob(job, context)).toMatchObject({ outcome: 'done', failed: 0 });
    told[job.name] = { ...counted };
  }
  expect(on.errors()).toEqual([]);
  return told;
}

test(`a tick over ${MANY} tenants of which nothing is due reads one page for each kind of work, as over ${FEW}`, async () => {
  const many = await idleTick(MANY);
  expect(many).toEqual({
    // The contracts of the five minutes before the latest one.
    'provision-tenants': { lists: 1, items: 3 },
    // Ends that are due, and tenants to be cleared.
    'erase-ended-tenants': { lists: 2, items: 0 },
    'keep-keys': { lists: 0, items: 0 },
    // Restores under way, and requests.
    'serve-requests': { lists: 2, items: 0 },
    'finish-deletions': { lists: 1, items: 0 },
    'run-backups': { lists: 1, items: 0 },
    'keep-logs': { lists: 1, items: 0 },
    'verify-logs': { lists: 1, items: 0 },
    'watch-clock': { lists: 0, items: 0 },
  });
  expect(await idleTick(FEW)).toEqual(many);
});
