import {
  continues,
  type Digest,
  digestAfter,
  entryBytes,
  entryHash,
  entryName,
  farFromCommit,
  type LogMark,
  markOf,
  readEntry,
} from '../domain/audit/digest.ts';
import { EVENT_KIND } from '../domain/audit/events.ts';
import { LOGS_ID, type LogState, newLog } from '../domain/audit/log-state.ts';
import { compareEvents } from '../domain/audit/verification.ts';
import { type EpochMs, epochMs, instant, MINUTE } from '../model/instant.ts';
import type { ControlContainer, StoredControlItem } from '../ports/control-store.ts';
import type { LogArchive, LogArchives } from '../ports/log-archive.ts';
import { isStoreError, StoreError } from '../ports/store-error.ts';
import { eventsIn, eventsOf, type LogPartition, storeTime } from './committed-events.ts';
import type { JobPorts } from './job.ts';

export interface ArchiveEventsPorts extends JobPorts {
  readonly partitions: { of(tenantId: string): LogPartition };
  readonly archives: LogArchives;
}

export type StoredLog = StoredControlItem<LogState>;

/** How far archiving got: the state as it stands now, and whether every event that may be archived is. */
export interface Archived {
  readonly log: StoredLog;
  readonly complete: boolean;
}

/** Commits become visible a little out of order; what is older than this is settled. Source: the product's design. */
const SETTLED_AFTER = 5 * MINUTE;
/** As far as an event's own time may be from its commit time. */
const CLOCKS_APART = 10 * MINUTE;
/** Digests of one tenant in one run: 100,000 events, then the others' turn comes. */
const DIGESTS_PER_RUN = 20;

/** The tenant's log as it is kept so far, created when there is none. */
export async function openLog({ clock, control }: JobPorts, tenantId: string): Promise<StoredLog> {
  const logs = control.tenantState as ControlContainer<LogState>;
  const now = clock.now();
  const item = { partition: tenantId, id: LOGS_ID, value: newLog(instant(now)), dueAt: now };
  return (await logs.get(tenantId, LOGS_ID)) ?? (await logs.create(item));
}

/**
 * Archives the rest of a tenant's events, whose gate must be deleted: then no event can follow, and not even the newest ones
 * wait. True when all events are in the archive: only then may they be removed with the partition. False, or StoreError
 * `stale` or `conflict` when another instance works on the same log: call it again.
 */
export async function archiveRest(ports: ArchiveEventsPorts, tenantId: string): Promise<boolean> {
  if ((await ports.partitions.of(tenantId).gate()) !== undefined) throw new RangeError(`${tenantId} has a gate`);
  return (await archiveEvents(ports, await openLog(ports, tenantId))).complete;
}

/**
 * Writes what a tenant's log does not hold yet into the archive, as digests. Killed after an entry was written, the next call
 * finds it and adopts it; two at once meet at the entry's name, which only one can create, and at the state's etag. Throws
 * StoreError `stale` when another instance has moved the state: it does the work.
 */
export async function archiveEvents(ports: ArchiveEventsPorts, log: StoredLog): Promise<Archived> {
  let current = log;
  for (let digests = 0; digests < DIGESTS_PER_RUN; digests += 1) {
    const head = await nextMark(ports, current);
    if (head === undefined) return { log: current, complete: true };
    const { partition, id, value, dueAt } = current;
    const logs = ports.control.tenantState as ControlContainer<LogState>;
    current = await logs.replace({ partition, id, value: { ...value, head }, dueAt }, current.etag);
  }
  return { log: current, complete: false };
}

/** Writes or adopts one digest. Undefined when there is nothing to archive yet. */
async function nextMark(ports: ArchiveEventsPorts, log: StoredLog): Promise<LogMark | undefined> {
  const { partition: tenantId, value } = log;
  const { head } = value;
  const partition = ports.partitions.of(tenantId);
  const archive = ports.archives.of(tenantId);
  let number = head.number + 1;
  for (; ; number += 1) {
    const bytes = await archive.read(entryName(number));
    if (bytes === undefined) break;
    const adopted = await adopt(ports, log, number, bytes);
    if (adopted !== undefined) return adopted;
  }
  const from = epochMs(head.until);
  if ((await partition.committed({ kind: EVENT_KIND, from, limit: 1 })).length === 0) return undefined;
  const now = await storeTime(partition);
  if (now !== undefined) tellClocks(ports, tenantId, now);
  const { events, to } = await eventsOf(partition, from, now === undefined ? undefined : now - SETTLED_AFTER);
  if (events.length === 0) return undefined;
  const digest = digestAfter(tenantId, head, number, events, to);
  tellFar(ports, digest);
  return create(ports, log, archive, digest);
}

/** Creates the digest's entry. When the name is taken meanwhile, another instance was quicker: StoreError `stale`. */
async function create(
  { telemetry }: ArchiveEventsPorts,
  log: StoredLog,
  archive: LogArchive,
  digest: Digest,
): Promise<LogMark> {
  const bytes = entryBytes(digest);
  try {
    await archive.create(entryName(digest.number), bytes);
  } catch (error) {
    if (!isStoreError(error, 'conflict')) throw error;
    throw new StoreError('stale', `${log.partition}: another instance wrote digest ${digest.number}`, { cause: error });
  }
  telemetry.event('log-digest-written', {
    tenant: log.partition,
    digest: digest.number,
    events: digest.events.length,
  });
  return markOf(digest, entryHash(bytes));
}

/**
 * Takes an entry that stands where the next one belongs: a run that was killed wrote it. It is held against the partition's
 * events in its own bounds; what differs is told, and verification names the place from then on. Undefined for an entry that
 * does not continue the log: nobody of ours wrote it; it is told and stepped over, as it can be neither changed nor removed.
 */
async function adopt(
  ports: ArchiveEventsPorts,
  log: StoredLog,
  number: number,
  bytes: Uint8Array,
): Promise<LogMark | undefined> {
  const { partition: tenantId, value } = log;
  const partition = ports.partitions.of(tenantId);
  const digest = readEntry(bytes);
  const now = await storeTime(partition);
  const ours =
    digest?.number === number &&
    continues(digest, tenantId, value.head) &&
    epochMs(digest.to) <= (now ?? Number.POSITIVE_INFINITY);
  // Without a gate the partition may have been emptied, and what an erasure tells of itself never stood there.
  const gone = now === undefined ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  const differing = ours ? compareEvents(digest, await eventsIn(partition, digest), gone) : [];
  if (!ours || differing.length > 0) {
    // Another instance may have gone on since the state was read, and the partition may have been emptied after that.
    await requireUnmoved(ports, log);
    const properties = { tenant: tenantId, entry: entryName(number) };
    if (!ours) ports.telemetry.alert('log-archive-stray', properties);
    else ports.telemetry.alert('log-digest-mismatch', { ...properties, events: differing.length });
  }
  return ours ? markOf(digest, entryHash(bytes)) : undefined;
}

async function requireUnmoved({ control }: JobPorts, log: StoredLog): Promise<void> {
  const now = await control.tenantState.get(log.partition, LOGS_ID);
  if (now?.etag !== log.etag) throw new StoreError('stale', `${log.partition}: another instance moved the log`);
}

/** Told before the entry is written: twice rather than never. */
function tellFar({ telemetry }: ArchiveEventsPorts, digest: Digest): void {
  const far = farFromCommit(digest.events);
  const first = far[0];
  if (first === undefined) return;
  telemetry.alert('event-far-from-commit', {
    tenant: digest.tenant,
    entry: entryName(digest.number),
    events: far.length,
    first: first.id,
  });
}

/** A store whose time stays ahead, because its clock once was, settles nothing until the host's clock has caught up. */
function tellClocks({ clock, telemetry }: ArchiveEventsPorts, tenant: string, storeNow: EpochMs): void {
  const apart = Math.abs(storeNow - clock.now());
  if (apart > CLOCKS_APART) {
    telemetry.alert('store-clock-apart', { tenant, minutes: Math.round(apart / MINUTE) });
  }
}
