import type { EpochMs } from '../../model/instant.ts';
import { requireLimit } from '../../ports/partition-rules.ts';
import type {
  CommitOrderQuery,
  ItemIndex,
  ListQuery,
  Parts,
  StoredItem,
  TimelineQuery,
} from '../../ports/partition-store.ts';
import { integer, integerOrNull, jsonObject, text, textOrNull } from './column-values.ts';
import type { Database, Row } from './database.ts';

/** Reads of one tenant's items. Every statement begins with the tenant; every value is a parameter. */

const BODY = '(SELECT body FROM bodies WHERE row = items.body_row)';

const COLUMNS: Readonly<Record<Parts, string>> = {
  none: columns('NULL', 'NULL'),
  card: columns('card', 'NULL'),
  body: columns('NULL', BODY),
  both: columns('card', BODY),
};

function columns(card: string, body: string): string {
  return `id, facility, class, day, at, clear, ${card}, ${body}, expires_at, etag, committed_at`;
}

const UNEXPIRED = '(expires_at IS NULL OR expires_at > ?)';

interface Condition {
  readonly sql: string;
  readonly values: readonly (string | number)[];
}

export function getItem(
  database: Database,
  tenant: string,
  kind: string,
  id: string,
  parts: Parts,
  now: EpochMs,
): StoredItem | undefined {
  const row = database.row(
    `SELECT ${COLUMNS[parts]} FROM items INDEXED BY items_by_id
     WHERE tenant = ? AND kind = ? AND id = ? AND ${UNEXPIRED}`,
    tenant,
    kind,
    id,
    now,
  );
  return row && storedItem(kind, row);
}

export function listItems(database: Database, tenant: string, query: ListQuery, now: EpochMs): readonly StoredItem[] {
  requireLimit(query.limit, 2000);
  const where = [...scope(tenant, query), { sql: UNEXPIRED, values: [now] }];
  if (query.class !== undefined) where.push({ sql: 'class = ?', values: [query.class] });
  if (query.dayTo !== undefined) where.push({ sql: 'day <= ?', values: [query.dayTo] });
  if (query.after !== undefined) where.push({ sql: 'id > ?', values: [query.after] });
  const rows = database.rows(
    `SELECT ${COLUMNS[query.parts]} FROM items ${listIndex(query)} WHERE ${sqlOf(where)} ORDER BY id LIMIT ?`,
    ...valuesOf(where),
    query.limit,
  );
  return rows.map((row) => storedItem(query.kind, row));
}

/**
 * Some days are few rows among years of them, so they come from the day index; a facility is one stretch of the table;
 * anything else goes through the ids. Said outright, because SQLite has no statistics to choose by.
 */
function listIndex(query: ListQuery): string {
  if (query.dayFrom !== undefined && query.dayTo !== undefined) return 'INDEXED BY items_by_day';
  return query.facility === undefined ? 'INDEXED BY items_by_id' : '';
}

export function countItems(
  database: Database,
  tenant: string,
  query: Pick<ListQuery, 'kind' | 'facility' | 'dayFrom'>,
  now: EpochMs,
): number {
  const where = [...scope(tenant, query), { sql: UNEXPIRED, values: [now] }];
  return integer(database.row(`SELECT count(*) FROM items WHERE ${sqlOf(where)}`, ...valuesOf(where))?.[0]);
}

function scope(tenant: string, query: Pick<ListQuery, 'kind' | 'facility' | 'dayFrom' | 'dayTo'>): Condition[] {
  const where: Condition[] = [{ sql: 'tenant = ? AND kind = ?', values: [tenant, query.kind] }];
  // '' stands for "no facility" in the table; no item's index names it.
  if (query.facility !== undefined) where.push({ sql: "facility = ? AND facility <> ''", values: [query.facility] });
  if (query.dayFrom !== undefined) where.push({ sql: `${dayColumn(query)} >= ?`, values: [query.dayFrom] });
  return where;
}

/**
 * From a day on are nearly all children of the tenant, so within a facility its own stretch is read: the plus sign keeps
 * SQLite from the index of days, which it would take, and from the rows of every other facility.
 */
function dayColumn({ facility, dayTo }: Pick<ListQuery, 'facility' | 'dayTo'>): 'day' | '+day' {
  return facility !== undefined && dayTo === undefined ? '+day' : 'day';
}

export function timelineItems(
  database: Database,
  tenant: string,
  query: TimelineQuery,
  now: EpochMs,
): readonly StoredItem[] {
  requireLimit(query.limit, 500);
  const where: Condition[] = [
    { sql: 'tenant = ? AND kind = ? AND at IS NOT NULL', values: [tenant, query.kind] },
    { sql: UNEXPIRED, values: [now] },
  ];
  if (query.from !== undefined) where.push({ sql: 'at >= ?', values: [query.from] });
  if (query.to !== undefined) where.push({ sql: 'at < ?', values: [query.to] });
  if (query.before !== undefined) where.push({ sql: '(at, id) < (?, ?)', values: [query.before.at, query.before.id] });
  for (const condition of query.where ?? []) where.push(contentCondition(condition));
  const rows = database.rows(
    `SELECT ${COLUMNS.none} FROM items INDEXED BY items_by_time WHERE ${sqlOf(where)}
     ORDER BY at DESC, id DESC LIMIT ?`,
    ...valuesOf(where),
    query.limit,
  );
  return rows.map((row) => storedItem(query.kind, row));
}

export function committedItems(
  database: Database,
  tenant: string,
  query: CommitOrderQuery,
  now: EpochMs,
): readonly StoredItem[] {
  requireLimit(query.limit, 500);
  const where: Condition[] = [
    { sql: 'tenant = ? AND kind = ? AND at IS NOT NULL', values: [tenant, query.kind] },
    { sql: 'committed_at >= ?', values: [query.from] },
    { sql: UNEXPIRED, values: [now] },
  ];
  if (query.to !== undefined) where.push({ sql: 'committed_at < ?', values: [query.to] });
  if (query.after !== undefined)
    where.push({ sql: '(committed_at, id) > (?, ?)', values: [query.after.committedAt, query.after.id] });
  const rows = database.rows(
    `SELECT ${COLUMNS.none} FROM items INDEXED BY items_by_commit WHERE ${sqlOf(where)}
     ORDER BY committed_at, id LIMIT ?`,
    ...valuesOf(where),
    query.limit,
  );
  return rows.map((row) => storedItem(query.kind, row));
}

/** The type is asked for too: SQLite would take the text of an array for a text, and a lone text for a list of one. */
function contentCondition(condition: NonNullable<TimelineQuery['where']>[number]): Condition {
  const path = `$.${JSON.stringify(condition.field)}`;
  if ('has' in condition) {
    return {
      sql: `json_type(clear, ?) = 'array' AND ? IN (SELECT value FROM json_each(clear, ?) WHERE type = 'text')`,
      values: [path, condition.has, path],
    };
  }
  const wanted = 'is' in condition ? [condition.is] : condition.anyOf;
  return {
    sql: `json_type(clear, ?) = 'text' AND json_extract(clear, ?) IN (SELECT value FROM json_each(?))`,
    values: [path, path, JSON.stringify(wanted)],
  };
}

function sqlOf(where: readonly Condition[]): string {
  return where.map((condition) => condition.sql).join(' AND ');
}

function valuesOf(where: readonly Condition[]): (string | number)[] {
  return where.flatMap((condition) => condition.values);
}

function storedItem(kind: string, row: Row): StoredItem {
  const [id, facility, className, day, at, clear, card, body, expiresAt, etag, committedAt] = row;
  const index: { -readonly [K in keyof ItemIndex]: ItemIndex[K] } = {};
  if (facility !== '') index.facility = text(facility);
  if (className !== null) index.class = text(className);
  if (day !== null) index.day = text(day);
  if (at !== null) index.at = integer(at);
  return {
    kind,
    id: text(id),
    index,
    clear: clear === null ? null : jsonObject(clear),
    card: textOrNull(card),
    body: textOrNull(body),
    expiresAt: integerOrNull(expiresAt),
    etag: text(etag),
    committedAt: integer(committedAt),
  };
}
