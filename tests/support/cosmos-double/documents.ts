import type { ContainerLayout } from '../../../src/adapters/cosmos/container-layout.ts';
import type { EpochMs } from '../../../src/model/instant.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { readCharge, writeCharge } from './charges.ts';

/** An item of more bytes is refused, as is a batch. Source: Cosmos DB's service quotas. */
export const MAX_BYTES = 2 * 1024 * 1024;

export interface Document extends JsonObject {
  readonly id: string;
  readonly _rid: string;
  readonly _etag: string;
  readonly _ts: number;
}

/** One write, or a read inside a batch, as the protocol names it. */
export interface DocumentOperation {
  readonly operationType: string;
  readonly id?: string;
  readonly ifMatch?: string;
  readonly resourceBody?: JsonObject;
  readonly minimalReturnPreference?: boolean;
}

export interface OperationResult {
  readonly statusCode: number;
  readonly requestCharge: number;
  readonly eTag?: string;
  readonly resourceBody?: JsonObject;
}

interface Slot {
  readonly document: Document | undefined;
  /** What stood before the newest write, and whose write it was: what others may still see when reads may be stale. */
  readonly before: Document | undefined;
  readonly writer: string;
}

export interface StoreState {
  /** The service's own time. */
  storeTime: EpochMs;
  /** Whether a container's time stands still at its newest write while `storeTime` is before that. */
  neverBack: boolean;
  consistency: string;
  /** Counts writes: for etags and resource ids. */
  writes: number;
}

/** The documents of one container. */
export class Documents {
  readonly layout: ContainerLayout;
  readonly #state: StoreState;
  readonly #partitions = new Map<string, Map<string, Slot>>();
  #newest: EpochMs = 0;

  constructor(layout: ContainerLayout, state: StoreState) {
    this.layout = layout;
    this.#state = state;
  }

  /** Holds the same as the other from now on; documents are never changed in place, so both may hold the same ones. */
  takeOver(past: Documents): void {
    this.#newest = past.#newest;
    this.#partitions.clear();
    for (const [partition, slots] of past.#partitions) this.#partitions.set(partition, new Map(slots));
  }

  /** The service's own time, as this container tells it. */
  get time(): EpochMs {
    const { storeTime, neverBack } = this.#state;
    return neverBack ? Math.max(storeTime, this.#newest) : storeTime;
  }

  /** All that lies in a partition, whether or not it still lives. */
  lying(partition: string): readonly Document[] {
    return [...(this.#partitions.get(partition)?.values() ?? [])].flatMap(({ document }) => document ?? []);
  }

  /** Makes a partition hold these and nothing else, by no rule of the protocol. */
  lay(partition: string, documents: readonly Document[]): void {
    const slot = (document: Document): Slot => ({ document, before: document, writer: '' });
    this.#partitions.set(partition, new Map(documents.map((document) => [document.id, slot(document)])));
  }

  partitions(): string[] {
    return [...this.#partitions.keys()];
  }

  /** What a client sees of one partition: under any but strong consistency others' newest writes are hidden from it. */
  visible(partition: string, client: string): Document[] {
    const seen: Document[] = [];
    for (const slot of this.#partitions.get(partition)?.values() ?? []) {
      const stale = this.#state.consistency !== 'Strong' && slot.writer !== client;
      const document = stale ? slot.before : slot.document;
      if (document !== undefined && this.#lives(document)) seen.push(document);
    }
    return seen;
  }

  /** Applies the operations in order; none when one fails, and then the others are failed dependencies. */
  apply(partition: string, operations: readonly DocumentOperation[], client: string): OperationResult[] {
    const overlay = new Map<string, Document | undefined>();
    const results: OperationResult[] = [];
    for (const operation of operations) {
      const result = this.#applyOne(partition, operation, overlay);
      results.push(result);
      if (result.statusCode < 400) continue;
      return operations.map((_, position) =>
        position === results.length - 1 ? result : { statusCode: 424, requestCharge: 0 },
      );
    }
    const slots = this.#partitions.get(partition) ?? new Map<string, Slot>();
    if (overlay.size > 0) this.#partitions.set(partition, slots);
    for (const [id, document] of overlay) {
      slots.set(id, { document, before: slots.get(id)?.document, writer: client });
    }
    return results;
  }

  #applyOne(
    partition: string,
    operation: DocumentOperation,
    overlay: Map<string, Document | undefined>,
  ): OperationResult {
    const { operationType, resourceBody, ifMatch } = operation;
    const id = operationType === 'Create' ? String(resourceBody?.['id']) : String(operation.id);
    const found = overlay.has(id) ? overlay.get(id) : this.#living(partition, id);
    const failed = (statusCode: number): OperationResult => ({ statusCode, requestCharge: 1 });
    if (id === '' || /[/\\?#]/.test(id) || Buffer.byteLength(id) > 1023) return failed(400);

    if (operationType === 'Create') {
      if (found !== undefined) return failed(409);
    } else if (found === undefined) return failed(404);
    if (operationType === 'Read') {
      return {
        statusCode: 200,
        requestCharge: readCharge(found),
        eTag: found?._etag ?? '',
        ...(found && { resourceBody: found }),
      };
    }
    if (ifMatch !== undefined && ifMatch !== found?._etag) return failed(412);
    if (operationType === 'Delete') {
      overlay.set(id, undefined);
      return { statusCode: 204, requestCharge: writeCharge(this.layout, found, undefined) };
    }

    if (resourceBody === undefined || resourceBody['id'] !== id) return failed(400);
    if (resourceBody[this.layout.partitionProperty] !== partition) return failed(400);
    if (Buffer.byteLength(JSON.stringify(resourceBody)) > MAX_BYTES) return failed(413);
    const document = this.#stamped(resourceBody, found);
    overlay.set(id, document);
    return {
      statusCode: operationType === 'Create' ? 201 : 200,
      requestCharge: writeCharge(this.layout, found, document),
      eTag: document._etag,
      ...(operation.minimalReturnPreference ? {} : { resourceBody: document }),
    };
  }

  #stamped(body: JsonObject, found: Document | undefined): Document {
    this.#state.writes += 1;
    this.#newest = this.time;
    const number = this.#state.writes.toString(16).padStart(8, '0');
    return {
      ...structuredClone(body),
      id: String(body['id']),
      _rid: found?._rid ?? `rid${number}`,
      _etag: `"${number}-0000-2300-0000-000000000000"`,
      _ts: Math.floor(this.#newest / 1000),
    };
  }

  #living(partition: string, id: string): Document | undefined {
    const document = this.#partitions.get(partition)?.get(id)?.document;
    return document !== undefined && this.#lives(document) ? document : undefined;
  }

  /** Time to live counts from the last write, by the service's own time, where the container has it switched on. */
  #lives(document: Document): boolean {
    const ttl = document['ttl'];
    if (this.layout.defaultTtl === null || typeof ttl !== 'number') return true;
    return Math.floor(this.time / 1000) < document._ts + ttl;
  }
}
