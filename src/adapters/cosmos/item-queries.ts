import type { SqlParameter, SqlQuerySpec } from '@azure/cosmos';
import { type EpochMs, SECOND } from '../../model/instant.ts';
import type { CommitOrderQuery, ListQuery, Parts, TimelineQuery } from '../../ports/partition-store.ts';
import { ITEM_PROPERTIES } from './item-document.ts';

/**
 * Queries over one tenant's items. Each names the tenant in its conditions although it is sent to the tenant's partition:
 * where a server asks for it the SDK runs a query over all partitions, and then only the condition is left. Every value
 * is a parameter. Orders follow the composite indexes of the layout.
 */

const SEALED: Readonly<Record<Parts, readonly string[]>> = {
  none: [],
  card: ['card'],
  body: ['body'],
  both: ['card', 'body'],
};

/** Names of content fields are fixed words of the code; anything else cannot be one. */
const FIELD = /^[A-Za-z]+$/;

/** Collects conditions and their parameters. */
class Conditions {
  readonly #texts: string[] = [];
  readonly #parameters: SqlParameter[] = [];

  constructor(tenantId: string) {
    this.add('c.tenantId = ?', tenantId);
  }

  /** Each `?` of the text takes the next value. */
  add(text: string, ...values: readonly (string | number | readonly string[])[]): void {
    let next = 0;
    this.#texts.push(
      text.replaceAll('?', () => {
        const name = `@p${this.#parameters.length}`;
        this.#parameters.push({ name, value: values[next++] as SqlParameter['value'] });
        return name;
      }),
    );
  }

  query(select: string, order = ''): SqlQuerySpec {
    const query = `SELECT ${select} FROM c WHERE ${this.#texts.join(' AND ')}${order}`;
    return { query, parameters: this.#parameters };
  }
}

/** Items in id order. The limit is the caller's. */
export function listSpec(tenantId: string, query: ListQuery, now: EpochMs): SqlQuerySpec {
  const { facility, dayFrom, dayTo } = query;
  const oneDay = dayFrom !== undefined && dayFrom === dayTo;
  const where = inScope(tenantId, query, now);
  if (query.class !== undefined) where.add('c.class = ?', query.class);
  if (oneDay) where.add('c.day = ?', dayFrom);
  else if (dayTo !== undefined) where.add('c.day <= ?', dayTo);
  if (query.after !== undefined) where.add('c.key > ?', query.after);
  // Naming what is equal throughout lets a composite index serve the conditions and the order in one.
  const equal = ['kind', ...(facility === undefined ? [] : ['facility']), ...(oneDay ? ['day'] : [])];
  return where.query(selected(query.parts), orderBy([...equal, 'key'], 'ASC'));
}

/** How many items; the server may tell it in several parts, which add up. */
export function countSpec(
  tenantId: string,
  query: Pick<ListQuery, 'kind' | 'facility' | 'dayFrom'>,
  now: EpochMs,
): SqlQuerySpec {
  return inScope(tenantId, query, now).query('VALUE COUNT(1)');
}

/** Items with an instant, newest first by (at, id). The limit is the caller's. */
export function timelineSpec(tenantId: string, query: TimelineQuery, now: EpochMs): SqlQuerySpec {
  const { from, to, before } = query;
  const where = inScope(tenantId, { kind: query.kind }, now);
  where.add('IS_DEFINED(c.at)');
  if (from !== undefined) where.add('c.at >= ?', from);
  if (to !== undefined) where.add('c.at < ?', to);
  if (before !== undefined) {
    where.add('c.at <= ?', before.at);
    where.add('(c.at < ? OR c.key < ?)', before.at, before.id);
  }
  for (const condition of query.where ?? []) {
    if (!FIELD.test(condition.field)) throw new RangeError('the name of a content field is a word');
    const field = `c.clear["${condition.field}"]`;
    if ('is' in condition) where.add(`${field} = ?`, condition.is);
    else if ('has' in condition) where.add(`ARRAY_CONTAINS(${field}, ?)`, condition.has);
    else where.add(`ARRAY_CONTAINS(?, ${field})`, condition.anyOf);
  }
  return where.query(selected('none'), orderBy(['kind', 'at', 'key'], 'DESC'));
}

/**
 * Items with an instant in the order of (commit time, id). The limit is the caller's. `_ts` counts whole seconds; bounds and
 * position are compared with it as fractions of seconds, not rounded: so a bound inside a second has that second's items, which
 * lie at its beginning, on one side only.
 */
export function committedSpec(tenantId: string, query: CommitOrderQuery, now: EpochMs): SqlQuerySpec {
  const { from, to, after } = query;
  const where = inScope(tenantId, { kind: query.kind }, now);
  where.add('IS_DEFINED(c.at)');
  where.add('c._ts >= ?', Math.max(from, after?.committedAt ?? from) / SECOND);
  if (to !== undefined) where.add('c._ts < ?', to / SECOND);
  if (after !== undefined) where.add('(c._ts > ? OR c.key > ?)', after.committedAt / SECOND, after.id);
  return where.query(selected('none'), orderBy(['kind', '_ts', 'key'], 'ASC'));
}

/** Ids of any of the tenant's documents, expired ones included. */
export function anyIdsSpec(tenantId: string): SqlQuerySpec {
  return new Conditions(tenantId).query('c.id');
}

/** Which of the ids exist. */
export function existingIdsSpec(tenantId: string, ids: readonly string[]): SqlQuerySpec {
  const where = new Conditions(tenantId);
  where.add('ARRAY_CONTAINS(?, c.id)', ids);
  return where.query('c.id');
}

function inScope(
  tenantId: string,
  { kind, facility, dayFrom }: Pick<ListQuery, 'kind' | 'facility' | 'dayFrom'>,
  now: EpochMs,
): Conditions {
  const where = new Conditions(tenantId);
  where.add('c.kind = ?', kind);
  where.add('(NOT IS_DEFINED(c.expiresAt) OR c.expiresAt > ?)', now);
  if (facility !== undefined) where.add('c.facility = ?', facility);
  if (dayFrom !== undefined) where.add('c.day >= ?', dayFrom);
  return where;
}

function selected(parts: Parts): string {
  return [...ITEM_PROPERTIES, ...SEALED[parts]].map((name) => `c.${name}`).join(', ');
}

function orderBy(properties: readonly string[], direction: 'ASC' | 'DESC'): string {
  return ` ORDER BY ${properties.map((name) => `c.${name} ${direction}`).join(', ')}`;
}
