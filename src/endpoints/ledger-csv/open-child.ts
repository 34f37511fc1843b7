import type { Child } from '../../domain/collections/child-fields.ts';
import { CHILDREN } from '../../domain/collections/children.ts';
import type { ReadWitness } from '../../domain/tenant-handle.ts';
import type { StoredItem } from '../../ports/partition-store.ts';
import type { Caller } from '../pipeline/caller.ts';

/** Proves that the reading of a child's body stands, or will stand with the change, in the audit log. */
export type Witness = (kind: string, id: string) => ReadWitness | Promise<ReadWitness>;

/** The whole record of a child that was read with its body, against that proof. */
export async function openChild({ tenant }: Caller, item: StoredItem, witness: Witness): Promise<Child> {
  const { kind } = CHILDREN;
  return kind.readLogged ? tenant.recordBody(kind, item, await witness(kind.name, item.id)) : tenant.body(kind, item);
}
