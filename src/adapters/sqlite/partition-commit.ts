import type { EpochMs } from '../../model/instant.ts';
import type { CommitReceipt, ItemKey, NewItem, Operation } from '../../ports/partition-store.ts';
import { StoreError } from '../../ports/store-error.ts';
import { integerOrNull, text } from './column-values.ts';
import { stampCommit } from './commit-stamp.ts';
import type { Database } from './database.ts';

/** How long expired items stay, so that a clock set wrong for a while destroys nothing. */
const TIDY_AFTER_MS = 24 * 60 * 60 * 1000;
/** Expired items removed in passing by one commit: each commit adds at most one by its nature (a throttle wait). */
const TIDY_AT_ONCE = 4;

/** Both clocks of one commit: expiry is judged by the first, the commit time is the second. */
export interface Times {
  readonly now: EpochMs;
  readonly storeTime: EpochMs;
}

/** Applies the operations in order; throws at the first that fails. Inside `write`, which undoes the ones before. */
export function applyOperations(
  database: Database,
  tenant: string,
  operations: readonly Operation[],
  times: Times,
): CommitReceipt {
  const { etag, committedAt } = stampCommit(database, times.storeTime);
  const etags = operations.map((operation, position) => {
    if (operation.type === 'delete') {
      removeItem(database, tenant, operation);
      return null;
    }
    const standing = findItem(database, tenant, operation.item);
    const found = standing === undefined || isExpired(standing, times.now) ? undefined : standing.etag;
    if (operation.type === 'create' && found !== undefined) throw refused('conflict', operation.item, position);
    if (operation.type === 'replace' && found === undefined) throw refused('not-found', operation.item, position);
    if (operation.type === 'replace' && found !== operation.etag) throw refused('stale', operation.item, position);
    // Whatever stands there, expired or about to be replaced, goes: a new facility means another place in the table.
    if (standing !== undefined) removeItem(database, tenant, operation.item);
    insertItem(database, tenant, operation.item, etag, committedAt);
    return etag;
  });
  tidy(database, tenant, Math.min(times.now, committedAt) - TIDY_AFTER_MS);
  return { committedAt, etags };
}

interface Standing {
  readonly etag: string;
  readonly expiresAt: EpochMs | null;
}

/** The item, expired or not. */
function findItem(database: Database, tenant: string, key: ItemKey): Standing | undefined {
  const row = database.row(
    'SELECT etag, expires_at FROM items INDEXED BY items_by_id WHERE tenant = ? AND kind = ? AND id = ?',
    tenant,
    key.kind,
    key.id,
  );
  return row && { etag: text(row[0]), expiresAt: integerOrNull(row[1]) };
}

function isExpired({ expiresAt }: Standing, now: EpochMs): boolean {
  return expiresAt !== null && expiresAt <= now;
}

function insertItem(database: Database, tenant: string, item: NewItem, etag: string, committedAt: EpochMs): void {
  const { index, body } = item;
  database.run(
    `INSERT INTO items (tenant, kind, facility, id, class, day, at, expires_at, committed_at, etag, body_row, clear, card)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    tenant,
    item.kind,
    index.facility ?? '',
    item.id,
    index.class ?? null,
    index.day ?? null,
    index.at ?? null,
    item.expiresAt,
    committedAt,
    etag,
    body === null ? null : database.run('INSERT INTO bodies (body) VALUES (?)', body).insertedRow,
    item.clear === null ? null : JSON.stringify(item.clear),
    item.card,
  );
}

/** Removes the item and, by the table's trigger, its body. Returns whether there was one. */
export function removeItem(database: Database, tenant: string, key: ItemKey): boolean {
  const { changes } = database.run(
    'DELETE FROM items INDEXED BY items_by_id WHERE tenant = ? AND kind = ? AND id = ?',
    tenant,
    key.kind,
    key.id,
  );
  return changes > 0;
}

function tidy(database: Database, tenant: string, expiredBefore: EpochMs): void {
  database.run(
    `DELETE FROM items WHERE (tenant, kind, facility, id) IN (
       SELECT tenant, kind, facility, id FROM items INDEXED BY items_by_expiry
       WHERE tenant = ? AND expires_at <= ? LIMIT ?)`,
    tenant,
    expiredBefore,
    TIDY_AT_ONCE,
  );
}

function refused(kind: 'conflict' | 'not-found' | 'stale', key: ItemKey, operation: number): StoreError {
  return new StoreError(kind, `${key.kind}:${key.id}`, { operation });
}
