import type { KeyObject } from 'node:crypto';
import type { Failure } from '../model/failure.ts';
import type { JsonObject } from '../model/json.ts';
import {
  type CommitReceipt,
  commitSize,
  type ListQuery,
  type NewItem,
  type Operation,
  type PartitionStore,
  type Parts,
  type StoredItem,
  type TimelineQuery,
} from '../ports/partition-store.ts';
import { isStoreError } from '../ports/store-error.ts';
import { type AuditEvent, eventItem } from './audit/events.ts';
import { blobKeyVersion, openBlob, sealBlob } from './blob-sealing.ts';
import { settled } from './commit-settlement.ts';
import type { Contract } from './contracts/contract.ts';
import { idFromDigest } from './ids.ts';
import type { Kind, RecordWrite } from './kind.ts';
import { type Binding, type DataKey, keyVersionOf, lookUp, open, type Part, seal } from './sealing.ts';

/** A change of stored data as rules speak of it; the handle seals it. */
export type Change =
  | { readonly type: 'create'; readonly record: RecordWrite<unknown, unknown> }
  | { readonly type: 'replace'; readonly record: RecordWrite<unknown, unknown>; readonly etag: string }
  | { readonly type: 'delete'; readonly kind: string; readonly id: string };

/** A change that its handle has sealed already, for who fills a commit up to its limit: no other handle takes it. */
export interface SealedChange {
  /** What it counts for in a commit. */
  readonly bytes: number;
}

/** The closed list of writes that no event tells of. Source: guarantee 2 of the design. */
export type WriteWithoutEvent =
  | 'throttle-wait'
  | 'session-last-use'
  | 'notice-read-mark'
  | 'remains-of-a-deletion'
  | 'portion-of-a-restore';

/** Proof that opening a body is told in the audit log: made by the read log, or by naming the event of the same commit. */
export class ReadWitness {
  readonly #target: string;
  private constructor(target: string) {
    this.#target = target;
  }
  /** For the read log only, once its event stands in the store. */
  static afterReadEvent(kind: string, id: string): ReadWitness {
    return new ReadWitness(`${kind}:${id}`);
  }
  /** For a change of the record that is about to be committed with an event of its own. */
  static forChange(kind: string, id: string): ReadWitness {
    return new ReadWitness(`${kind}:${id}`);
  }
  /** For generations of the backup, which nobody looks at: what is opened is sealed again, or compared, at once. */
  static forGeneration(kind: string, id: string): ReadWitness {
    return new ReadWitness(`${kind}:${id}`);
  }
  covers(kind: string, id: string): boolean {
    return this.#target === `${kind}:${id}`;
  }
}

/** What a handle is made of; only `TenantHandles` makes one. */
export interface TenantBinding {
  readonly tenantId: string;
  readonly contract: Contract;
  readonly gate: string;
  readonly store: PartitionStore;
  readonly sealingKey: DataKey;
  readonly lookUpKey: KeyObject;
  /** Fetches another version of the tenant's key, for texts sealed before. */
  readonly dataKey: (version: string) => Promise<DataKey>;
  /** Called when the gate is not the one that this handle knows: forgets it, and says what the caller is to be told. */
  readonly gateClosed: () => Failure;
}

/**
 * Everything that can be done with one tenant's data, and with no other's: bound when it is made, and no method takes
 * a tenant. It seals what it writes, opens what it reads, and writes only together with the event that tells of it.
 */
export class TenantHandle {
  readonly #bound: TenantBinding;
  readonly #sealed = new WeakMap<SealedChange, Operation>();

  constructor(bound: TenantBinding) {
    this.#bound = bound;
  }

  get tenantId(): string {
    return this.#bound.tenantId;
  }

  get contract(): Contract {
    return this.#bound.contract;
  }

  /** The gate under which this handle writes. */
  get gate(): string {
    return this.#bound.gate;
  }

  /** The version of the tenant's key under which this handle seals. */
  get keyVersion(): string {
    return this.#bound.sealingKey.version;
  }

  get(kind: Kind<unknown, unknown>, id: string, parts: Parts): Promise<StoredItem | undefined> {
    return this.#bound.store.get(kind.name, id, parts);
  }

  list(query: ListQuery): Promise<readonly StoredItem[]> {
    return this.#bound.store.list(query);
  }

  timeline(query: TimelineQuery): Promise<readonly StoredItem[]> {
    return this.#bound.store.timeline(query);
  }

  count(query: Pick<ListQuery, 'kind' | 'facility' | 'dayFrom'>): Promise<number> {
    return this.#bound.store.count(query);
  }

  /** Opens the card of an item that was read with it. Throws SealBroken; RangeError when the item came without card. */
  async card<Card>(kind: Kind<Card, unknown>, item: StoredItem): Promise<Card> {
    return JSON.parse(await this.#open(kind.name, item, 'card')) as Card;
  }

  /** Opens the body of an internal kind. Throws like `card`. */
  async body<Body>(kind: Kind<unknown, Body, false>, item: StoredItem): Promise<Body> {
    return JSON.parse(await this.#open(kind.name, item, 'body')) as Body;
  }

  /** Opens the body of a customer's record, against proof that the audit log tells of it. RangeError without that proof. */
  async recordBody<Body>(kind: Kind<unknown, Body, true>, item: StoredItem, witness: ReadWitness): Promise<Body> {
    if (!witness.covers(kind.name, item.id)) throw new RangeError('the witness is for another record');
    return JSON.parse(await this.#open(kind.name, item, 'body')) as Body;
  }

  /** Seals bytes for the tenant's blob of that name; they open under no other. */
  sealBlob(name: string, content: Uint8Array): Uint8Array {
    return sealBlob(this.#bound.sealingKey, { tenantId: this.tenantId, name }, content);
  }

  /** Opens the bytes of the tenant's blob of that name. Throws SealBroken. */
  async openBlob(name: string, sealed: Uint8Array): Promise<Uint8Array> {
    const binding = { tenantId: this.tenantId, name };
    return openBlob(await this.#keyOf(blobKeyVersion(binding, sealed)), binding, sealed);
  }

  /** A name by which something secret can be found again: 43 characters of base64url, of this tenant only. */
  lookUp(purpose: string, text: string): string {
    return lookUp(this.#bound.lookUpKey, purpose, text).toString('base64url');
  }

  /** An id derived from something that must exist once: UUID v8, of this tenant only. */
  derivedId(purpose: string, text: string): string {
    return idFromDigest(lookUp(this.#bound.lookUpKey, purpose, text));
  }

  /**
   * Writes all changes together with the events that tell of them, or nothing. An outcome that the store left unclear
   * is settled before this returns. Throws StoreError `conflict`, `stale`, `not-found`, `too-large`, and Failure
   * `starting` (`contract-ended` after its end) when the tenant's gate is not the one that this handle knows.
   */
  commit(
    changes: readonly (Change | SealedChange)[],
    events: readonly [AuditEvent, ...AuditEvent[]],
  ): Promise<CommitReceipt> {
    const operations = [...changes.map((change) => this.#operation(change)), ...events.map(eventOperation)];
    return this.#write(operations, { kind: 'event', id: events[0].id });
  }

  /** Writes what no event tells of; the reason names which entry of the closed list it is. */
  commitWithoutEvent(_reason: WriteWithoutEvent, changes: readonly (Change | SealedChange)[]): Promise<CommitReceipt> {
    return this.#write(
      changes.map((change) => this.#operation(change)),
      undefined,
    );
  }

  /** Seals a change that is to be committed, once, so that its size is known. */
  sealed(change: Change): SealedChange {
    const operation = this.#operation(change);
    const sealed = { bytes: commitSize([operation]) };
    this.#sealed.set(sealed, operation);
    return sealed;
  }

  async #write(
    operations: readonly Operation[],
    proof: { kind: string; id: string } | undefined,
  ): Promise<CommitReceipt> {
    const { store, gate, gateClosed } = this.#bound;
    try {
      return proof === undefined ? await store.commit(gate, operations) : await settled(store, gate, operations, proof);
    } catch (error) {
      if (!isStoreError(error, 'gate-closed')) throw error;
      throw gateClosed();
    }
  }

  #operation(change: Change | SealedChange): Operation {
    if ('bytes' in change) {
      const operation = this.#sealed.get(change);
      if (operation === undefined) throw new RangeError('the change was sealed by another handle');
      return operation;
    }
    if (change.type === 'delete') return change;
    const item = this.#itemOf(change.record);
    return change.type === 'create' ? { type: 'create', item } : { type: 'replace', item, etag: change.etag };
  }

  /** The stored form of a record. */
  #itemOf(record: RecordWrite<unknown, unknown>): NewItem {
    const { kind, id, index = {}, clear, card, body, expiresAt = null } = record;
    const part = (name: Part, content: unknown) =>
      seal(this.#bound.sealingKey, this.#binding(kind.name, id, name), JSON.stringify(content));
    return {
      ...{ kind: kind.name, id, index, clear: (clear as JsonObject | undefined) ?? null },
      card: card === undefined ? null : part('card', card),
      body: body === undefined ? null : part('body', body),
      expiresAt,
    };
  }

  async #open(kind: string, item: StoredItem, part: Part): Promise<string> {
    const sealed = item[part];
    if (sealed === null) throw new RangeError(`${kind}:${item.id} was read without its ${part}`);
    const binding = this.#binding(kind, item.id, part);
    return open(await this.#keyOf(keyVersionOf(binding, sealed)), binding, sealed);
  }

  async #keyOf(version: string): Promise<DataKey> {
    const { sealingKey, dataKey } = this.#bound;
    return version === sealingKey.version ? sealingKey : dataKey(version);
  }

  #binding(kind: string, id: string, part: Part): Binding {
    return { tenantId: this.#bound.tenantId, kind, id, part };
  }
}

function eventOperation(event: AuditEvent): Operation {
  return { type: 'create', item: eventItem(event) };
}
