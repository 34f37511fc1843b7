import type { EpochMs } from '../../model/instant.ts';
import type { Clock } from '../../ports/clock.ts';
import { GATE, gateId, gateItem, requireOrdinary, requireSize } from '../../ports/partition-rules.ts';
import type { CommitOrderReader, Gate, JobPartitionStore } from '../../ports/partition-store.ts';
import { StoreError } from '../../ports/store-error.ts';
import { jsonObject, text } from './column-values.ts';
import type { Database } from './database.ts';
import { type FileOptions, openDatabaseFile } from './database-file.ts';
import { applyOperations, removeItem, type Times } from './partition-commit.ts';
import { PARTITION_FORMAT } from './partition-format.ts';
import { committedItems, countItems, getItem, listItems, timelineItems } from './partition-queries.ts';

export interface PartitionsOptions extends FileOptions {
  /** Judges expiry. */
  readonly clock: Clock;
  /** The store's own time, UTC; the host's when absent. Commit times follow it and never go back. */
  readonly storeTime?: () => EpochMs;
}

/** All tenants' items in one file. */
export interface Partitions {
  /** The store of one tenant, bound to it for good. */
  of(tenantId: string): JobPartitionStore & CommitOrderReader;
  close(): void;
}

/** Opens or creates `data.sqlite`. Throws StartError when it cannot be used; see `openDatabaseFile`. */
export function openPartitions(path: string, options: PartitionsOptions): Partitions {
  const { clock, storeTime = Date.now } = options;
  const database = openDatabaseFile(path, PARTITION_FORMAT, options);
  const times = (): Times => ({ now: clock.now(), storeTime: storeTime() });
  return {
    of: (tenantId) => partitionStore(database, tenantId, times),
    close: () => database.close(),
  };
}

function partitionStore(database: Database, tenant: string, times: () => Times): JobPartitionStore & CommitOrderReader {
  return {
    get: async (kind, id, parts) => database.read(() => getItem(database, tenant, kind, id, parts, times().now)),
    list: async (query) => database.read(() => listItems(database, tenant, query, times().now)),
    timeline: async (query) => database.read(() => timelineItems(database, tenant, query, times().now)),
    committed: async (query) => database.read(() => committedItems(database, tenant, query, times().now)),
    count: async (query) => database.read(() => countItems(database, tenant, query, times().now)),
    gate: async () => database.read(() => standingGate(database, tenant)),

    async commit(gate, operations) {
      const id = gateId(gate);
      requireOrdinary(operations);
      requireSize(operations);
      return database.write(() => {
        requireGate(database, tenant, id);
        return applyOperations(database, tenant, operations, times());
      });
    },

    async openGate(gate) {
      const item = gateItem(gate);
      database.write(() => {
        const standing = standingGate(database, tenant);
        if (standing !== undefined) throw new StoreError('conflict', `${standing.name} stands`);
        applyOperations(database, tenant, [{ type: 'create', item }], times());
      });
    },

    async moveGate(from, to) {
      const id = gateId(from);
      const item = gateItem(to);
      database.write(() => {
        requireGate(database, tenant, id);
        const operations = [{ type: 'delete', kind: GATE, id } as const, { type: 'create', item } as const];
        applyOperations(database, tenant, operations, times());
      });
    },

    async closeGate() {
      database.write(() => {
        const standing = standingGate(database, tenant);
        if (standing !== undefined) removeItem(database, tenant, { kind: GATE, id: gateId(standing.name) });
      });
    },

    async sweep(limit) {
      return database.write(() => {
        const standing = standingGate(database, tenant);
        if (standing !== undefined) throw new StoreError('conflict', `${standing.name} stands`);
        return database.run(
          `DELETE FROM items WHERE (tenant, kind, facility, id) IN (
             SELECT tenant, kind, facility, id FROM items WHERE tenant = ? LIMIT ?)`,
          tenant,
          Math.max(0, limit),
        ).changes;
      });
    },
  };
}

function standingGate(database: Database, tenant: string): Gate | undefined {
  const row = database.row(`SELECT id, clear FROM items WHERE tenant = ? AND kind = '${GATE}'`, tenant);
  return row && { name: `${GATE}:${text(row[0])}`, content: jsonObject(row[1]) };
}

function requireGate(database: Database, tenant: string, id: string): void {
  const row = database.row(
    `SELECT 1 FROM items INDEXED BY items_by_id WHERE tenant = ? AND kind = '${GATE}' AND id = ?`,
    tenant,
    id,
  );
  if (row === undefined) throw new StoreError('gate-closed', `${GATE}:${id} does not stand`);
}
