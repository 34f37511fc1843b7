import { expect } from 'vitest';
import { entryHash, readEntry } from '../../src/domain/audit/digest.ts';
import { EVENT_KIND } from '../../src/domain/audit/events.ts';
import { verifyExport } from '../../src/domain/audit/export-verification.ts';
import { CHECK_ID, LOGS_ID, type LogCheck, type LogState } from '../../src/domain/audit/log-state.ts';
import { CLEARING_ID } from '../../src/domain/contracts/clearing.ts';
import { accessEnded } from '../../src/domain/contracts/contract.ts';
import { DAY, epochMs, HOUR } from '../../src/model/instant.ts';
import type { ControlContainer } from '../../src/ports/control-store.ts';
import type { StoredItem } from '../../src/ports/partition-store.ts';
import { faults } from './backup-fixture.ts';
import { LASTING, RETENTION_DAYS, type World } from './year-world.ts';

const RETENTION = RETENTION_DAYS * DAY;
const KEPT = 7;
const PAGE = 500;

/** What was seen of one tenant, beside what the stores say now. */
class Seen {
  /** Every nightly generation that ever was good, in order. */
  readonly good: string[] = [];
  /** Every event that ever stood in the partition: when it was committed. */
  readonly events = new Map<string, number>();
  /** Every entry that ever stood in the archive: when it was written. */
  readonly entries = new Map<string, number>();
  readonly verified = new Set<string>();
  gone = false;
}

/** Watches what the service promises, and remembers what an honest observer has seen. */
export function promises(on: World) {
  const { clock, calm } = on;
  const tenants = new Map<string, Seen>();
  const counted = { generations: 0, expiredEntries: 0, expiredEvents: 0, erased: 0, verified: 0 };
  const of = (tenantId: string): Seen => {
    const seen = tenants.get(tenantId) ?? new Seen();
    tenants.set(tenantId, seen);
    return seen;
  };

  async function events(tenantId: string, from: number): Promise<readonly StoredItem[]> {
    const found: StoredItem[] = [];
    for (let after: StoredItem | undefined; ; after = found.at(-1)) {
      const query = { kind: EVENT_KIND, from, limit: PAGE, ...(after && { after }) };
      const page = await on.context.partitions.of(tenantId).committed(query);
      found.push(...page);
      if (page.length < PAGE) return found;
    }
  }

  /** To be called whenever events may have been committed, so that none can come and go unseen. */
  async function noteEvents(): Promise<void> {
    for (const tenantId of on.ids) {
      const { events: known } = of(tenantId);
      for (const { id, committedAt } of await events(tenantId, clock.now() - 2 * DAY)) known.set(id, committedAt);
    }
  }

  async function backups(tenantId: string, seen: Seen): Promise<void> {
    const daily = (await on.generations(tenantId)).filter(({ purpose, good }) => purpose === 'daily' && good !== null);
    for (const { id } of daily) if (!seen.good.includes(id)) seen.good.push(id);
    const newest = seen.good.slice(-KEPT);
    const kept = daily.filter(({ id, pinnedBy }) => newest.includes(id) || pinnedBy === null).map(({ id }) => id);
    expect(kept, `${tenantId}: the seven newest good generations`).toEqual(newest);
    const contract = await on.contractOf(tenantId);
    const livesSince = Math.max(contract?.committedAt ?? 0, on.calmSince() ?? Number.POSITIVE_INFINITY);
    if (clock.now() - livesSince < 2 * DAY) return;
    const age = clock.now() - epochMs(daily.at(-1)?.startedAt ?? '1970-01-01T00:00:00.000Z');
    expect(age, `${tenantId}: a generation of last night`).toBeLessThan(25 * HOUR);
  }

  async function archive(tenantId: string, seen: Seen): Promise<void> {
    const standing = new Map<string, number>();
    for await (const { name, writtenAt } of calm.archives.of(tenantId).list()) standing.set(name, writtenAt);
    for (const [name, writtenAt] of seen.entries) {
      if (standing.has(name)) continue;
      expect(clock.now() - writtenAt, `${tenantId}: age of the archive entry ${name}`).toBeGreaterThanOrEqual(
        RETENTION,
      );
      seen.entries.delete(name);
      counted.expiredEntries += 1;
    }
    for (const [name, writtenAt] of standing) seen.entries.set(name, writtenAt);
  }

  async function verification(tenantId: string, seen: Seen): Promise<void> {
    const check = await (on.tenantState as ControlContainer<LogCheck>).get(tenantId, CHECK_ID);
    const last = check?.value.last;
    if (last === undefined || last === null || seen.verified.has(last.finishedAt)) return;
    expect(last.findings, `${tenantId}: findings of the verification`).toEqual([]);
    seen.verified.add(last.finishedAt);
    counted.verified += 1;
  }

  /** Destroyed no sooner than it may be, and nothing left when it must be over. */
  async function end(tenantId: string, seen: Seen): Promise<void> {
    const contract = await on.contractOf(tenantId);
    const state = await on.stateOf(tenantId);
    const endsAt = contract?.value.endsAt;
    const now = clock.now();
    const ended = accessEnded(contract?.value, now);
    const changedAt = contract?.committedAt ?? 0;
    if (state?.phase === 'destroying' || state?.phase === 'tombstone') {
      expect(ended, `${tenantId}: destroyed though it has not ended`).toBe(true);
      expect(now - changedAt, `${tenantId}: destroyed a day after its end was written`).toBeGreaterThanOrEqual(DAY);
    } else if (state?.phase === 'provisioned') {
      expect(await on.keyState(tenantId), `${tenantId}: the key of a tenant that lives`).toBe('present');
    }
    const calmSince = on.calmSince();
    if (endsAt && calmSince !== undefined && now - Math.max(epochMs(endsAt), changedAt, calmSince) > 3 * DAY) {
      expect(state?.phase ?? 'tombstone', `${tenantId}: erased within days of its end`).toBe('tombstone');
    }
    if (state?.phase !== 'tombstone') return;
    if (!seen.gone) counted.erased += 1;
    seen.gone = true;
    await nothingLeft(tenantId);
  }

  async function nothingLeft(tenantId: string): Promise<void> {
    const partition = on.partition(tenantId);
    const left = {
      gate: await partition.gate(),
      documents: await partition.sweep(1),
      blobs: await on.blobNames(tenantId),
      key: await on.keyState(tenantId),
      requests: await on.context.control.requests.ofPartition(tenantId),
      items: (await on.tenantState.ofPartition(tenantId)).map(({ id }) => id),
    };
    const items = [CLEARING_ID, CHECK_ID, LOGS_ID, 'state'];
    const nothing = { gate: undefined, documents: 0, blobs: [], key: 'absent', requests: [], items };
    expect(left, `${tenantId}: what is left of it`).toEqual(nothing);
  }

  /** The whole log of a tenant, held against every event that was ever seen, and against its head and root. */
  async function wholeLog(tenantId: string, seen: Seen): Promise<void> {
    const stored = await (on.tenantState as ControlContainer<LogState>).get(tenantId, LOGS_ID);
    if (stored === undefined) return;
    const lines: Uint8Array[] = [];
    for (const name of seen.entries.keys()) {
      const bytes = await calm.archives.of(tenantId).read(name);
      if (bytes !== undefined) lines.push(bytes);
    }
    const { head, root } = stored.value;
    const { findings } = await verifyExport(lines, { last: head, root });
    if (lines.length > 0) expect(findings, `${tenantId}: findings of an export`).toEqual([]);
    if (lines.length > 0) expect(entryHash(lines.at(-1) ?? new Uint8Array())).toBe(head.hash);
    const archived = lines.flatMap((line) => readEntry(line)?.events.map(({ id }) => id) ?? []);
    expect(new Set(archived).size, `${tenantId}: each event is in one digest`).toBe(archived.length);
    const inPartition = (await events(tenantId, 0)).map(({ id }) => id);
    const phase = (await on.stateOf(tenantId))?.phase;
    const erasing = phase === 'destroying' || phase === 'tombstone';
    const standing = new Set(erasing ? [...archived, ...inPartition] : inPartition);
    const lost: string[] = [];
    for (const [id, committedAt] of seen.events) {
      if (standing.has(id)) continue;
      if (clock.now() - committedAt < RETENTION) lost.push(id);
      else counted.expiredEvents += 1;
      seen.events.delete(id);
    }
    expect(lost, `${tenantId}: events younger than ${RETENTION_DAYS} days that are gone`).toEqual([]);
  }

  return {
    counted,
    noteEvents,
    /** After each round of the jobs. */
    async afterRound(): Promise<void> {
      await noteEvents();
      for (const tenantId of on.ids) await end(tenantId, of(tenantId));
      for (const tenantId of on.ids) await nightsOf(tenantId);
    },
    /** At the end of each day. */
    async afterDay(): Promise<void> {
      for (const [tenantId, seen] of tenants) {
        await archive(tenantId, seen);
        await verification(tenantId, seen);
      }
    },
    /** Now and then, and at the end: what takes long. */
    async thorough(): Promise<void> {
      for (const [tenantId, seen] of tenants) {
        await wholeLog(tenantId, seen);
        const calmSince = on.calmSince();
        const whole = calmSince !== undefined && clock.now() - calmSince > DAY && (await on.open(tenantId));
        if (whole) expect(await faults(on, tenantId), `${tenantId}: its generations read back whole`).toEqual([]);
      }
    },
    /** When the oldest entry of any tenant's archive was written. */
    oldestEntry: () => Math.min(...[...tenants.values()].flatMap(({ entries }) => [...entries.values()])),
    /** Nightly generations of the tenant that lives all the time. */
    lastingNights: () => of(LASTING).good.length,
  };

  async function nightsOf(tenantId: string): Promise<void> {
    if (!(await on.open(tenantId))) return;
    const seen = of(tenantId);
    const before = seen.good.length;
    await backups(tenantId, seen);
    counted.generations += seen.good.length - before;
  }
}
