import type { CivilDay, EpochMs } from '../model/instant.ts';
import type { JsonObject } from '../model/json.ts';

/**
 * The store of one tenant's items. A store object is bound to its tenant when it is made; no method takes a tenant.
 * Every method can throw StoreError `busy`, `unavailable` and `damaged`, besides what it names.
 */

/** At most this many operations in one commit: Cosmos DB takes 100 per transactional batch, one is the gate's read. */
export const COMMIT_MAX_OPERATIONS = 98;
/** At most this many bytes in one commit, as `commitSize` counts them: Cosmos DB takes 2 MB per batch. */
export const COMMIT_MAX_BYTES = 1_800_000;

export interface ItemKey {
  /** Lower-case kebab word, e.g. `child`. */
  readonly kind: string;
  /** Unique within the kind; may hold letters, digits, `-`, `_` and `:`; at most 200 characters. */
  readonly id: string;
}

/** The fields that stand in the clear so that the store can find items by them. Ids, civil days and instants only. */
export interface ItemIndex {
  readonly facility?: string;
  readonly class?: string;
  readonly day?: CivilDay;
  /** For timelines. */
  readonly at?: EpochMs;
}

export interface NewItem extends ItemKey {
  readonly index: ItemIndex;
  /** Content that is not sealed: gates, events, throttle waits, references of look-up documents. */
  readonly clear: JsonObject | null;
  /** Sealed text of what lists show; null when the item has none. */
  readonly card: string | null;
  /** Sealed text of the whole; null when the item has none. */
  readonly body: string | null;
  /** From this instant on (by the Clock) the item reads as absent, and may be created anew; the store tidies it up later. */
  readonly expiresAt: EpochMs | null;
}

export interface StoredItem extends NewItem {
  /** Opaque, changes with every write. */
  readonly etag: string;
  /** The store's own time of the write. A store may count in whole seconds and round down, as Cosmos DB does. */
  readonly committedAt: EpochMs;
}

/** Which sealed parts a read brings along; parts that were not asked for come as null. */
export type Parts = 'card' | 'body' | 'both' | 'none';

export type Operation =
  /** Fails with `conflict` when the item exists. */
  | { readonly type: 'create'; readonly item: NewItem }
  /** Fails with `not-found` when it does not exist, `stale` when its etag is another. */
  | { readonly type: 'replace'; readonly item: NewItem; readonly etag: string }
  /** Unconditional, also when nothing is there: stands in the batch that replaces its owner. */
  | ({ readonly type: 'delete' } & ItemKey);

export interface CommitReceipt {
  readonly committedAt: EpochMs;
  /** One per operation, in order; null for deletes. */
  readonly etags: readonly (string | null)[];
}

export interface ListQuery {
  readonly kind: string;
  /** Only items whose index names this facility. */
  readonly facility?: string;
  readonly class?: string;
  /** Inclusive bounds of the index' civil day; items without a day are left out when one is given. */
  readonly dayFrom?: CivilDay;
  readonly dayTo?: CivilDay;
  readonly parts: Parts;
  /** Only ids greater than this (by code unit): keyset paging, stable under inserts. */
  readonly after?: string;
  /** 1 to 2,000. */
  readonly limit: number;
  /** Nobody waits for the answer: a store that is charged by use may take its time, so that people's requests are served. */
  readonly background?: boolean;
}

export interface TimelinePosition {
  readonly at: EpochMs;
  readonly id: string;
}

export interface TimelineQuery {
  readonly kind: string;
  /** Inclusive. */
  readonly from?: EpochMs;
  /** Exclusive. */
  readonly to?: EpochMs;
  /** Only items older than this position. */
  readonly before?: TimelinePosition;
  /**
   * Conditions on the clear content, all of which hold: `is`: clear[field] equals the value; `has`: the array
   * clear[field] contains it; `anyOf`: clear[field] is one of them. Field names are fixed words of the code, never input.
   */
  readonly where?: readonly (
    | { readonly field: string; readonly is: string }
    | { readonly field: string; readonly has: string }
    | { readonly field: string; readonly anyOf: readonly string[] }
  )[];
  /** 1 to 500. */
  readonly limit: number;
}

/** The gate of a tenant: the document whose presence each commit proves. */
export interface Gate {
  /** `gate:1`, `gate:restore-<run>`, ... : kind `gate` and this name's part after the colon. */
  readonly name: string;
  readonly content: JsonObject;
}

export interface PartitionStore {
  /** The item, or undefined when there is none or it has expired. */
  get(kind: string, id: string, parts: Parts): Promise<StoredItem | undefined>;
  /** Items in id order (code units), expired ones left out. The page is the last one when it is shorter than `limit`. */
  list(query: ListQuery): Promise<readonly StoredItem[]>;
  /** Items with an `index.at`, newest first by (at, id), without sealed parts. The last page is shorter than `limit`. */
  timeline(query: TimelineQuery): Promise<readonly StoredItem[]>;
  /** How many unexpired items of the kind stand in the facility with index day on or after `dayFrom`. */
  count(query: Pick<ListQuery, 'kind' | 'facility' | 'dayFrom'>): Promise<number>;
  /** The gate that stands, or undefined when there is none. */
  gate(): Promise<Gate | undefined>;
  /**
   * Writes all operations or none, and only when the named gate stands. Items of kind `gate` are refused (RangeError).
   * Throws `gate-closed`, `conflict`, `stale`, `not-found`, `too-large`.
   */
  commit(gate: string, operations: readonly Operation[]): Promise<CommitReceipt>;
}

/** What only the jobs' handle can do. */
export interface JobPartitionStore extends PartitionStore {
  /** Creates the first gate. `conflict` when any gate stands. */
  openGate(gate: Gate): Promise<void>;
  /** In one batch: deletes exactly `from`, creates `to`. `gate-closed` when `from` does not stand. */
  moveGate(from: string, to: Gate): Promise<void>;
  /** Deletes whichever gate stands; succeeds when none does. */
  closeGate(): Promise<void>;
  /** Deletes up to `limit` items of any kind, expired ones included; returns how many. Throws `conflict` while a gate stands. */
  sweep(limit: number): Promise<number>;
}

export interface CommitOrderQuery {
  readonly kind: string;
  /** Commit time; inclusive. */
  readonly from: EpochMs;
  /** Commit time; exclusive. Absent: up to the newest. */
  readonly to?: EpochMs;
  /** Only items committed after this position. */
  readonly after?: { readonly committedAt: EpochMs; readonly id: string };
  /** 1 to 500. */
  readonly limit: number;
}

/** What only the keeping of logs can do: reading by the store's own times, whatever the items say of themselves. */
export interface CommitOrderReader {
  /**
   * Items with an `index.at` in the order of (commit time, id), without sealed parts, expired ones left out. The last page
   * is shorter than `limit`.
   */
  committed(query: CommitOrderQuery): Promise<readonly StoredItem[]>;
}

/** Bytes that an operation counts for: its item as JSON in UTF-8. Adapters and callers count alike. */
export function commitSize(operations: readonly Operation[]): number {
  let bytes = 0;
  for (const operation of operations) bytes += Buffer.byteLength(JSON.stringify(operation));
  return bytes;
}
