import type { Clock } from '../../ports/clock.ts';
import { GATE, gateId, gateItem, requireLimit, requireOrdinary, requireSize } from '../../ports/partition-rules.ts';
import type { CommitOrderReader, Gate, JobPartitionStore, StoredItem } from '../../ports/partition-store.ts';
import { StoreError } from '../../ports/store-error.ts';
import { TENANTS_LAYOUT } from './container-layout.ts';
import type { ContainerRequests } from './container-requests.ts';
import type { CosmosAccount } from './cosmos-account.ts';
import { commitBatch, idOf } from './item-commit.ts';
import { hasExpired, itemId, parsedDocument, storedItem } from './item-document.ts';
import { anyIdsSpec, committedSpec, countSpec, listSpec, timelineSpec } from './item-queries.ts';
import { UnitBudget } from './unit-budget.ts';

/** All tenants' items in one account. */
export interface CosmosPartitions {
  /** The store of one tenant, bound to its partition for good. Throws RangeError for an empty name. */
  of(tenantId: string): JobPartitionStore & CommitOrderReader;
}

/** Cosmos DB takes 100 operations per batch. */
const BATCH_MAX = 100;

/** The most gates that a look for them brings; two stand only while two processes open the first. */
const GATES_MAX = 10;

export interface CosmosPartitionsOptions {
  /** Judges expiry. */
  readonly clock: Clock;
  /** What reading in the background may use, of all tenants together; without it, it takes what it gets. */
  readonly backgroundUnitsPerSecond?: number;
}

/** The store of every tenant in the account's container `tenants`. */
export function openCosmosPartitions(
  account: CosmosAccount,
  { clock, backgroundUnitsPerSecond: units }: CosmosPartitionsOptions,
): CosmosPartitions {
  const requests = account.requests(TENANTS_LAYOUT.name);
  const background = units === undefined ? undefined : new UnitBudget(clock, units);
  return {
    of(tenantId) {
      if (tenantId === '') throw new RangeError('a tenant has a name');
      return partitionStore(requests, tenantId, clock, background);
    },
  };
}

function partitionStore(
  requests: ContainerRequests,
  tenantId: string,
  clock: Clock,
  background: UnitBudget | undefined,
): JobPartitionStore & CommitOrderReader {
  const place = () => ({ requests, tenantId, now: clock.now() });

  const gates = async (): Promise<readonly StoredItem[]> => {
    const query = { kind: GATE, parts: 'none', limit: GATES_MAX } as const;
    const found = await requests.query(tenantId, listSpec(tenantId, query, clock.now()), GATES_MAX, 'gate');
    return found.map((document) => storedItem(parsedDocument(document), 'none'));
  };
  const requireNoGate = async () => {
    const [standing] = await gates();
    if (standing !== undefined) throw new StoreError('conflict', `${GATE}:${standing.id} stands`);
  };
  const removeGate = (id: string) => commitBatch(place(), undefined, [{ type: 'delete', kind: GATE, id }]);

  return {
    async get(kind, id, parts) {
      const { document } = await requests.read(tenantId, itemId({ kind, id }));
      const found = document === undefined ? undefined : parsedDocument(document);
      return found === undefined || hasExpired(found, clock.now()) ? undefined : storedItem(found, parts);
    },

    async list(query) {
      requireLimit(query.limit, 2000);
      const budget = query.background ? background : undefined;
      const found = await requests.query(tenantId, listSpec(tenantId, query, clock.now()), query.limit, 'list', budget);
      return found.map((document) => storedItem(parsedDocument(document), query.parts));
    },

    async timeline(query) {
      requireLimit(query.limit, 500);
      const found = await requests.query(tenantId, timelineSpec(tenantId, query, clock.now()), query.limit, 'timeline');
      return found.map((document) => storedItem(parsedDocument(document), 'none'));
    },

    async committed(query) {
      requireLimit(query.limit, 500);
      const spec = committedSpec(tenantId, query, clock.now());
      const found = await requests.query(tenantId, spec, query.limit, 'committed');
      return found.map((document) => storedItem(parsedDocument(document), 'none'));
    },

    async count(query) {
      const counts = await requests.query(tenantId, countSpec(tenantId, query, clock.now()), Infinity, 'count');
      return counts.reduce<number>((sum, part) => sum + wholeNumber(part), 0);
    },

    async gate() {
      const [standing] = await gates();
      return standing && { name: `${GATE}:${standing.id}`, content: standing.clear ?? {} };
    },

    async commit(gate, operations) {
      const id = gateId(gate);
      requireOrdinary(operations);
      requireSize(operations);
      return commitBatch(place(), id, operations);
    },

    async openGate(gate) {
      const item = gateItem(gate);
      await requireNoGate();
      await commitBatch(place(), undefined, [{ type: 'create', item }]);
      // No batch can say "no other document of this kind": of two that open gates of different names at once, none stays.
      const standing = await gates();
      if (standing.some(({ id }) => id !== item.id)) {
        await removeGate(item.id);
        throw new StoreError('conflict', 'another gate was opened at the same time');
      }
    },

    async moveGate(from, to: Gate) {
      const id = gateId(from);
      const item = gateItem(to);
      const operations = [{ type: 'delete', kind: GATE, id } as const, { type: 'create', item } as const];
      await commitBatch(place(), id, operations);
    },

    async closeGate() {
      for (let standing = await gates(); standing.length > 0; standing = await gates()) {
        for (const { id } of standing) await removeGate(id);
      }
    },

    async sweep(limit) {
      await requireNoGate();
      if (limit <= 0) return 0;
      const ids = (await requests.query(tenantId, anyIdsSpec(tenantId), limit, 'sweep')).map(idOf);
      for (let start = 0; start < ids.length; start += BATCH_MAX) {
        const operations = ids.slice(start, start + BATCH_MAX).map((id) => {
          const colon = id.indexOf(':');
          return { type: 'delete', kind: id.slice(0, colon), id: id.slice(colon + 1) } as const;
        });
        await commitBatch(place(), undefined, operations);
      }
      return ids.length;
    },
  };
}

function wholeNumber(value: unknown): number {
  if (!Number.isSafeInteger(value)) throw new StoreError('damaged', 'a count is no whole number');
  return value as number;
}
