import {
  COMMIT_MAX_BYTES,
  COMMIT_MAX_OPERATIONS,
  commitSize,
  type Gate,
  type ItemKey,
  type NewItem,
  type Operation,
} from './partition-store.ts';
import { StoreError } from './store-error.ts';

/** What every adapter of `PartitionStore` refuses before it asks its store, so that all of them refuse alike. */

/** The kind of the documents whose presence each commit proves. */
export const GATE = 'gate';

/** The rule of `ItemKey`; ASCII, so that a store's order of bytes is the order of code units. */
const KIND = /^[a-z][a-z0-9-]*$/;
const ID = /^[A-Za-z0-9_:-]{1,200}$/;

/** Throws RangeError for a key that no store takes. */
export function requireKey(key: ItemKey): void {
  if (!KIND.test(key.kind) || !ID.test(key.id)) throw new RangeError(`not an item key: ${key.kind}:${key.id}`);
}

/** Throws RangeError for operations on gates, and for items that no store would take. */
export function requireOrdinary(operations: readonly Operation[]): void {
  for (const operation of operations) {
    const key = operation.type === 'delete' ? operation : operation.item;
    if (key.kind === GATE) throw new RangeError('a commit does not write gates');
    requireKey(key);
    if (operation.type !== 'delete' && operation.item.index.facility === '') {
      throw new RangeError(`the facility of ${key.kind}:${key.id} is empty`);
    }
  }
}

/** Throws `too-large` before anything is written. */
export function requireSize(operations: readonly Operation[]): void {
  if (operations.length > COMMIT_MAX_OPERATIONS) {
    throw new StoreError('too-large', `${operations.length} operations, at most ${COMMIT_MAX_OPERATIONS}`);
  }
  const bytes = commitSize(operations);
  if (bytes > COMMIT_MAX_BYTES) throw new StoreError('too-large', `${bytes} bytes, at most ${COMMIT_MAX_BYTES}`);
}

/** Throws RangeError for a page size that is no whole number from 1 to `most`. */
export function requireLimit(limit: number, most: number): void {
  if (!Number.isInteger(limit) || limit < 1 || limit > most) throw new RangeError(`limit ${limit} is not 1 to ${most}`);
}

/** The part of a gate's name after `gate:`. Throws RangeError for a name that no gate can have. */
export function gateId(name: string): string {
  const id = name.startsWith(`${GATE}:`) ? name.slice(GATE.length + 1) : '';
  requireKey({ kind: GATE, id });
  return id;
}

/** The item that stands for the gate. Throws RangeError as `gateId`. */
export function gateItem(gate: Gate): NewItem {
  return {
    kind: GATE,
    id: gateId(gate.name),
    index: {},
    clear: gate.content,
    card: null,
    body: null,
    expiresAt: null,
  };
}
