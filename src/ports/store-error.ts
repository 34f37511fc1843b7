/**
 * What a store can say instead of an answer.
 * - `not-found`: the item to replace does not exist
 * - `conflict`: the item to create exists
 * - `stale`: the item to replace has another etag
 * - `gate-closed`: the gate that the caller knows does not stand; nothing was written
 * - `too-large`: the commit is over the limits; refused before anything was written
 * - `busy`: the store asks to come back after `retryAfterMs`; nothing was written
 * - `unavailable`: no answer; with `unclear`, a write may have been applied
 * - `damaged`: the stored data cannot be read; nothing was written
 */
export type StoreErrorKind =
  | 'not-found'
  | 'conflict'
  | 'stale'
  | 'gate-closed'
  | 'too-large'
  | 'busy'
  | 'unavailable'
  | 'damaged';

export interface StoreErrorOptions {
  /** Position in the batch of the operation that failed, when the store tells. */
  readonly operation?: number;
  readonly retryAfterMs?: number;
  /** True when the outcome of a write is not known. */
  readonly unclear?: boolean;
  readonly cause?: unknown;
}

/** The only error that store and secret ports throw on purpose. The message is for the log and holds no stored content. */
export class StoreError extends Error {
  readonly kind: StoreErrorKind;
  readonly operation: number | undefined;
  readonly retryAfterMs: number | undefined;
  readonly unclear: boolean;

  constructor(kind: StoreErrorKind, message: string, options: StoreErrorOptions = {}) {
    super(`${kind}: ${message}`, { cause: options.cause });
    this.name = 'StoreError';
    this.kind = kind;
    this.operation = options.operation;
    this.retryAfterMs = options.retryAfterMs;
    this.unclear = options.unclear ?? false;
  }
}

/** True when `error` is a StoreError of one of the given kinds. */
export function isStoreError(error: unknown, ...kinds: readonly StoreErrorKind[]): error is StoreError {
  return error instanceof StoreError && (kinds.length === 0 || kinds.includes(error.kind));
}
