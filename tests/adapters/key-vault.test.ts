import { openKeyVault } from '../../src/adapters/key-vault/key-vault.ts';
import { serviceKeyVaultContract, tenantKeyVaultContract } from '../contracts/secret-vault-contract.ts';
import { KeyVaultDouble } from '../support/azure-doubles/key-vault-double.ts';
import { FakeClock } from '../support/fake-clock.ts';

async function keyVaultFixture() {
  const double = await KeyVaultDouble.start();
  const open = () => openKeyVault({ ...double.reach, clock: new FakeClock() });
  return {
    vault: open(),
    setVaultTime: (at: number) => {
      double.time = at;
    },
    disable: async (name: string, version: string) => double.disable(name, version),
    settle: async () => double.settle(),
    reopen: async () => open(),
    dispose: () => double.stop(),
  };
}

tenantKeyVaultContract('Key Vault', keyVaultFixture);
serviceKeyVaultContract('Key Vault', keyVaultFixture);
