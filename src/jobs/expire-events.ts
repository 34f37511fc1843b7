import {
  continues,
  type Digest,
  entryHash,
  entryName,
  entryNumber,
  type LogMark,
  markOf,
  readEntry,
} from '../domain/audit/digest.ts';
import type { LogState } from '../domain/audit/log-state.ts';
import { expiredBefore, lookDue, retentionNow } from '../domain/audit/retention.ts';
import { isArchived } from '../domain/audit/verification.ts';
import { versionsOf } from '../domain/tenant-handles.ts';
import { tenantSecretName } from '../domain/tenant-keys.ts';
import { type EpochMs, epochMs, instant } from '../model/instant.ts';
import type { ControlContainer } from '../ports/control-store.ts';
import type { LogArchive } from '../ports/log-archive.ts';
import type { Operation } from '../ports/partition-store.ts';
import type { SecretReader } from '../ports/secret-store.ts';
import type { ArchiveEventsPorts, StoredLog } from './archive-events.ts';
import { eventsIn } from './committed-events.ts';
import { tellTenant } from './tell-tenant.ts';

export interface ExpireEventsPorts extends ArchiveEventsPorts {
  readonly tenantKeys: SecretReader;
  /** For how many days events and their archive are kept; 184 at least. */
  readonly retentionDays: number;
}

/** How far a look got: the state as it stands now, and whether nothing that has expired is left. */
export interface Expired {
  readonly log: StoredLog;
  readonly complete: boolean;
}

/** Entries removed in one run: some four days of hourly ones. */
const ENTRIES_PER_RUN = 100;
/** Events removed in one commit; well below what a commit takes. */
const PORTION = 90;

/**
 * Once a day, removes what is older than the retention: the events of a digest from the partition, exactly as far as its entry
 * holds them, then the digest from the log's root, then the entry. What the chain does not lead to stays, events and entries:
 * verification names them. Killed between any two steps, the next look goes on; what it removes again must vanish anyway.
 * Throws StoreError `stale` when another instance has moved the state.
 */
export async function expireEvents(ports: ExpireEventsPorts, log: StoredLog, run: string): Promise<Expired> {
  const { clock, archives, retentionDays } = ports;
  if (!lookDue(log.value, clock.now())) return { log, complete: true };
  const archive = archives.of(log.partition);
  const now = retentionNow(log.value, log.committedAt, clock.now());
  const before = expiredBefore(now, retentionDays);
  let current = log;
  let removed = 0;
  for await (const { name, writtenAt } of archive.list()) {
    const number = entryNumber(name);
    if (writtenAt >= before || number === undefined || number > current.value.head.number) continue;
    if (removed >= ENTRIES_PER_RUN) return { log: current, complete: false };
    const { root } = current.value;
    if (number > root.number) {
      const bytes = await archive.read(name);
      const digest = bytes && readEntry(bytes);
      if (bytes === undefined || digest?.number !== number || !continues(digest, log.partition, root)) continue;
      if (epochMs(digest.to) > before || !(await vouched(archive, current, markOf(digest, entryHash(bytes))))) break;
      await clearEvents(ports, current, digest, run);
      current = await write(ports, current, { ...current.value, root: markOf(digest, entryHash(bytes)) });
    }
    await archive.removeExpired(name);
    removed += 1;
  }
  if (removed > 0) ports.telemetry.event('logs-expired', { tenant: log.partition, digests: removed, run });
  const retention = { lookedAt: instant(clock.now()), reached: instant(now) };
  return { log: await write(ports, current, { ...current.value, retention }), complete: true };
}

/** Whether the digest after it, or the head, says that the entry is what was written: one that was altered stays as evidence. */
async function vouched(archive: LogArchive, { value: { head } }: StoredLog, mark: LogMark): Promise<boolean> {
  if (mark.number === head.number) return mark.hash === head.hash;
  for (let number = mark.number + 1; number <= head.number; number += 1) {
    const bytes = await archive.read(entryName(number));
    const next = bytes && readEntry(bytes);
    if (next?.follows === mark.number) return next.previous === mark.hash;
  }
  return false;
}

async function write(ports: ExpireEventsPorts, log: StoredLog, value: LogState): Promise<StoredLog> {
  const logs = ports.control.tenantState as ControlContainer<LogState>;
  return logs.replace({ partition: log.partition, id: log.id, value, dueAt: log.dueAt }, log.etag);
}

/** Removes from the partition exactly what the archived digest holds. Without a gate the erasure of the tenant removes it. */
async function clearEvents(ports: ExpireEventsPorts, log: StoredLog, digest: Digest, run: string): Promise<void> {
  const partition = ports.partitions.of(log.partition);
  const gate = await partition.gate();
  if (gate === undefined) return;
  const archived = new Map(digest.events.map((event) => [event.id, event]));
  const expired = (await eventsIn(partition, digest)).filter((item) => {
    const event = archived.get(item.id);
    return event !== undefined && isArchived(item, event);
  });
  if (expired.length === 0) return;
  await tell(ports, log, gate, run, ports.clock.now());
  for (let at = 0; at < expired.length; at += PORTION) {
    const deletes = expired.slice(at, at + PORTION).map(({ kind, id }): Operation => ({ type: 'delete', kind, id }));
    await partition.commit(gate.name, deletes);
  }
}

/** One event tells of the whole look; its id derives from the look before, so that a look which is taken up again is told once. */
async function tell(
  { partitions, tenantKeys }: ExpireEventsPorts,
  log: StoredLog,
  gate: Parameters<typeof tellTenant>[1],
  run: string,
  now: EpochMs,
): Promise<void> {
  const tenantId = log.partition;
  const key = await tenantKeys.get(tenantSecretName(tenantId), versionsOf(gate.content).lookUpKey);
  // Without its key the tenant is being erased, and its gate goes next: nobody is left to be told.
  if (key === undefined) return;
  const facts = { action: 'events-expired', targetKind: 'event', targets: [], reason: null } as const;
  await tellTenant(partitions.of(tenantId), gate, key, log.value.retention.lookedAt, facts, run, now);
}
