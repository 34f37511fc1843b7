import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPartitions } from '../../src/adapters/sqlite/partition-store.ts';
import { partitionStoreContract } from '../contracts/partition-store-contract.ts';
import { FAKE_START } from '../support/fake-clock.ts';

partitionStoreContract('sqlite', async (clock) => {
  const folder = mkdtempSync(join(tmpdir(), 'leyserkids-'));
  let storeTime = FAKE_START;
  const open = () => openPartitions(join(folder, 'data.sqlite'), { clock, storeTime: () => storeTime });
  let partitions = open();
  return {
    of: (tenantId) => partitions.of(tenantId),
    clock,
    setStoreTime: (at) => {
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
});
