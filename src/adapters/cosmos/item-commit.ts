import type { EpochMs } from '../../model/instant.ts';
import { GATE } from '../../ports/partition-rules.ts';
import type { CommitReceipt, Operation } from '../../ports/partition-store.ts';
import { StoreError } from '../../ports/store-error.ts';
import { unclear } from './attempts.ts';
import type { ContainerRequests } from './container-requests.ts';
import { batchOf, gateRead, keyOf, receiptOf, type Step, stepsOf } from './item-batch.ts';
import { hasExpired, type ItemDocument, parsedDocument } from './item-document.ts';
import { existingIdsSpec } from './item-queries.ts';

/** Rounds beyond one per operation, for items that come and go while the batch is settled. */
const SPARE_ROUNDS = 4;
/** How long a caller waits before it tries again when even those did not do. */
const RETRY_AFTER_MS = 1000;

/** Where a batch goes: one tenant's partition. */
export interface Place {
  readonly requests: ContainerRequests;
  readonly tenantId: string;
  /** The Clock's time: judges expiry. */
  readonly now: EpochMs;
}

/**
 * Applies all operations in one transactional batch, or none. With a gate the batch reads the gate's document first, so
 * that it fails with `gate-closed` unless the gate stands when it is applied.
 *
 * The port promises more than one batch can: that what has expired counts as absent, and that deleting what is not there
 * succeeds. Where the batch fails for that, the reason is looked up and another batch is sent; nothing of the failed one
 * was applied, and each of these decisions is guarded by an etag, by create-only, or by the batch of the owner.
 */
export async function commitBatch(
  place: Place,
  gate: string | undefined,
  operations: readonly Operation[],
): Promise<CommitReceipt> {
  const { requests, tenantId, now } = place;
  const ahead = gate === undefined ? [] : [gateRead(gate)];
  let steps = stepsOf(operations);
  for (let round = 0; round <= operations.length + SPARE_ROUNDS; round += 1) {
    const sent = steps.filter((step) => !step.dropped);
    const batch = [...ahead, ...batchOf(tenantId, sent, now)];
    // Cosmos DB takes no empty batch, and there is nothing left to do.
    if (batch.length === 0) return { committedAt: now, etags: operations.map(() => null) };
    const { answer, afterUnclear } = await requests.batch(tenantId, batch, 'commit');
    if (answer.refused === undefined) return receiptOf(steps, sent, ahead.length, answer);
    if (afterUnclear) throw unclear(`${requests.name} commit`);
    const step = sent[answer.refused.position - ahead.length];
    if (step === undefined) throw new StoreError('gate-closed', `${GATE}:${gate} does not stand`);
    steps = await settle(place, steps, step, answer.refused.status);
  }
  throw new StoreError('busy', 'items changed while they were written', { retryAfterMs: RETRY_AFTER_MS });
}

/** The steps to send next, after the batch failed at one of them. Throws when the port's operation has failed. */
async function settle(place: Place, steps: readonly Step[], failed: Step, status: number): Promise<Step[]> {
  const { operation } = failed;
  const refused = (kind: 'conflict' | 'stale' | 'not-found' | 'too-large') => {
    const { kind: of, id } = keyOf(operation);
    return new StoreError(kind, `${of}:${id}`, { operation: steps.indexOf(failed) });
  };
  if (status === 413) throw refused('too-large');
  if (operation.type === 'delete' && status === 404) return await withoutMissing(place, steps, failed);
  if (operation.type === 'create' && (status === 409 || (failed.inPlaceOf !== undefined && status < 500))) {
    if (writtenBefore(steps, failed)) throw refused('conflict');
    const found = await read(place, failed.id);
    if (found !== undefined && !hasExpired(found, place.now)) throw refused('conflict');
    const { inPlaceOf: _, ...anew } = failed;
    return steps.map((step) => (step === failed ? { ...anew, ...(found && { inPlaceOf: found._etag }) } : step));
  }
  if (operation.type === 'replace' && status === 404) throw refused('not-found');
  if (operation.type === 'replace' && status === 412) {
    if (writtenBefore(steps, failed)) throw refused('stale');
    const found = await read(place, failed.id);
    throw refused(found === undefined || hasExpired(found, place.now) ? 'not-found' : 'stale');
  }
  throw new StoreError('unavailable', `${place.requests.name} commit: an operation had status ${status}`);
}

/** Whether the batch itself wrote the item before: then what stands outside of it says nothing. */
function writtenBefore(steps: readonly Step[], failed: Step): boolean {
  const before = steps.slice(0, steps.indexOf(failed)).filter(({ id }) => id === failed.id);
  return before.at(-1)?.operation.type === 'create' || before.at(-1)?.operation.type === 'replace';
}

/** Drops the failed deletion, and in one look every other of an item that is neither there nor written by the batch. */
async function withoutMissing(place: Place, steps: readonly Step[], failed: Step): Promise<Step[]> {
  const others = steps.filter(
    (step) =>
      step !== failed &&
      step.operation.type === 'delete' &&
      !step.dropped &&
      steps.every((other) => other === step || other.id !== step.id),
  );
  const ids = others.map(({ id }) => id);
  const { requests, tenantId } = place;
  const existing =
    ids.length === 0
      ? []
      : await requests.query(tenantId, existingIdsSpec(tenantId, ids), ids.length, 'look up deletions');
  const missing = new Set<Step>([failed, ...others.filter(({ id }) => !existing.some((found) => idOf(found) === id))]);
  return steps.map((step) => (missing.has(step) ? { ...step, dropped: true } : step));
}

/** The id of a result that selects it. */
export function idOf(document: unknown): string {
  const id = typeof document === 'object' && document !== null && 'id' in document ? document.id : undefined;
  if (typeof id !== 'string') throw new StoreError('damaged', 'a document has no id');
  return id;
}

async function read({ requests, tenantId }: Place, id: string): Promise<ItemDocument | undefined> {
  const { document } = await requests.read(tenantId, id, 'look up refusal');
  return document === undefined ? undefined : parsedDocument(document);
}
