import type { TokenCredential } from '@azure/identity';
import { openAppInsights } from '../adapters/app-insights/app-insights.ts';
import type { AzureContainerOptions } from '../adapters/azure-blob/blob-requests.ts';
import { openAzureBlobs } from '../adapters/azure-blob/blob-store.ts';
import { openAzureArchives } from '../adapters/azure-blob/log-archive.ts';
import { openCredential } from '../adapters/azure-identity/credential.ts';
import { openCosmosControl } from '../adapters/cosmos/control-store.ts';
import { openCosmosAccount } from '../adapters/cosmos/cosmos-account.ts';
import { openCosmosPartitions } from '../adapters/cosmos/partition-store.ts';
import { openKeyVault } from '../adapters/key-vault/key-vault.ts';
import { consoleTelemetry } from '../adapters/system/console-telemetry.ts';
import { systemClock } from '../adapters/system/system-clock.ts';
import type { Config } from '../config.ts';
import type { BlobStores } from '../ports/blob-store.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import type { OperatorPorts, Ports } from './ports.ts';

/** As the Bicep templates name them. */
const DATABASES = { data: 'data', control: 'control' } as const;
const CONTAINERS = { backups: 'generations', logs: 'digests' } as const;

/**
 * The deployment on Azure: two Cosmos accounts, two key vaults, two storage accounts, Application Insights; all of them by
 * the identity that the platform gave this app, never by a key. Throws StartError when an account cannot be reached,
 * refuses this identity or is not strongly consistent. Nothing is asked of vaults and storage before they are used, and
 * what speaks to them is not loaded before.
 */
export async function openAzure(config: Config): Promise<Ports> {
  const clock = systemClock;
  const credential = openCredential(config.identity);
  const telemetry = telemetryOf(config, credential);
  const asked = { credential, clock };
  const surroundings = { authorization: { aadCredentials: credential }, clock, telemetry };
  const account = (endpoint: string, database: string) => openCosmosAccount({ endpoint, database, ...surroundings });
  const [data, control] = await Promise.all([
    account(config.dataAccount, DATABASES.data),
    account(config.controlAccount, DATABASES.control),
  ]);
  return {
    clock,
    telemetry,
    control: openCosmosControl(control),
    partitions: openCosmosPartitions(data, { clock, backgroundUnitsPerSecond: config.backupUnitsPerSecond }),
    tenantKeys: openKeyVault({ endpoint: config.tenantVault, ...asked }),
    serviceKeys: openKeyVault({ endpoint: config.serviceVault, ...asked }),
    blobs: blobsOf(config, asked),
    archives: openAzureArchives({ endpoint: config.logStorage, container: CONTAINERS.logs, ...asked }),
    close: async () => {
      data.close();
      control.close();
      await telemetry.close?.();
    },
  };
}

/** The control store alone, by the identity of the operator who is signed in with the az CLI. */
export async function openAzureControl(config: Config): Promise<OperatorPorts> {
  const clock = systemClock;
  const account = await openCosmosAccount({
    endpoint: config.controlAccount,
    database: DATABASES.control,
    authorization: { aadCredentials: openCredential(config.identity) },
    clock,
    telemetry: consoleTelemetry(clock, { out: process.stderr, err: process.stderr }, () => true),
  });
  return { control: openCosmosControl(account), clock, close: async () => account.close() };
}

/** The API's identity has no role on the backups, and no setting names their storage to it. */
function blobsOf(
  { role, backupStorage: endpoint }: Config,
  asked: Pick<AzureContainerOptions, 'credential' | 'clock'>,
): BlobStores {
  if (role === 'api') return { of: outOfReach, tenants: outOfReach };
  return openAzureBlobs({ endpoint, container: CONTAINERS.backups, ...asked });
}

/** Its code never asks. */
function outOfReach(): never {
  throw new RangeError('backups are out of the reach of the API');
}

/** Application Insights where the platform names it, else the terminal: then the host keeps its lines. */
function telemetryOf({ insights }: Config, credential: TokenCredential): Telemetry & { close?(): Promise<void> } {
  const fallback = consoleTelemetry(systemClock);
  if (insights === undefined) return fallback;
  return openAppInsights({ connectionString: insights, credential, clock: systemClock, fallback });
}
