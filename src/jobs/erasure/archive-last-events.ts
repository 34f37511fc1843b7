import { createHash } from 'node:crypto';
import {
  type ArchivedEvent,
  archivedEvent,
  continues,
  digestAfter,
  entryBytes,
  entryHash,
  entryName,
  markOf,
  readEntry,
} from '../../domain/audit/digest.ts';
import { type AuditEvent, eventItem } from '../../domain/audit/events.ts';
import { idFromDigest } from '../../domain/ids.ts';
import { epochMs, type Instant } from '../../model/instant.ts';
import type { LogArchive } from '../../ports/log-archive.ts';
import { isStoreError } from '../../ports/store-error.ts';
import { type ArchiveEventsPorts, archiveRest, openLog, type StoredLog } from '../archive-events.ts';

/** Names taken by others that are stepped over, at most. */
const STRAYS = 100;
/** Digests among which an erasure's own events are looked for: after them comes nothing but what a frozen worker committed. */
const LOOKED_AT = 5;

/** What an erasure tells of itself, besides whose it is. */
export type ErasureFacts = Pick<AuditEvent, 'action' | 'at' | 'targetKind' | 'targets' | 'trace'>;

/**
 * Archives the events that are left in the tenant's partition and, when given, one of the erasure itself, which goes straight to
 * the archive: no gate stands, so nothing can be committed. True when all of them are there. Killed at any point, or done by
 * two instances at once, the next call finds what stands and goes on. Throws RangeError while a gate stands.
 */
export async function archiveLastEvents(
  ports: ArchiveEventsPorts,
  tenantId: string,
  facts?: ErasureFacts,
): Promise<boolean> {
  try {
    if (!(await archiveRest(ports, tenantId))) return false;
    return facts === undefined || (await append(ports, await openLog(ports, tenantId), eventOf(tenantId, facts)));
  } catch (error) {
    // Another instance works on the same log.
    if (isStoreError(error, 'stale', 'conflict')) return false;
    throw error;
  }
}

/** The id derives from what is told, but by no key, as the tenant's is gone: an erasure that is taken up again tells it once. */
function eventOf(tenantId: string, facts: ErasureFacts): AuditEvent {
  const digest = createHash('sha256').update(`erasure ${facts.action} ${tenantId}`).digest();
  return {
    id: idFromDigest(digest),
    ...facts,
    ...{ actor: null, session: null, address: null, agent: null, facility: null },
    ...{ result: 'done', reason: 'contract-ended', version: null },
  };
}

/** Writes the next digest, of this event alone, unless one of the newest holds it. */
async function append(ports: ArchiveEventsPorts, log: StoredLog, event: AuditEvent): Promise<boolean> {
  const { partition: tenantId, value } = log;
  const { head } = value;
  const archive = ports.archives.of(tenantId);
  if (await isTold(archive, head.number, event.id)) return true;
  const number = await freeNumber(archive, log);
  if (number === undefined) return false;
  const told = archivedAt(event, head.until);
  const digest = digestAfter(tenantId, head, number, [told], epochMs(told.committedAt) + 1);
  const bytes = entryBytes(digest);
  await archive.create(entryName(number), bytes);
  const next = { ...value, head: markOf(digest, entryHash(bytes)) };
  await ports.control.tenantState.replace({ ...log, value: next }, log.etag);
  return true;
}

async function isTold(archive: LogArchive, head: number, id: string): Promise<boolean> {
  let number = head;
  for (let looked = 0; number > 0 && looked < LOOKED_AT; looked += 1) {
    const bytes = await archive.read(entryName(number));
    const digest = bytes && readEntry(bytes);
    if (digest === undefined) return false;
    if (digest.events.some((event) => event.id === id)) return true;
    number = digest.follows;
  }
  return false;
}

/** The event as if it had been committed when it happened, or when the digest begins that holds it. */
function archivedAt(event: AuditEvent, from: Instant): ArchivedEvent {
  const committedAt = Math.max(epochMs(event.at), epochMs(from));
  return archivedEvent({ ...eventItem(event), etag: '', committedAt });
}

/**
 * The first name after the head that nothing stands under; what is no digest of the log is stepped over. Undefined when the next
 * digest stands already: another instance wrote it, and the next call adopts it.
 */
async function freeNumber(archive: LogArchive, { partition, value: { head } }: StoredLog): Promise<number | undefined> {
  for (let number = head.number + 1; number <= head.number + STRAYS; number += 1) {
    const bytes = await archive.read(entryName(number));
    if (bytes === undefined) return number;
    const digest = readEntry(bytes);
    if (digest !== undefined && continues(digest, partition, head)) return undefined;
  }
  return undefined;
}
