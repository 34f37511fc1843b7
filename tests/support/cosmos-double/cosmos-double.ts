import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  CONTROL_LAYOUTS,
  type ContainerLayout,
  TENANTS_LAYOUT,
} from '../../../src/adapters/cosmos/container-layout.ts';
import type { EpochMs } from '../../../src/model/instant.ts';
import type { JsonObject, JsonValue } from '../../../src/model/json.ts';
import { FAKE_START } from '../fake-clock.ts';
import { type DocumentOperation, Documents, MAX_BYTES, type StoreState } from './documents.ts';
import { answerWith, type Fault, Faults, type RequestKind } from './faults.ts';
import { NotIndexed, type QueryBody, queryPlan, runQuery } from './queries.ts';

export const DATABASE = 'leyserkids';

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

interface Answer {
  readonly status: number;
  readonly body?: JsonValue;
  readonly charge?: number;
  readonly headers?: Record<string, string>;
}

/**
 * A Cosmos DB account in this process, over HTTP on loopback, that is right about what the adapter rests on: consistency
 * level, partition scope, quoted etags and If-Match, atomic batches (reads included), time to live, sizes, index policy,
 * pages, request charges, and faults on demand. It has the containers of the layout and two physical partitions. Who asks
 * is told by the authorization header. Whatever the adapter does not use answers 501 and fails the test at `stop`.
 */
export class CosmosDouble {
  readonly requests: SeenRequest[] = [];
  /** Paths of conditions for which no index was there. */
  readonly scanned = new Set<string>();
  readonly #faults = new Faults();
  readonly #state: StoreState;
  readonly #containers: ReadonlyMap<string, Documents>;
  readonly #server: Server;
  readonly #complaints: unknown[] = [];
  readonly #watchers: { readonly kind: RequestKind; readonly tell: () => void }[] = [];

  private constructor(consistency: string) {
    this.#state = { storeTime: FAKE_START, consistency, writes: 0 };
    const layouts: readonly ContainerLayout[] = [TENANTS_LAYOUT, ...Object.values(CONTROL_LAYOUTS)];
    this.#containers = new Map(layouts.map((layout) => [layout.name, new Documents(layout, this.#state)]));
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch((error: unknown) => {
        this.#complaints.push(error);
        response.writeHead(501).end(JSON.stringify({ code: '501', message: String(error) }));
      });
    });
  }

  static async start(consistency = 'Strong'): Promise<CosmosDouble> {
    const double = new CosmosDouble(consistency);
    await new Promise<void>((listening) => double.#server.listen(0, '127.0.0.1', listening));
    return double;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  set storeTime(at: EpochMs) {
    this.#state.storeTime = at;
  }

  fault(fault: Fault): void {
    this.#faults.add(fault);
  }

  /** Resolves when the next request of the kind has arrived. */
  arrival(kind: RequestKind): Promise<void> {
    return new Promise((tell) => this.#watchers.push({ kind, tell }));
  }

  /** Refuses connections from now on. */
  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((closed) => this.#server.close(closed));
  }

  /** Throws when the adapter asked for what the double does not know. */
  async stop(): Promise<void> {
    await this.close();
    if (this.#complaints.length > 0) throw new AggregateError(this.#complaints, String(this.#complaints[0]));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await textOf(request);
    const body = text === '' ? undefined : (JSON.parse(text) as JsonValue);
    const [, database, name = '', part, id] =
      /^\/dbs\/([^/]+)\/colls\/([^/]+)(?:\/(docs|pkranges)(?:\/([^/]+))?)?$/.exec(request.url ?? '') ?? [];
    const kind = kindOf(request, part, id);
    const partitionHeader = request.headers['x-ms-documentdb-partitionkey'];
    const seen: SeenRequest = {
      kind,
      container: name,
      partition: partitionHeader === undefined ? undefined : (JSON.parse(String(partitionHeader)) as JsonValue),
      client: decodeURIComponent(request.headers.authorization ?? ''),
      url: request.url ?? '',
      body,
    };
    this.requests.push(seen);
    for (const watcher of this.#watchers) if (watcher.kind === kind) watcher.tell();
    const fault = this.#faults.next(kind);
    const answer =
      fault !== undefined && !fault.applied
        ? undefined
        : this.#answer(seen, request, database, decodeURIComponent(id ?? ''), Buffer.byteLength(text));
    if (fault !== undefined) return answerWith(fault, response, Array.isArray(body) ? body.length : 0);
    if (answer === undefined) throw new Error('no answer');
    response.writeHead(answer.status, {
      date: new Date(this.#state.storeTime).toUTCString(),
      'content-type': 'application/json',
      'x-ms-request-charge': String(answer.charge ?? 0),
      'x-ms-activity-id': '00000000-0000-0000-0000-000000000001',
      ...answer.headers,
    });
    response.end(answer.body === undefined ? undefined : JSON.stringify(answer.body));
  }

  #answer(
    seen: SeenRequest,
    { headers }: IncomingMessage,
    database: string | undefined,
    id: string,
    bytes: number,
  ): Answer {
    if (seen.client === '') return failure(401);
    if (seen.kind === 'account') return this.#account();
    const documents = this.#containers.get(seen.container);
    if (database !== DATABASE || documents === undefined) return failure(404, { 'x-ms-substatus': '1003' });
    const page = {
      size: Number(headers['x-ms-max-item-count'] ?? -1),
      continuation: headers['x-ms-continuation']?.toString(),
    };
    switch (seen.kind) {
      case 'container':
        return { status: 200, body: containerBody(documents.layout) };
      case 'ranges':
        return { status: 200, body: { _rid: 'c', PartitionKeyRanges: RANGES, _count: RANGES.length } };
      case 'plan':
        return { status: 200, body: queryPlan(seen.body as unknown as QueryBody) };
      case 'query':
        return query(documents, seen, headers['x-ms-documentdb-partitionkeyrangeid']?.toString(), page, this.scanned);
      case 'batch':
        return batch(documents, seen, bytes);
      default:
        return single(documents, seen, id, headers['if-match']);
    }
  }

  #account(): Answer {
    const location = [{ name: 'Japan East', databaseAccountEndpoint: this.endpoint }];
    return {
      status: 200,
      body: {
        id: 'double',
        writableLocations: location,
        readableLocations: location,
        enableMultipleWriteLocations: false,
        userConsistencyPolicy: { defaultConsistencyLevel: this.#state.consistency },
      },
    };
  }
}

const RANGES = [
  { _rid: 'r0', id: '0', minInclusive: '', maxExclusive: '7F', status: 'online', parents: [] },
  { _rid: 'r1', id: '1', minInclusive: '7F', maxExclusive: 'FF', status: 'online', parents: [] },
];

/** Which physical partition a logical one lies in: any rule does, as long as both get some. */
function rangeOf(partition: string): string {
  return RANGES[partition.charCodeAt(partition.length - 1) % RANGES.length]?.id ?? '';
}

function kindOf(
  { method, headers, url }: IncomingMessage,
  part: string | undefined,
  id: string | undefined,
): RequestKind {
  if (method === 'GET' && url === '/') return 'account';
  if (method === 'GET' && part === undefined) return 'container';
  if (method === 'GET' && part === 'pkranges') return 'ranges';
  if (method === 'POST' && part === 'docs' && id === undefined) {
    if (headers['x-ms-cosmos-is-query-plan-request']) return 'plan';
    if (headers['x-ms-documentdb-isquery']) return 'query';
    if (headers['x-ms-cosmos-is-batch-request'] && headers['x-ms-cosmos-batch-atomic'] === 'true') return 'batch';
    if (!headers['x-ms-documentdb-is-upsert'] && !headers['x-ms-cosmos-is-batch-request']) return 'create';
  }
  if (part === 'docs' && id !== undefined) {
    if (method === 'GET') return 'read';
    if (method === 'PUT') return 'replace';
    if (method === 'DELETE') return 'delete';
  }
  throw new Error(`the double does not know ${method} ${url}`);
}

function query(
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
      charge: 3 + results.length / 10,
      headers: continuation === undefined ? {} : { 'x-ms-continuation': continuation },
    };
  } catch (error) {
    if (error instanceof NotIndexed) return failure(400);
    throw error;
  }
}

/** 100 operations and 2 MB at most; one status for each, and 207 when one has failed and with it all. */
function batch(documents: Documents, { client, partition, body }: SeenRequest, bytes: number): Answer {
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

function single(documents: Documents, seen: SeenRequest, id: string, ifMatch: string | undefined): Answer {
  const scope = scopeOf(seen.partition);
  if (scope === undefined) return failure(400);
  if (seen.kind === 'read') {
    const found = documents.visible(scope, seen.client).find((document) => document.id === id);
    return found === undefined ? failure(404) : { status: 200, body: found, charge: 2 };
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

function failure(status: number, headers: Record<string, string> = {}): Answer {
  return { status, charge: 1, headers, body: { code: String(status), message: 'text of the server' } };
}

function containerBody(layout: ContainerLayout): JsonObject {
  const partitionKey = { paths: [`/${layout.partitionProperty}`], kind: 'Hash', version: 2 };
  return { id: layout.name, _rid: 'c', partitionKey };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
