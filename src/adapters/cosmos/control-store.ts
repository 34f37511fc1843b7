import type { SqlQuerySpec } from '@azure/cosmos';
import { type EpochMs, SECOND } from '../../model/instant.ts';
import type { JsonObject } from '../../model/json.ts';
import type {
  ControlContainer,
  ControlContainerName,
  ControlStore,
  StoredControlItem,
} from '../../ports/control-store.ts';
import { isStoreError, StoreError } from '../../ports/store-error.ts';
import { CONTROL_LAYOUTS, type ContainerLayout } from './container-layout.ts';
import type { ContainerRequests } from './container-requests.ts';
import { controlDocument, storedControlItem } from './control-document.ts';
import type { CosmosAccount } from './cosmos-account.ts';
import { documentId } from './document-id.ts';

/** Tells each item that a container brings of its commit time. */
type Seen = (item: StoredControlItem) => StoredControlItem;

/** The four control containers of an account. Commit times and `now` are the server's, in whole seconds. */
export function openCosmosControl(account: CosmosAccount): ControlStore {
  let newest: EpochMs = 0;
  const seen: Seen = (item) => {
    newest = Math.max(newest, item.committedAt);
    return item;
  };
  const clockContainer = account.requests(CONTROL_LAYOUTS['tenant-state'].name);
  return {
    // The value is JSON of the type that the caller wrote: whoever reads a container checks it against its schema.
    container: <T extends JsonObject>(name: ControlContainerName) =>
      controlContainer(account.requests(name), CONTROL_LAYOUTS[name], seen) as ControlContainer as ControlContainer<T>,
    async now() {
      // Whatever is asked, the answer tells the time; the documents' own times come from other machines of the service.
      const { answeredAt } = await clockContainer.read('$service', 'now', 'now');
      if (answeredAt === undefined) throw new StoreError('unavailable', 'an answer without the time of the server');
      newest = Math.max(newest, answeredAt);
      return newest;
    },
  };
}

function controlContainer(requests: ContainerRequests, layout: ContainerLayout, seen: Seen): ControlContainer {
  const stored = (document: unknown) => seen(storedControlItem(layout, document));
  const partitionOf = `c.${layout.partitionProperty}`;
  const across = async (query: SqlQuerySpec, limit: number, operation: string) =>
    (await requests.queryAcross(query, limit, operation)).map(stored);

  return {
    async get(partition, id) {
      const { document } = await requests.read(partition, documentId(id));
      return document === undefined ? undefined : stored(document);
    },

    async ofPartition(partition) {
      const query = {
        query: `SELECT * FROM c WHERE ${partitionOf} = @partition ORDER BY ${partitionOf} ASC, c.key ASC`,
        parameters: [{ name: '@partition', value: partition }],
      };
      return (await requests.query(partition, query, Infinity, 'partition')).map(stored);
    },

    page: ({ after, limit }) =>
      across(
        {
          query: `SELECT * FROM c WHERE ${partitionOf} > @partition OR (${partitionOf} = @partition AND c.key > @key)
                  ORDER BY ${partitionOf} ASC, c.key ASC`,
          parameters: [
            { name: '@partition', value: after?.partition ?? '' },
            { name: '@key', value: after?.id ?? '' },
          ],
        },
        limit,
        'page',
      ),

    changedSince: ({ since, after, limit }) =>
      across(
        {
          query: `SELECT * FROM c WHERE c._ts >= @since AND (c._ts > @ts OR ${partitionOf} > @partition
                    OR (${partitionOf} = @partition AND c.key > @key))
                  ORDER BY c._ts ASC, ${partitionOf} ASC, c.key ASC`,
          parameters: [
            { name: '@since', value: Math.max(since, after?.committedAt ?? since) / SECOND },
            { name: '@ts', value: (after?.committedAt ?? since) / SECOND },
            { name: '@partition', value: after?.partition ?? '' },
            { name: '@key', value: after?.id ?? '' },
          ],
        },
        limit,
        'changes',
      ),

    due: ({ id, at, limit }) =>
      across(
        {
          query: `SELECT * FROM c WHERE c.key = @key AND c.dueAt <= @at
                  ORDER BY c.key ASC, c.dueAt ASC, ${partitionOf} ASC`,
          parameters: [
            { name: '@key', value: id },
            { name: '@at', value: at },
          ],
        },
        limit,
        'due',
      ),

    create: async (item) => stored(await requests.create(controlDocument(layout, item))),

    replace: async (item, etag) => stored(await requests.replace(item.partition, controlDocument(layout, item), etag)),

    async remove(partition, id) {
      try {
        await requests.remove(partition, documentId(id));
      } catch (error) {
        if (!isStoreError(error, 'not-found')) throw error;
      }
    },
  };
}
