import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import {
  CONTROL_LAYOUTS,
  type ContainerLayout,
  TENANTS_LAYOUT,
} from '../../../src/adapters/cosmos/container-layout.ts';
import type { EpochMs } from '../../../src/model/instant.ts';
import type { JsonValue } from '../../../src/model/json.ts';
import { type CloudPlace, listening, originOf } from '../azure-doubles/cloud-place.ts';
import { FAKE_START } from '../fake-clock.ts';
import { type Answer, batch, containerBody, failure, query, RANGES, type SeenRequest, single } from './answers.ts';
import { type Document, Documents, type StoreState } from './documents.ts';
import { answerWith, type Fault, Faults, type RequestKind } from './faults.ts';
import { type QueryBody, queryPlan } from './queries.ts';

export const DATABASE = 'leyserkids';

export interface CosmosOptions {
  /** The name of its one database. */
  readonly database?: string;
  readonly place?: CloudPlace;
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
  readonly #database: string;
  readonly #place: CloudPlace | undefined;
  #server!: Server;
  #time: (() => EpochMs) | undefined;
  readonly #complaints: unknown[] = [];
  readonly #watchers: { readonly kind: RequestKind; readonly tell: () => void }[] = [];

  private constructor(consistency: string, { database = DATABASE, place }: CosmosOptions) {
    this.#database = database;
    this.#place = place;
    this.#state = { storeTime: FAKE_START, neverBack: false, consistency, writes: 0 };
    const layouts: readonly ContainerLayout[] = [TENANTS_LAYOUT, ...Object.values(CONTROL_LAYOUTS)];
    this.#containers = new Map(layouts.map((layout) => [layout.name, new Documents(layout, this.#state)]));
  }

  static async start(consistency = 'Strong', options: CosmosOptions = {}): Promise<CosmosDouble> {
    const double = new CosmosDouble(consistency, options);
    double.#server = await listening(options.place, (request, response) => {
      double.#serve(request, response).catch((error: unknown) => {
        double.#complaints.push(error);
        response.writeHead(501).end(JSON.stringify({ code: '501', message: String(error) }));
      });
    });
    return double;
  }

  get endpoint(): string {
    return originOf(this.#server, this.#place);
  }

  set storeTime(at: EpochMs) {
    this.#state.storeTime = at;
  }

  /** From now on the store's own time is what `time` says at each request, but in no container before its newest write. */
  followTime(time: () => EpochMs): void {
    this.#time = time;
    this.#state.neverBack = true;
  }

  /** Holds from now on the same documents as another double does now, and none of its own. */
  takeOver(past: CosmosDouble): void {
    this.#state.writes = past.#state.writes;
    for (const [name, documents] of this.#containers) documents.takeOver(past.documents(name));
  }

  /** The documents of a container, for who reaches past the protocol. */
  documents(container: string): Documents {
    const documents = this.#containers.get(container);
    if (documents === undefined) throw new Error(`no container ${container}`);
    return documents;
  }

  /** What stands in all containers, by the container's name. */
  everyDocument(): Readonly<Record<string, readonly Document[]>> {
    const standing = (documents: Documents) => documents.partitions().flatMap((each) => documents.visible(each, ''));
    return Object.fromEntries([...this.#containers].map(([name, documents]) => [name, standing(documents)]));
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
    if (this.#time !== undefined) this.#state.storeTime = this.#time();
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
      date: new Date(this.#containers.get(name)?.time ?? this.#state.storeTime).toUTCString(),
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
    if (seen.client === '' || this.#place?.admits(seen.client, this.endpoint) === false) return failure(401);
    if (seen.kind === 'account') return this.#account();
    const documents = this.#containers.get(seen.container);
    if (database !== this.#database || documents === undefined) return failure(404, { 'x-ms-substatus': '1003' });
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

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
