import type { JsonObject } from '../model/json.ts';
import type { ItemIndex } from '../ports/partition-store.ts';

/**
 * One kind of sealed record: the name under which it is stored and the shape of its two parts.
 * `readLogged` kinds open their body only against proof that the reading stands in the audit log.
 */
export interface Kind<Card, Body, Logged extends boolean = boolean> {
  readonly name: string;
  readonly readLogged: Logged;
  /** Carries the types only; never present at run time. */
  readonly shape?: { readonly card: Card; readonly body: Body };
}

/** A kind whose body the service itself reads, e.g. accounts. */
export function internalKind<Card, Body>(name: string): Kind<Card, Body, false> {
  return { name, readLogged: false };
}

/** A kind whose body is customers' content: opening it is what reading a record means. */
export function recordKind<Card, Body>(name: string): Kind<Card, Body, true> {
  return { name, readLogged: true };
}

/** What is written of a record. A part that is undefined is not stored. */
export interface RecordWrite<Card, Body> {
  readonly kind: Kind<Card, Body>;
  readonly id: string;
  readonly index?: ItemIndex;
  readonly card?: Card;
  readonly body?: Body;
  /** In the clear: ids, codes and HMACs only. */
  readonly clear?: JsonObject;
  readonly expiresAt?: number;
}
