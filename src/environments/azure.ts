import { DefaultAzureCredential, ManagedIdentityCredential, type TokenCredential } from '@azure/identity';
import { openAppInsights } from '../adapters/app-insights/app-insights.ts';
import { openCosmosControl } from '../adapters/cosmos/control-store.ts';
import { openCosmosAccount } from '../adapters/cosmos/cosmos-account.ts';
import { openCosmosPartitions } from '../adapters/cosmos/partition-store.ts';
import { openKeyVault } from '../adapters/key-vault/key-vault.ts';
import { consoleTelemetry } from '../adapters/system/console-telemetry.ts';
import { systemClock } from '../adapters/system/system-clock.ts';
import type { Config } from '../config.ts';
import type { LogArchive, LogArchives } from '../ports/log-archive.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import type { OperatorPorts, Ports } from './ports.ts';

/** As the Bicep templates name them. */
const DATABASES = { data: 'data', control: 'control' } as const;
const CONTAINERS = { backups: 'generations', logs: 'digests' } as const;

/**
 * The deployment on Azure: two Cosmos accounts, two key vaults, two storage accounts, Application Insights; all of them by
 * the identity that the platform gave this app, never by a key. Throws StartError when an account cannot be reached,
 * refuses this identity or is not strongly consistent.
 */
export async function openAzure(config: Config): Promise<Ports> {
  const clock = systemClock;
  const credential = credentialOf(config);
  const telemetry = telemetryOf(config, credential);
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
    partitions: openCosmosPartitions(data, { clock }),
    tenantKeys: openKeyVault({ endpoint: config.tenantVault, credential, clock }),
    serviceKeys: openKeyVault({ endpoint: config.serviceVault, credential, clock }),
    ...(config.role === 'api' ? archivesOnDemand(config, credential) : await blobsAndArchives(config, credential)),
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
    authorization: { aadCredentials: credentialOf(config) },
    clock,
    telemetry: consoleTelemetry(clock, { out: process.stderr, err: process.stderr }, () => true),
  });
  return { control: openCosmosControl(account), clock, close: async () => account.close() };
}

function credentialOf({ identity }: Config): TokenCredential {
  return identity === undefined ? new DefaultAzureCredential() : new ManagedIdentityCredential({ clientId: identity });
}

/** Loaded at once for the jobs alone, as it is a good part of a cold start. */
async function blobsAndArchives(
  config: Config,
  credential: TokenCredential,
): Promise<Pick<Ports, 'blobs' | 'archives'>> {
  const { openAzureBlobs } = await import('../adapters/azure-blob/blob-store.ts');
  const blobs = openAzureBlobs({
    ...{ endpoint: config.backupStorage, container: CONTAINERS.backups },
    ...{ credential, clock: systemClock },
  });
  return { blobs, archives: await archivesOf(config, credential) };
}

async function archivesOf({ logStorage: endpoint }: Config, credential: TokenCredential): Promise<LogArchives> {
  const { openAzureArchives } = await import('../adapters/azure-blob/log-archive.ts');
  return openAzureArchives({ endpoint, container: CONTAINERS.logs, credential, clock: systemClock });
}

/** For the API, whose identity may read the log archive: what reads it is loaded when somebody takes out a log. */
function archivesOnDemand(config: Config, credential: TokenCredential): Pick<Ports, 'blobs' | 'archives'> {
  let opened: Promise<LogArchives> | undefined;
  const archiveOf = async (tenantId: string): Promise<LogArchive> => {
    opened ??= archivesOf(config, credential);
    return (await opened).of(tenantId);
  };
  const archives: LogArchives = {
    of: (tenantId) => ({
      read: async (name) => (await archiveOf(tenantId)).read(name),
      async *list() {
        yield* (await archiveOf(tenantId)).list();
      },
      create: outOfReach,
      removeExpired: outOfReach,
    }),
  };
  return { blobs: { of: outOfReach, tenants: outOfReach }, archives };
}

/** What the API's identity has no role on; its code never asks. */
function outOfReach(): never {
  throw new RangeError('backups, and changes of the log archive, are out of the reach of the API');
}

/** Application Insights where the platform names it, else the terminal: then the host keeps its lines. */
function telemetryOf({ insights }: Config, credential: TokenCredential): Telemetry & { close?(): Promise<void> } {
  const fallback = consoleTelemetry(systemClock);
  if (insights === undefined) return fallback;
  return openAppInsights({ connectionString: insights, credential, clock: systemClock, fallback });
}
