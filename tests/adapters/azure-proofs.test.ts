import { openAzureBlobs } from '../../src/adapters/azure-blob/blob-store.ts';
import { openAzureArchives } from '../../src/adapters/azure-blob/log-archive.ts';
import { openCosmosControl } from '../../src/adapters/cosmos/control-store.ts';
import { openCosmosPartitions } from '../../src/adapters/cosmos/partition-store.ts';
import { openKeyVault } from '../../src/adapters/key-vault/key-vault.ts';
import { azureProofs } from '../prove/azure-proofs.ts';
import { Azurite } from '../support/azure-doubles/azurite.ts';
import { KeyVaultDouble } from '../support/azure-doubles/key-vault-double.ts';
import { CosmosDouble } from '../support/cosmos-double/cosmos-double.ts';
import { openAccount } from '../support/cosmos-double/open-account.ts';
import { FakeClock } from '../support/fake-clock.ts';

const KEPT_DAYS = 184;

azureProofs('the doubles of Azure', async () => {
  const clock = new FakeClock();
  const cosmos = await CosmosDouble.start();
  const vault = await KeyVaultDouble.start();
  const backups = await Azurite.start();
  const digests = await Azurite.start({ keepDays: KEPT_DAYS });
  const [one, other] = [
    await openAccount(cosmos, { clock, client: 'client-1' }),
    await openAccount(cosmos, { clock, client: 'client-2' }),
  ];
  return {
    partitions: openCosmosPartitions(one, { clock }),
    elsewhere: openCosmosPartitions(other, { clock }),
    control: openCosmosControl(one),
    tenantKeys: openKeyVault({ ...vault.reach, clock }),
    blobs: openAzureBlobs({ ...backups, endpoint: backups.endpoint, clock }),
    archives: openAzureArchives({ ...digests, endpoint: digests.endpoint, clock }),
    clock: {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      sleep: async () => vault.settle(),
    },
    close: async () => {
      one.close();
      other.close();
      await cosmos.stop();
      await vault.stop();
      await backups.stop();
      await digests.stop();
    },
  };
});
