import type { ContainerLayout } from '../../../src/adapters/cosmos/container-layout.ts';
import type { JsonObject, JsonValue } from '../../../src/model/json.ts';
import { queryCharge, readCharge } from './charges.ts';
import { type DocumentOperation, type Documents, MAX_BYTES } from './documents.ts';
import type { RequestKind } from './faults.ts';
import { NotIndexed, type QueryBody, runQuery } from './queries.ts';

/** One request as it arrived. */
export interface SeenRequest {
  readonly kind: RequestKind;
  readonly container: string;
  /** The partition key header, parsed; undefined when there is none. */
  readonly partition: JsonValue | undefined;
  readonly client: string;
  readonly url: string;
  readonly body: JsonValue | undefined;
}

/** What it is answered with. */
export interface Answer {
  readonly status: number;
  readonly body?: JsonValue;
  readonly charge?: number;
  readonly headers?: Record<string, string>;
}

/** The physical partitions. */
export const RANGES = [
  { _rid: 'r0', id: '0', minInclusive: '', maxExclusive: '7F', status: 'online', parents: [] },
  { _rid: 'r1', id: '1', minInclusive: '7F', maxExclusive: 'FF', status: 'online', parents: [] },
];

/** Which physical partition a logical one lies in: any rule does, as long as both get some. */
function rangeOf(partition: string): string {
  return RANGES[partition.charCodeAt(partition.length - 1) % RANGES.length]?.id ?? '';
}

export function query(
  documents: Documents,
  { client, partition, body }: SeenRequest,
  range: string | undefined,
  page: { readonly size: number; readonly continuation: string | undefined },
  scanned: Set<string>,
): Answer {
  const asked = body as unknown as QueryBody;
  if (partition === undefined && range === undefined) {
    // What a gateway says to a query that it cannot serve from one place: the SDK goes on by the plan.
    const message = 'Cross partition query only supports simple filters and projections';
    return { status: 400, body: { code: 'BadRequest', message }, headers: { 'x-ms-substatus': '1004' } };
  }
  const partitions =
    partition === undefined
      ? documents.partitions().filter((each) => rangeOf(each) === range)
      : [scopeOf(partition) ?? ''];
  try {
    const visible = partitions.flatMap((each) => documents.visible(each, client));
    const { results, continuation } = runQuery(documents.layout, visible, asked, page, scanned);
    return {
      status: 200,
      body: { _rid: 'c', Documents: results, _count: results.length },
      charge: queryCharge(results),
      headers: continuation === undefined ? {} : { 'x-ms-continuation': continuation },
    };
  } catch (error) {
    if (error instanceof NotIndexed) return failure(400);
    throw error;
  }
}

/** 100 operations and 2 MB at most; one status for each, and 207 when one has failed and with it all. */
export function batch(documents: Documents, { client, partition, body }: SeenRequest, bytes: number): Answer {
  const operations = body as unknown as readonly DocumentOperation[];
  const scope = scopeOf(partition);
  if (scope === undefined || operations.length === 0 || operations.length > 100) return failure(400);
  if (operations.some((operation) => operation.operationType === 'Delete' && operation.ifMatch)) return failure(400);
  if (bytes > MAX_BYTES) return failure(413);
  const results = documents.apply(scope, operations, client);
  const charge = results.reduce((sum, { requestCharge }) => sum + requestCharge, 0);
  const failed = results.some(({ statusCode }) => statusCode >= 400);
  return { status: failed ? 207 : 200, body: results as unknown as JsonValue, charge };
}

const OPERATION_TYPES = { create: 'Create', replace: 'Replace', delete: 'Delete' } as const;

export function single(documents: Documents, seen: SeenRequest, id: string, ifMatch: string | undefined): Answer {
  const scope = scopeOf(seen.partition);
  if (scope === undefined) return failure(400);
  if (seen.kind === 'read') {
    const found = documents.visible(scope, seen.client).find((document) => document.id === id);
    const charge = readCharge(found);
    return found === undefined ? { ...failure(404), charge } : { status: 200, body: found, charge };
  }
  const operation: DocumentOperation = {
    operationType: OPERATION_TYPES[seen.kind as keyof typeof OPERATION_TYPES],
    id,
    ...(ifMatch === undefined ? {} : { ifMatch }),
    ...(seen.body === undefined ? {} : { resourceBody: seen.body as JsonObject }),
  };
  const [result] = documents.apply(scope, [operation], seen.client);
  const { statusCode = 500, resourceBody, requestCharge = 0 } = result ?? {};
  if (statusCode >= 400) return failure(statusCode);
  return { status: statusCode, charge: requestCharge, ...(resourceBody && { body: resourceBody }) };
}

/** The one partition key of a request; undefined unless the header names exactly one. */
function scopeOf(partition: JsonValue | undefined): string | undefined {
  const [scope] = Array.isArray(partition) && partition.length === 1 ? partition : [];
  return typeof scope === 'string' && scope !== '' ? scope : undefined;
}

export function failure(status: number, headers: Record<string, string> = {}): Answer {
  return { status, charge: 1, headers, body: { code: String(status), message: 'text of the server' } };
}

export function containerBody(layout: ContainerLayout): JsonObject {
  const partitionKey = { paths: [`/${layout.partitionProperty}`], kind: 'Hash', version: 2 };
  return { id: layout.name, _rid: 'c', partitionKey };
}
