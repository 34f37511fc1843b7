import { vi } from 'vitest';
import { openAzureBlobs } from '../../src/adapters/azure-blob/blob-store.ts';
import { openAzureArchives } from '../../src/adapters/azure-blob/log-archive.ts';
import { blobStoreContract } from '../contracts/blob-store-contract.ts';
import { KEPT_DAYS, logArchiveContract } from '../contracts/log-archive-contract.ts';
import { Azurite } from '../support/azure-doubles/azurite.ts';
import { FAKE_START, FakeClock } from '../support/fake-clock.ts';

blobStoreContract('Azure Blob Storage', async () => {
  const azurite = await Azurite.start();
  const open = () => openAzureBlobs({ ...azurite, endpoint: azurite.endpoint, clock: new FakeClock() });
  return { stores: open(), reopen: async () => open(), dispose: () => azurite.stop() };
});

logArchiveContract('Azure Blob Storage', async () => {
  // Azurite's time is this process's; its timers stay real.
  vi.useFakeTimers({ toFake: ['Date'], now: FAKE_START });
  const azurite = await Azurite.start({ keepDays: KEPT_DAYS });
  const open = () => openAzureArchives({ ...azurite, endpoint: azurite.endpoint, clock: new FakeClock() });
  return {
    archives: open(),
    setStoreTime: (at) => vi.setSystemTime(at),
    reopen: async () => open(),
    dispose: async () => {
      vi.useRealTimers();
      await azurite.stop();
    },
  };
});
