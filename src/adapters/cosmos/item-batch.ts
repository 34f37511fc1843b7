import { type EpochMs, SECOND } from '../../model/instant.ts';
import { GATE } from '../../ports/partition-rules.ts';
import type { CommitReceipt, ItemKey, Operation } from '../../ports/partition-store.ts';
import { StoreError } from '../../ports/store-error.ts';
import type { BatchAnswer, BatchOperation } from './container-requests.ts';
import { itemDocument, itemId } from './item-document.ts';
import { splitEtag, storedEtag } from './stored-etag.ts';

/** One operation on its way into a batch: what Cosmos DB is asked to do so that the port's operation is done. */
export interface Step {
  readonly operation: Operation;
  readonly id: string;
  /** Cosmos DB's own etag of the expired item that a create takes the place of. */
  readonly inPlaceOf?: string;
  /** The item to delete is not there, and Cosmos DB would fail the batch for it. */
  readonly dropped?: true;
}

/** Matches no document: what the caller wants to replace has expired, so the batch must fail here. */
const EXPIRED = '"expired"';

export function keyOf(operation: Operation): ItemKey {
  return operation.type === 'delete' ? operation : operation.item;
}

export function stepsOf(operations: readonly Operation[]): Step[] {
  return operations.map((operation) => ({ operation, id: itemId(keyOf(operation)) }));
}

export function gateRead(gate: string): BatchOperation {
  return { operationType: 'Read', id: itemId({ kind: GATE, id: gate }) };
}

/**
 * The batch of the steps. All but the smallest written document ask for no content in the answer; that one brings the
 * commit time, which only a document's `_ts` tells.
 */
export function batchOf(tenantId: string, steps: readonly Step[], now: EpochMs): BatchOperation[] {
  const witness = witnessOf(steps);
  return steps.map((step): BatchOperation => {
    const { operation, id } = step;
    if (operation.type === 'delete') return { operationType: 'Delete', id };
    const resourceBody = itemDocument(tenantId, operation.item, now);
    const answer = step === witness ? {} : { minimalReturnPreference: true };
    const ifMatch = operation.type === 'replace' ? unexpired(operation.etag, now) : step.inPlaceOf;
    return ifMatch === undefined
      ? { operationType: 'Create', resourceBody, ...answer }
      : { operationType: 'Replace', id, ifMatch, resourceBody, ...answer };
  });
}

function unexpired(stored: string, now: EpochMs): string {
  const { etag, expiresAt } = splitEtag(stored);
  return expiresAt !== null && expiresAt <= now ? EXPIRED : etag;
}

function witnessOf(steps: readonly Step[]): Step | undefined {
  const size = ({ operation }: Step) =>
    operation.type === 'delete' ? Infinity : (operation.item.card?.length ?? 0) + (operation.item.body?.length ?? 0);
  let smallest: Step | undefined;
  for (const step of steps) {
    if (step.operation.type !== 'delete' && (smallest === undefined || size(step) < size(smallest))) smallest = step;
  }
  return smallest;
}

/** The receipt for all steps, of which `sent` stood in the batch after its `ahead` own operations. */
export function receiptOf(
  steps: readonly Step[],
  sent: readonly Step[],
  ahead: number,
  answer: BatchAnswer,
): CommitReceipt {
  let committedAt: EpochMs | undefined;
  const etags = new Map<Step, string>();
  for (const [position, step] of sent.entries()) {
    const result = answer.results[position + ahead];
    if (step.operation.type === 'delete') continue;
    if (result?.eTag === undefined) throw new StoreError('unavailable', 'a write without an etag', { unclear: true });
    etags.set(step, storedEtag(result.eTag, step.operation.item.expiresAt));
    committedAt ??= writtenAt(result.resourceBody);
  }
  // Of a batch that only deletes nothing remains that could tell its time: the server's own time of the answer.
  committedAt ??= answer.answeredAt;
  if (committedAt === undefined) throw new StoreError('unavailable', 'a write without its time', { unclear: true });
  return {
    committedAt,
    etags: steps.map((step) => etags.get(step) ?? null),
  };
}

function writtenAt(document: unknown): EpochMs | undefined {
  const seconds = typeof document === 'object' && document !== null && '_ts' in document ? document._ts : undefined;
  return typeof seconds === 'number' ? seconds * SECOND : undefined;
}
