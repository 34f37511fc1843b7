import { join } from 'node:path';
import { openArchiveFiles } from '../../src/adapters/local-files/archive-files.ts';
import { addDays, civilDay } from '../../src/domain/calendar.ts';
import { CHILDREN } from '../../src/domain/collections/children.ts';
import { deletionRequest } from '../../src/domain/collections/deletion-request.ts';
import { stubOf, uniqueChanges } from '../../src/domain/collections/record-writes.ts';
import { accessEnded, CONTRACT_ID, type Contract } from '../../src/domain/contracts/contract.ts';
import { createContract, endContract, extendContract } from '../../src/domain/contracts/contract-changes.ts';
import { newId } from '../../src/domain/ids.ts';
import type { JOBS, JobContext } from '../../src/jobs/job-table.ts';
import { HOUR, instant } from '../../src/model/instant.ts';
import { anEvent } from '../domain/event.ts';
import { goodIds, writer } from './backup-fixture.ts';
import { erasureService } from './erasure-fixture.ts';
import { Outages, oneByOne, STORES, type StoreName, watchedJobs } from './outages.ts';
import { askFor } from './restore-fixture.ts';

/** The shortest that may be set. Source: row 2.13 of the promises. */
export const RETENTION_DAYS = 184;

/** The tenant whose contract never ends; only it asks for restores. */
export const LASTING = 'sakura';
const MOST_TENANTS = 5;

/** What really happened, so that a year in which nothing happened cannot pass. */
export function nothingHappened() {
  return {
    ...{ tenants: 0, writes: 0, deletions: 0, restores: 0, outages: 0, outageDays: 0 },
    ...{ endedWithNotice: 0, endedNow: 0, extendedBefore: 0, extendedAfterAccessEnded: 0 },
  };
}

/** The whole service over the stores, its tenants, its operators and its bad luck, all of it from one source of chance. */
export async function world(random: () => number, luckOfCalls: () => number) {
  const on = await erasureService();
  const { clock, contracts, folder } = on;
  const archives = openArchiveFiles(join(folder, 'log-archive'), {
    keepDays: RETENTION_DAYS,
    storeTime: () => clock.now(),
  });
  const calm: JobContext = { ...on.calm, archives, retentionDays: RETENTION_DAYS };
  const outages = new Outages(luckOfCalls);
  const jobs = watchedJobs(on, calm, outages);
  const happened = nothingHappened();
  /** Where each tenant's records are. */
  const garden = new Map<string, { readonly facility: string; readonly child: string }>();
  /** Whose end is to be moved back again, and on which day of the year. */
  const changesOfMind = new Map<string, number>();
  const ids: string[] = [];
  let outageEnds = 0;

  const between = (least: number, most: number) => least + Math.floor(random() * (most - least + 1));
  const inDays = (days: number) => addDays(civilDay(clock.now()), days);
  const contractOf = (tenantId: string) => contracts.get(tenantId, CONTRACT_ID);

  async function change(tenantId: string, to: (contract: Contract) => Contract): Promise<void> {
    const stored = await contractOf(tenantId);
    if (stored !== undefined) await contracts.replace({ ...stored, value: to(stored.value) }, stored.etag);
  }

  async function begin(tenantId: string, endsOn: string | null): Promise<void> {
    const terms = { tenantId, name: 'さくら福祉会', startsOn: '2026-04-01', endsOn };
    const value = createContract(terms, clock.now());
    await contracts.create({ partition: tenantId, id: CONTRACT_ID, value, dueAt: null });
    ids.push(tenantId);
    happened.tenants += 1;
  }

  /** Whether people of the tenant can work now. */
  async function open(tenantId: string): Promise<boolean> {
    if (accessEnded((await contractOf(tenantId))?.value, clock.now())) return false;
    const gate = await on.partition(tenantId).gate();
    return gate !== undefined && !gate.name.startsWith('gate:restore-');
  }

  async function work(tenantId: string): Promise<void> {
    const write = writer(on, tenantId);
    let at = garden.get(tenantId);
    if (at === undefined) {
      const facility = await write.facility('さくら保育園');
      at = { facility, child: await write.child(facility, { givenName: '花子', number: '1' }) };
      garden.set(tenantId, at);
    }
    await write.child(at.facility, { givenName: `花子${between(0, 999)}`, number: '1' }, at.child);
    happened.writes += 1;
    if (random() >= 0.05) return;
    const leaver = await write.child(at.facility, { givenName: '太郎' });
    await write.version(leaver, '前の内容');
    await remove(tenantId, leaver);
  }

  /** As the API deletes a child: a request, then a stub; what hangs on it is left to the job. */
  async function remove(tenantId: string, id: string): Promise<void> {
    const tenant = await on.tenant(tenantId);
    const item = await tenant.get(CHILDREN.kind, id, 'card');
    if (item === undefined) throw new Error(`no child ${id}`);
    const card = await tenant.card(CHILDREN.kind, item);
    const former = { facility: item.index.facility ?? '', card };
    const told = anEvent({ id: newId(clock.now()), at: instant(clock.now()), action: 'record-deleted' });
    await on.context.control.requests.create(deletionRequest(tenantId, 'child', id, told));
    const stub = { type: 'replace', record: stubOf(item), etag: item.etag } as const;
    await tenant.commit([stub, ...uniqueChanges(tenant, CHILDREN, id, former, undefined)], [told]);
    happened.deletions += 1;
  }

  async function restore(): Promise<void> {
    const good = await goodIds(on, LASTING);
    const busy = await on.context.control.requests.ofPartition(LASTING);
    const generation = good[between(0, good.length - 1)];
    if (generation === undefined || busy.length > 0 || !(await open(LASTING))) return;
    await askFor(on, generation);
    happened.restores += 1;
  }

  /** Ends somebody's contract, or moves an end back. */
  async function operate(day: number): Promise<void> {
    for (const [tenantId, when] of changesOfMind) if (when === day) await extend(tenantId);
    const living = [];
    for (const id of ids) if (!accessEnded((await contractOf(id))?.value, clock.now())) living.push(id);
    const luck = random();
    if (living.length < MOST_TENANTS && luck < 0.06) {
      await begin(`garden-${ids.length}`, random() < 0.3 ? inDays(between(20, 90)) : null);
    } else if (living.length > 2 && luck > 0.965) {
      const tenantId = living[between(1, living.length - 1)] ?? '';
      if ((await contractOf(tenantId))?.value.endsAt === null) await end(tenantId, day);
    }
  }

  async function end(tenantId: string, day: number): Promise<void> {
    const now = clock.now();
    const notice = random() < 0.5 ? 0 : between(2, 30);
    await change(tenantId, (contract) => endContract(contract, notice === 0 ? 'now' : { on: inDays(notice) }, now));
    if (notice === 0) happened.endedNow += 1;
    else happened.endedWithNotice += 1;
    if (random() < 0.4) changesOfMind.set(tenantId, day + (notice === 0 ? 1 : between(1, notice - 1)));
  }

  /** As the operator's tool does it: not once the destruction has begun for good. */
  async function extend(tenantId: string): Promise<void> {
    const phase = (await on.stateOf(tenantId))?.phase;
    const now = clock.now();
    if (phase === 'destroying' || phase === 'tombstone') return;
    const ended = accessEnded((await contractOf(tenantId))?.value, now);
    await change(tenantId, (contract) => extendContract(contract, random() < 0.5 ? null : inDays(90), now));
    if (ended) happened.extendedAfterAccessEnded += 1;
    else happened.extendedBefore += 1;
  }

  /** Now and then some stores fail, wholly or in part, for up to two days. */
  function misfortune(last: boolean): void {
    if (clock.now() >= outageEnds) {
      if (last || random() >= 0.06) return;
      const down = (Object.keys(STORES) as StoreName[]).filter(() => random() < 0.4);
      if (down.length === 0) return;
      outages.begin(down, random() < 0.5 ? 1 : 0.1);
      outageEnds = clock.now() + between(12, 48) * HOUR;
      happened.outages += 1;
    }
    happened.outageDays += 1;
  }

  return {
    ...on,
    ...{ calm, archives, happened, outages, ids, begin, contractOf, open },
    /** Since when no store has failed; undefined during an outage. */
    calmSince: () => (clock.now() < outageEnds ? undefined : outageEnds),
    /** What people, operators and luck do on a day of the year. */
    async live(day: number, last: boolean): Promise<void> {
      misfortune(last);
      await operate(day);
      for (const tenantId of ids) if (await open(tenantId)) await work(tenantId);
      if (day % 40 === 25) await restore();
    },
    /** Each of these jobs once, with the stores as they are at this moment. */
    async round(round: typeof JOBS): Promise<void> {
      if (clock.now() >= outageEnds) outages.begin([], 0);
      await oneByOne(round, jobs, clock);
    },
  };
}

export type World = Awaited<ReturnType<typeof world>>;
