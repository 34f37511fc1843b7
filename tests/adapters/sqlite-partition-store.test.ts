import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPartitions } from '../../src/adapters/sqlite/partition-store.ts';
import { commitOrderContract } from '../contracts/commit-order-contract.ts';
import { partitionStoreContract } from '../contracts/partition-store-contract.ts';
import { FAKE_START, type FakeClock } from '../support/fake-clock.ts';

partitionStoreContract('sqlite', sqliteFixture);
commitOrderContract('sqlite', sqliteFixture);

async function sqliteFixture(clock: FakeClock) {
  const folder = mkdtempSync(join(tmpdir(), 'leyserkids-'));
  let storeTime = FAKE_START;
  const open = () => openPartitions(join(folder, 'data.sqlite'), { clock, storeTime: () => storeTime });
  let partitions = open();
  return {
    of: (tenantId: string) => partitions.of(tenantId),
    clock,
    setStoreTime: (at: number) => {
      storeTime = at;
    },
    reopen: async () => {
      partitions.close();
      partitions = open();
    },
    dispose: async () => {
      partitions.close();
      rmSync(folder, { recursive: true });
    },
  };
}
