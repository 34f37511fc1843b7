import type { EpochMs } from '../../model/instant.ts';
import type { JsonObject } from '../../model/json.ts';
import type {
  ControlContainer,
  ControlContainerName,
  ControlItem,
  ControlStore,
  StoredControlItem,
} from '../../ports/control-store.ts';
import { StoreError } from '../../ports/store-error.ts';
import { integer, integerOrNull, jsonObject, text } from './column-values.ts';
import { COMMIT_STAMP_TABLE, stampCommit, storeNow } from './commit-stamp.ts';
import type { Database, Row } from './database.ts';
import { type FileFormat, type FileOptions, openDatabaseFile } from './database-file.ts';

/** `control.sqlite`: the four containers in one table. */
export const CONTROL_FORMAT: FileFormat = {
  // "LSKc"
  applicationId: 0x4c534b63,
  version: 1,
  schema: `
    CREATE TABLE items (
      container TEXT NOT NULL,
      partition TEXT NOT NULL,
      id TEXT NOT NULL,
      due_at INTEGER,
      committed_at INTEGER NOT NULL,
      etag TEXT NOT NULL,
      value TEXT NOT NULL,
      PRIMARY KEY (container, partition, id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX items_by_commit ON items (container, committed_at, partition, id);
    CREATE INDEX items_by_due ON items (container, id, due_at, partition) WHERE due_at IS NOT NULL;
    ${COMMIT_STAMP_TABLE}
  `,
};

const COLUMNS = 'partition, id, value, due_at, etag, committed_at';

export interface ControlOptions extends FileOptions {
  /** The store's own time, UTC; the host's when absent. Commit times follow it and never go back. */
  readonly storeTime?: () => EpochMs;
}

/**
 * Opens or creates `control.sqlite`; the service and the operator's tool may have it open at the same time.
 * Throws StartError when it cannot be used; see `openDatabaseFile`.
 */
export function openControl(path: string, options: ControlOptions = {}): ControlStore & { close(): void } {
  const { storeTime = Date.now } = options;
  const database = openDatabaseFile(path, CONTROL_FORMAT, options);
  return {
    // The value is JSON of the type that the caller wrote: whoever reads a container checks it against its schema.
    container: <T extends JsonObject>(name: ControlContainerName) =>
      controlContainer(database, name, storeTime) as ControlContainer<JsonObject> as ControlContainer<T>,
    now: async () => database.read(() => storeNow(database, storeTime())),
    close: () => database.close(),
  };
}

function controlContainer(
  database: Database,
  container: ControlContainerName,
  storeTime: () => EpochMs,
): ControlContainer {
  const select = (rest: string, ...values: readonly (string | number)[]) =>
    database.read(() =>
      database.rows(`SELECT ${COLUMNS} FROM items ${rest}`, container, ...values).map((row) => storedItem(row)),
    );

  return {
    get: async (partition, id) => select('WHERE container = ? AND partition = ? AND id = ?', partition, id)[0],

    ofPartition: async (partition) => select('WHERE container = ? AND partition = ? ORDER BY id', partition),

    page: async ({ after, limit }) =>
      select(
        'WHERE container = ? AND (partition, id) > (?, ?) ORDER BY partition, id LIMIT ?',
        after?.partition ?? '',
        after?.id ?? '',
        limit,
      ),

    changedSince: async ({ since, after, limit }) =>
      select(
        `INDEXED BY items_by_commit
         WHERE container = ? AND committed_at >= ? AND (committed_at, partition, id) > (?, ?, ?)
         ORDER BY committed_at, partition, id LIMIT ?`,
        since,
        after?.committedAt ?? since,
        after?.partition ?? '',
        after?.id ?? '',
        limit,
      ),

    due: async ({ id, at, limit }) =>
      select(
        `INDEXED BY items_by_due
         WHERE container = ? AND id = ? AND due_at <= ? ORDER BY due_at, partition LIMIT ?`,
        id,
        at,
        limit,
      ),

    create: async (item) =>
      database.write(() => {
        if (etagOf(database, container, item) !== undefined) throw refused('conflict', container, item);
        return put(database, container, item, storeTime());
      }),

    replace: async (item, etag) =>
      database.write(() => {
        const found = etagOf(database, container, item);
        if (found === undefined) throw refused('not-found', container, item);
        if (found !== etag) throw refused('stale', container, item);
        return put(database, container, item, storeTime());
      }),

    async remove(partition, id) {
      database.write(() =>
        database.run('DELETE FROM items WHERE container = ? AND partition = ? AND id = ?', container, partition, id),
      );
    },
  };
}

function etagOf(database: Database, container: string, item: ControlItem): string | undefined {
  const row = database.row(
    'SELECT etag FROM items WHERE container = ? AND partition = ? AND id = ?',
    container,
    item.partition,
    item.id,
  );
  return row && text(row[0]);
}

function put(database: Database, container: string, item: ControlItem, storeTime: EpochMs): StoredControlItem {
  const { etag, committedAt } = stampCommit(database, storeTime);
  const row = database.row(
    `INSERT OR REPLACE INTO items (container, partition, id, due_at, committed_at, etag, value)
     VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING ${COLUMNS}`,
    container,
    item.partition,
    item.id,
    item.dueAt,
    committedAt,
    etag,
    JSON.stringify(item.value),
  );
  return storedItem(row ?? []);
}

function storedItem([partition, id, value, dueAt, etag, committedAt]: Row): StoredControlItem {
  return {
    partition: text(partition),
    id: text(id),
    value: jsonObject(value),
    dueAt: integerOrNull(dueAt),
    etag: text(etag),
    committedAt: integer(committedAt),
  };
}

function refused(kind: 'conflict' | 'not-found' | 'stale', container: string, item: ControlItem): StoreError {
  return new StoreError(kind, `${container} ${item.partition} ${item.id}`);
}
