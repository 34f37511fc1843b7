import { openCosmosPartitions } from '../../src/adapters/cosmos/partition-store.ts';
import { commitOrderContract } from '../contracts/commit-order-contract.ts';
import { partitionStoreContract } from '../contracts/partition-store-contract.ts';
import { CosmosDouble } from '../support/cosmos-double/cosmos-double.ts';
import { openAccount } from '../support/cosmos-double/open-account.ts';
import type { FakeClock } from '../support/fake-clock.ts';

partitionStoreContract('cosmos', cosmosFixture);
commitOrderContract('cosmos', cosmosFixture);

async function cosmosFixture(clock: FakeClock) {
  const double = await CosmosDouble.start();
  let account = await openAccount(double, { clock });
  let partitions = openCosmosPartitions(account, { clock });
  return {
    of: (tenantId: string) => partitions.of(tenantId),
    clock,
    setStoreTime: (at: number) => {
      double.storeTime = at;
    },
    reopen: async () => {
      account.close();
      account = await openAccount(double, { clock });
      partitions = openCosmosPartitions(account, { clock });
    },
    dispose: async () => {
      account.close();
      await double.stop();
    },
  };
}
