import { describe } from 'vitest';
import { partitionCommits } from './partition-commits.ts';
import type { MakePartitionFixture } from './partition-fixture.ts';
import { partitionGates } from './partition-gates.ts';
import { partitionIsolation } from './partition-isolation.ts';
import { partitionLists } from './partition-lists.ts';
import { partitionTimelines } from './partition-timelines.ts';
import { partitionTimes } from './partition-times.ts';

/** What every adapter of `JobPartitionStore`, and so of `PartitionStore`, keeps. Knows nothing of any adapter. */
export function partitionStoreContract(name: string, make: MakePartitionFixture): void {
  describe(`partition store: ${name}`, () => {
    partitionCommits(make);
    partitionTimes(make);
    partitionLists(make);
    partitionTimelines(make);
    partitionGates(make);
    partitionIsolation(make);
  });
}
