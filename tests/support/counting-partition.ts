import type { Operation, PartitionStore } from '../../src/ports/partition-store.ts';

/** What a store was asked to do since `reset`. */
export interface StoreCounts {
  /** `kind:id` of every get, in order. */
  readonly gets: string[];
  /** Kind of every list. */
  readonly lists: string[];
  readonly counts: string[];
  /** The operations of every commit, in order. */
  readonly commits: (readonly Operation[])[];
}

/** A store that counts the calls it passes on, and can be made to fail at its n-th call. */
export class CountingPartition {
  #counts: StoreCounts = { gets: [], lists: [], counts: [], commits: [] };
  #callsLeft: number | undefined;

  get counts(): StoreCounts {
    return this.#counts;
  }

  /** Reads of every kind. */
  get reads(): number {
    const { gets, lists, counts } = this.#counts;
    return gets.length + lists.length + counts.length;
  }

  get commits(): number {
    return this.#counts.commits.length;
  }

  reset(): void {
    this.#counts = { gets: [], lists: [], counts: [], commits: [] };
  }

  /** Every call after the next `calls` throws, as when a process is killed there; undefined ends it. */
  dieAfter(calls: number | undefined): void {
    this.#callsLeft = calls;
  }

  wrap(store: PartitionStore): PartitionStore {
    return {
      get: (kind, id, parts) => {
        this.#call(() => this.#counts.gets.push(`${kind}:${id}`));
        return store.get(kind, id, parts);
      },
      list: (query) => {
        this.#call(() => this.#counts.lists.push(query.kind));
        return store.list(query);
      },
      timeline: (query) => {
        this.#call(() => this.#counts.lists.push(query.kind));
        return store.timeline(query);
      },
      count: (query) => {
        this.#call(() => this.#counts.counts.push(query.kind));
        return store.count(query);
      },
      gate: () => store.gate(),
      commit: (gate, operations) => {
        this.#call(() => this.#counts.commits.push(operations));
        return store.commit(gate, operations);
      },
    };
  }

  #call(count: () => void): void {
    if (this.#callsLeft !== undefined) {
      if (this.#callsLeft === 0) throw new Killed();
      this.#callsLeft -= 1;
    }
    count();
  }
}

/** The process died here: nothing that it was going to do was done. */
export class Killed extends Error {}
