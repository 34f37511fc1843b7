import { readConfig } from '../../src/config.ts';
import { openAzure } from '../../src/environments/azure.ts';
import { azureProofs } from './azure-proofs.ts';

// The settings name the accounts of a test deployment; who runs this is signed in with the az CLI and has the roles of the
// jobs there.
azureProofs('Azure', async () => {
  const config = readConfig();
  if (config.stores !== 'azure') throw new Error('Set LEYSERKIDS_STORES=azure and the addresses of a test deployment.');
  const [one, other] = await Promise.all([openAzure(config), openAzure(config)]);
  return {
    ...one,
    elsewhere: other.partitions,
    close: async () => {
      await one.close();
      await other.close();
    },
  };
});
