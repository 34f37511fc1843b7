import { openCosmosControl } from '../../src/adapters/cosmos/control-store.ts';
import { controlStoreContract } from '../contracts/control-store-contract.ts';
import { CosmosDouble } from '../support/cosmos-double/cosmos-double.ts';
import { openAccount } from '../support/cosmos-double/open-account.ts';
import { FakeClock } from '../support/fake-clock.ts';

controlStoreContract('cosmos', async () => {
  const clock = new FakeClock();
  const double = await CosmosDouble.start();
  const open = () =>
    Promise.all([openAccount(double, { clock }), openAccount(double, { clock, client: 'client-2' })] as const);
  let accounts = await open();
  const close = () => {
    for (const account of accounts) account.close();
  };
  return {
    store: openCosmosControl(accounts[0]),
    second: openCosmosControl(accounts[1]),
    setStoreTime: (at) => {
      double.storeTime = at;
    },
    reopen: async () => {
      close();
      accounts = await open();
      return openCosmosControl(accounts[0]);
    },
    dispose: async () => {
      close();
      await double.stop();
    },
  };
});
