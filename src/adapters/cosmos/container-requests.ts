import type { Container, OperationInput, SqlQuerySpec } from '@azure/cosmos';
import type { EpochMs } from '../../model/instant.ts';
import type { JsonObject } from '../../model/json.ts';
import { StoreError } from '../../ports/store-error.ts';
import { type Answered, type AnswerHeaders, attempts, type Surroundings } from './attempts.ts';
import { OperationRefused } from './cosmos-trouble.ts';
import type { UnitBudget } from './unit-budget.ts';

/** One write of a batch, or the read that must succeed for the batch to be applied. */
export type BatchOperation =
  | { readonly operationType: 'Read'; readonly id: string }
  | { readonly operationType: 'Create'; readonly resourceBody: JsonObject; readonly minimalReturnPreference?: boolean }
  | {
      readonly operationType: 'Replace';
      readonly id: string;
      readonly ifMatch: string;
      readonly resourceBody: JsonObject;
      readonly minimalReturnPreference?: boolean;
    }
  | { readonly operationType: 'Delete'; readonly id: string };

/** What one operation of a batch brought. */
export interface BatchResult {
  readonly statusCode: number;
  readonly eTag?: string;
  readonly resourceBody?: unknown;
}

export interface BatchAnswer {
  readonly results: readonly BatchResult[];
  /** The operation that failed and its HTTP status; nothing of the batch was applied. Undefined when all of it was. */
  readonly refused: { readonly position: number; readonly status: number } | undefined;
  /** The server's own time of the answer, whole seconds; undefined when it did not say. */
  readonly answeredAt: EpochMs | undefined;
}

/** Marks the operations that failed only because another one did. Source: transactional batches in Cosmos DB. */
const FAILED_DEPENDENCY = 424;

/** Statuses that ask for the same batch again; everything else is for the caller to settle. */
const TRANSIENT = new Set([408, 410, 429, 449, 503]);

/** The most results that one page is asked for: what the REST interface has always taken, and some MB at most. */
const PAGE_MAX = 1000;

/**
 * The requests that the stores make of one container. All throw StoreError as `attempts` says. Documents come as the
 * server sent them: whoever reads them checks their shape.
 */
export class ContainerRequests {
  readonly name: string;
  readonly #container: Container;
  readonly #surroundings: Surroundings;

  constructor(container: Container, surroundings: Surroundings) {
    this.name = container.id;
    this.#container = container;
    this.#surroundings = surroundings;
  }

  /** The document, or undefined when there is none; with the server's time of the answer. */
  async read(
    partition: string,
    id: string,
    operation = 'get',
  ): Promise<{ readonly document: unknown; readonly answeredAt: EpochMs | undefined }> {
    const { answer } = await this.#send(operation, false, async (abortSignal) => {
      const response = await this.#container.item(id, partition).read({ abortSignal });
      const { statusCode: code, substatus = 0, headers } = response;
      // The SDK hands a 404 back as an answer, also when it is the container that is missing.
      if (code === 404 && substatus !== 0) throw Object.assign(new Error('missing'), { code, substatus, headers });
      return response;
    });
    return { document: answer.resource, answeredAt: serverTime(answer.headers) };
  }

  /** Throws `conflict` when the document exists. Returns it as stored. */
  async create(document: JsonObject): Promise<unknown> {
    const { answer } = await this.#send('create', true, (abortSignal) =>
      this.#container.items.create(document, { abortSignal }),
    );
    return answer.resource;
  }

  /** Throws `not-found`, or `stale` when the etag is another. Returns the document as stored. */
  async replace(partition: string, document: JsonObject & { readonly id: string }, etag: string): Promise<unknown> {
    const { answer } = await this.#send('replace', true, (abortSignal) =>
      this.#container
        .item(document.id, partition)
        .replace(document, { abortSignal, accessCondition: { type: 'IfMatch', condition: etag } }),
    );
    return answer.resource;
  }

  /** Throws `not-found` when there is nothing to delete. */
  async remove(partition: string, id: string): Promise<void> {
    await this.#send('delete', true, (abortSignal) => this.#container.item(id, partition).delete({ abortSignal }));
  }

  /** Applies all operations, in order and in one partition, or none. */
  async batch(
    partition: string,
    operations: readonly BatchOperation[],
    operation: string,
  ): Promise<Answered<BatchAnswer>> {
    const { answer, afterUnclear } = await this.#send(operation, true, async (abortSignal) => {
      // The SDK's types lack `minimalReturnPreference`, a field of the protocol that its siblings for Java and .NET send.
      const response = await this.#container.items.batch([...operations] as OperationInput[], partition, {
        abortSignal,
      });
      const results = (response.result ?? []) as readonly (BatchResult & {
        readonly retryAfterMilliseconds?: number;
      })[];
      const position = results.findIndex(({ statusCode }) => statusCode >= 400 && statusCode !== FAILED_DEPENDENCY);
      const failed = results[position];
      if (failed !== undefined && TRANSIENT.has(failed.statusCode)) {
        throw Object.assign(new OperationRefused(failed.statusCode, failed.retryAfterMilliseconds), {
          headers: response.headers,
        });
      }
      const refused = failed && { position, status: failed.statusCode };
      if (refused === undefined && results.length !== operations.length) {
        throw new StoreError('unavailable', `${this.name} ${operation}: an answer of another shape`, { unclear: true });
      }
      return { headers: response.headers, results, refused, answeredAt: serverTime(response.headers) };
    });
    return { answer, afterUnclear };
  }

  /**
   * The first `limit` results of a query in one partition, each page within the budget where there is one. The query must
   * name the partition in its conditions, too.
   */
  async query(
    partition: string,
    query: SqlQuerySpec,
    limit: number,
    operation: string,
    budget?: UnitBudget,
  ): Promise<readonly unknown[]> {
    // Without a partition key the SDK would ask every partition.
    if (partition === '') throw new RangeError('a partition has a name');
    const found: unknown[] = [];
    let continuationToken: string | undefined;
    do {
      const options = {
        partitionKey: partition,
        maxItemCount: Math.min(limit - found.length, PAGE_MAX),
        ...(continuationToken === undefined ? {} : { continuationToken }),
      };
      await budget?.paid();
      const { answer } = await this.#send(operation, false, async (abortSignal) => {
        const page = await this.#container.items.query(query, { ...options, abortSignal }).fetchNext();
        return { headers: charged(page.requestCharge), page };
      });
      budget?.spend(answer.page.requestCharge);
      found.push(...(answer.page.resources ?? []));
      continuationToken = answer.page.continuationToken;
    } while (continuationToken && found.length < limit);
    return found.slice(0, limit);
  }

  /** The first `limit` results of a query over all partitions. */
  async queryAcross(query: SqlQuerySpec, limit: number, operation: string): Promise<readonly unknown[]> {
    const { answer } = await this.#send(operation, false, async (abortSignal) => {
      const pages = this.#container.items.query(query, { maxItemCount: Math.min(limit, PAGE_MAX), abortSignal });
      const found: unknown[] = [];
      let charge = 0;
      while (found.length < limit && pages.hasMoreResults()) {
        const page = await pages.fetchNext();
        charge += page.requestCharge;
        found.push(...(page.resources ?? []));
      }
      return { headers: charged(charge), found };
    });
    return answer.found.slice(0, limit);
  }

  #send<T extends { readonly headers: AnswerHeaders }>(
    operation: string,
    writing: boolean,
    call: (signal: AbortSignal) => Promise<T>,
  ): Promise<Answered<T>> {
    return attempts(this.#surroundings, { container: this.name, operation, writing }, call);
  }
}

/** The SDK keeps a page's headers to itself. */
function charged(units: number): AnswerHeaders {
  return { 'x-ms-request-charge': units };
}

/** The server's time from its `Date` header; Cosmos DB sends one with every answer. */
function serverTime(headers: AnswerHeaders): EpochMs | undefined {
  const at = Date.parse(String(headers['date']));
  return Number.isNaN(at) ? undefined : at;
}
