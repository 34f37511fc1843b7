import type { EpochMs } from '../model/instant.ts';
import type { JsonObject } from '../model/json.ts';

/**
 * The store of contracts, announcements, requests and what the service did about them. No customer data.
 * Who may write which container is decided by what the composition root hands out (and by roles on Azure).
 * Every method can throw StoreError `busy`, `unavailable` and `damaged`, besides what it names.
 */

export interface ControlItem<T extends JsonObject = JsonObject> {
  /** Partition: the tenant, the scope, or `$service`. */
  readonly partition: string;
  /** Unique within the partition. */
  readonly id: string;
  readonly value: T;
  /** When a job has to look at it; null when nothing is due. Indexed. */
  readonly dueAt: EpochMs | null;
}

export interface StoredControlItem<T extends JsonObject = JsonObject> extends ControlItem<T> {
  readonly etag: string;
  /** The store's own time of the write. A store may count in whole seconds and round down, as Cosmos DB does. */
  readonly committedAt: EpochMs;
}

export interface ControlReader<T extends JsonObject = JsonObject> {
  get(partition: string, id: string): Promise<StoredControlItem<T> | undefined>;
  /** All items of one partition in id order. */
  ofPartition(partition: string): Promise<readonly StoredControlItem<T>[]>;
  /** Items in (partition, id) order after the given position; the last page is shorter than `limit`. */
  page(query: {
    readonly after?: { readonly partition: string; readonly id: string };
    readonly limit: number;
  }): Promise<readonly StoredControlItem<T>[]>;
  /** Items committed at or after `since`, in commit order; the last page is shorter than `limit`. */
  changedSince(query: {
    readonly since: EpochMs;
    readonly after?: { readonly committedAt: EpochMs; readonly partition: string; readonly id: string };
    readonly limit: number;
  }): Promise<readonly StoredControlItem<T>[]>;
  /** Items of this id (`state`, `backups`, ...) with `dueAt` at or before `at`, the most overdue first. */
  due(query: {
    readonly id: string;
    readonly at: EpochMs;
    readonly limit: number;
  }): Promise<readonly StoredControlItem<T>[]>;
}

export interface ControlWriter<T extends JsonObject = JsonObject> {
  /** Throws `conflict` when the item exists. Returns the stored item. */
  create(item: ControlItem<T>): Promise<StoredControlItem<T>>;
  /** Throws `not-found`, or `stale` when the etag is another. Returns the stored item. */
  replace(item: ControlItem<T>, etag: string): Promise<StoredControlItem<T>>;
}

export interface ControlRemover {
  /** Unconditional; succeeds when nothing is there. */
  remove(partition: string, id: string): Promise<void>;
}

export type ControlContainer<T extends JsonObject = JsonObject> = ControlReader<T> & ControlWriter<T> & ControlRemover;

export const CONTROL_CONTAINERS = ['contracts', 'announcements', 'requests', 'tenant-state'] as const;
export type ControlContainerName = (typeof CONTROL_CONTAINERS)[number];

export interface ControlStore {
  container<T extends JsonObject>(name: ControlContainerName): ControlContainer<T>;
  /** The store's own clock now; for offsets, and for ends that an operator sets. */
  now(): Promise<EpochMs>;
}
