import type { Operation, PartitionStore } from '../../src/ports/partition-store.ts';
import { isStoreError, StoreError } from '../../src/ports/store-error.ts';

/**
 * What happens to one commit:
 * - `done`: nothing special
 * - `answer-lost`: it is applied, or refused, and nobody is told
 * - `request-lost`: it never arrives
 * - `held`: it is on its way while its sender gives up, and arrives just before the next commit
 */
export type Fate = 'done' | 'answer-lost' | 'request-lost' | 'held';

/** A store that loses answers and requests as it is told, commit by commit; after that it is reliable. */
export function unreliableStore(store: PartitionStore, fates: readonly Fate[]) {
  const coming = [...fates];
  const held: (() => Promise<unknown>)[] = [];
  let silent = false;
  let sent = 0;
  const unclear = () => new StoreError('unavailable', 'no answer', { unclear: true });
  /** Whatever became of it, its sender has gone. */
  const arrive = async (gate: string, operations: readonly Operation[]) => {
    await store.commit(gate, operations).catch((error: unknown) => {
      if (!isStoreError(error)) throw error;
    });
  };
  const flaky: PartitionStore = {
    ...store,
    async get(kind, id, parts) {
      if (silent) throw new StoreError('busy', 'come back later', { retryAfterMs: 1000 });
      return store.get(kind, id, parts);
    },
    async commit(gate, operations) {
      sent += 1;
      for (const arrival of held.splice(0)) await arrival();
      const fate = coming.shift() ?? 'done';
      if (fate === 'done') return store.commit(gate, operations);
      if (fate === 'answer-lost') await arrive(gate, operations);
      if (fate === 'held') held.push(() => arrive(gate, operations));
      throw unclear();
    },
  };
  return {
    store: flaky,
    /** How many commits were sent. */
    sent: () => sent,
    /** From now on nothing can be read. */
    beSilent: () => {
      silent = true;
    },
  };
}
