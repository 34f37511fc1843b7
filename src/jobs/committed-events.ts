import { type ArchivedEvent, archivedEvent, type Digest } from '../domain/audit/digest.ts';
import { EVENT_KIND } from '../domain/audit/events.ts';
import { type EpochMs, epochMs } from '../model/instant.ts';
import type { CommitOrderReader, NewItem, PartitionStore, StoredItem } from '../ports/partition-store.ts';
import { isStoreError } from '../ports/store-error.ts';

/** What the keeping of logs needs of a tenant's partition: reading by the store's own times, and commits. */
export type LogPartition = PartitionStore & CommitOrderReader;

/** A digest ends with the commit time in which it reaches one of these; a whole one is held in memory. */
const DIGEST_EVENTS = 5_000;
const DIGEST_BYTES = 2_000_000;
const PAGE = 500;
const CLOCK_TRIES = 5;

/** The item whose writing tells the store's own time. Neither backed up nor restored. */
const CLOCK: NewItem = {
  ...{ kind: 'log-clock', id: 'clock', index: {}, clear: null, card: null, body: null, expiresAt: null },
};

/**
 * The store's own time now: the commit time of a write just made, which no later commit falls behind by more than commits
 * become visible out of order. Undefined when no gate stands: then nothing can be committed any more.
 */
export async function storeTime(partition: LogPartition): Promise<EpochMs | undefined> {
  for (let triesLeft = CLOCK_TRIES; ; triesLeft -= 1) {
    const gate = await partition.gate();
    if (gate === undefined) return undefined;
    const standing = await partition.get(CLOCK.kind, CLOCK.id, 'none');
    const write =
      standing === undefined
        ? ({ type: 'create', item: CLOCK } as const)
        : ({ type: 'replace', item: CLOCK, etag: standing.etag } as const);
    try {
      return (await partition.commit(gate.name, [write])).committedAt;
    } catch (error) {
      if (triesLeft === 0 || !isStoreError(error, 'conflict', 'stale', 'not-found', 'gate-closed')) throw error;
    }
  }
}

/**
 * The events from `from` on, up to `horizon` or as many as one digest holds, and the commit time up to which they are all
 * there. One commit time is never cut in two. Without a horizon: up to the newest.
 */
export async function eventsOf(
  partition: LogPartition,
  from: EpochMs,
  horizon: EpochMs | undefined,
): Promise<{ readonly events: readonly ArchivedEvent[]; readonly to: EpochMs }> {
  const events: ArchivedEvent[] = [];
  let bytes = 0;
  let last = from;
  for await (const item of committedItems(partition, from, horizon)) {
    const full = events.length >= DIGEST_EVENTS || bytes >= DIGEST_BYTES;
    if (full && item.committedAt !== last) return { events, to: last + 1 };
    const event = archivedEvent(item);
    events.push(event);
    bytes += Buffer.byteLength(JSON.stringify(event));
    last = item.committedAt;
  }
  return { events, to: horizon ?? last + 1 };
}

/** All of the partition's events in a digest's bounds. */
export async function eventsIn(
  partition: CommitOrderReader,
  { from, to }: Pick<Digest, 'from' | 'to'>,
): Promise<readonly StoredItem[]> {
  const items: StoredItem[] = [];
  for await (const item of committedItems(partition, epochMs(from), epochMs(to))) items.push(item);
  return items;
}

async function* committedItems(
  partition: CommitOrderReader,
  from: EpochMs,
  to: EpochMs | undefined,
): AsyncGenerator<StoredItem> {
  if (to !== undefined && to <= from) return;
  let after: StoredItem | undefined;
  do {
    const page: readonly StoredItem[] = await partition.committed({
      kind: EVENT_KIND,
      from,
      limit: PAGE,
      ...(to !== undefined && { to }),
      ...(after !== undefined && { after }),
    });
    yield* page;
    after = page.length < PAGE ? undefined : page.at(-1);
  } while (after !== undefined);
}
