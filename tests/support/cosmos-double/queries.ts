import type { ContainerLayout } from '../../../src/adapters/cosmos/container-layout.ts';
import type { JsonObject, JsonValue } from '../../../src/model/json.ts';
import type { Document } from './documents.ts';
import { type ParsedQuery, parseQuery } from './sql.ts';

export interface QueryBody {
  readonly query: string;
  readonly parameters?: readonly { readonly name: string; readonly value: JsonValue }[];
}

/** A page holds at most this many results, whatever a client asks for. */
const PAGE_MAX = 1000;
/** Counts come in parts of this many documents: a server may end a page of an aggregate wherever it likes. */
const COUNTED_AT_ONCE = 40;

/** An order that no composite index serves: Cosmos DB refuses it. */
export class NotIndexed extends Error {}

/**
 * One page of results; `continuation` says where the next begins. `scanned` takes the paths of conditions that no index
 * serves: Cosmos DB reads every document for them. Throws NotIndexed and, for unknown SQL, Error.
 */
export function runQuery(
  layout: ContainerLayout,
  documents: readonly Document[],
  body: QueryBody,
  page: { readonly size: number; readonly continuation: string | undefined },
  scanned: Set<string>,
): { readonly results: readonly JsonValue[]; readonly continuation: string | undefined } {
  const query = parseQuery(body.query);
  requireIndexed(layout, query);
  for (const path of query.filtered) {
    if (!SYSTEM.has(path) && !layout.includedPaths.includes(`${path}/?`)) scanned.add(path);
  }
  const parameters = new Map((body.parameters ?? []).map(({ name, value }) => [name, value]));
  const matching = documents.filter((document) => query.where(document, parameters) === true).sort(inOrder(query));
  const size =
    query.select === 'count' ? COUNTED_AT_ONCE : page.size > 0 && page.size < PAGE_MAX ? page.size : PAGE_MAX;
  const start = Number(page.continuation ?? 0);
  const end = Math.min(start + size, matching.length);
  const rows = matching.slice(start, end);
  return {
    results: query.select === 'count' ? [rows.length] : rows.map((row) => projected(query, row)),
    continuation: end < matching.length ? String(end) : undefined,
  };
}

function projected({ select, order }: ParsedQuery, document: Document): JsonObject {
  if (select === 'all' || select === 'count') return document;
  if (select === 'order-by') {
    const orderByItems = order.map(({ property }) => ({ item: document[property] }));
    return { _rid: document._rid, orderByItems, payload: document };
  }
  return Object.fromEntries(select.flatMap((name) => (Object.hasOwn(document, name) ? [[name, document[name]]] : [])));
}

function inOrder({ order }: ParsedQuery): (a: Document, b: Document) => number {
  return (a, b) => {
    for (const { property, descending } of order) {
      const [left, right] = [a[property], b[property]] as [string, string];
      if (left !== right) return left < right === descending ? 1 : -1;
    }
    return a._rid < b._rid ? -1 : 1;
  };
}

/** System properties are always indexed. */
const SYSTEM = new Set(['/id', '/_ts']);

function requireIndexed(layout: ContainerLayout, { order }: ParsedQuery): void {
  if (order.length < 2) return;
  const paths = JSON.stringify(order.map(({ property }) => `/${property}`));
  const oneDirection = new Set(order.map(({ descending }) => descending)).size === 1;
  if (!oneDirection || !layout.compositeIndexes.some((index) => JSON.stringify(index) === paths)) {
    throw new NotIndexed(`The order by query does not have a corresponding composite index: ${paths}`);
  }
}

/** The plan by which the SDK runs an ordered query over all partitions: each sorts its own, the SDK merges. */
export function queryPlan({ query: text }: QueryBody): JsonObject {
  const { order, whereText, select } = parseQuery(text);
  const expressions = order.map(({ property }) => `c.${property}`);
  const items = expressions.map((expression) => `{"item": ${expression}}`).join(', ');
  const orderBy = order.map(({ property, descending }) => `c.${property} ${descending ? 'DESC' : 'ASC'}`).join(', ');
  const rewritten =
    `SELECT c._rid, [${items}] AS orderByItems, c AS payload FROM c ` +
    `WHERE ((${whereText}) AND ({documentdb-formattableorderbyquery-filter})) ORDER BY ${orderBy}`;
  return {
    partitionedQueryExecutionInfoVersion: 2,
    queryInfo: {
      distinctType: 'None',
      top: null,
      offset: null,
      limit: null,
      orderBy: order.map(({ descending }) => (descending ? 'Descending' : 'Ascending')),
      orderByExpressions: expressions,
      groupByExpressions: [],
      groupByAliases: [],
      aggregates: select === 'count' ? ['Count'] : [],
      groupByAliasToAggregateType: {},
      rewrittenQuery: order.length === 0 ? '' : rewritten,
      hasSelectValue: select === 'count',
      hasNonStreamingOrderBy: false,
    },
    queryRanges: [{ min: '', max: 'FF', isMinInclusive: true, isMaxInclusive: false }],
  };
}
