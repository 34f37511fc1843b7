import { CosmosClient, type CosmosClientOptions, type DatabaseAccount } from '@azure/cosmos';
import { StartError } from '../../model/start-error.ts';
import { attempts, type Surroundings } from './attempts.ts';
import { ContainerRequests } from './container-requests.ts';

export interface CosmosAccountOptions extends Surroundings {
  /** e.g. `https://example.documents.azure.com:443/`. */
  readonly endpoint: string;
  readonly database: string;
  /** How requests prove who asks. On Azure always `aadCredentials`: the account takes no keys, and so has no place here. */
  readonly authorization: Pick<CosmosClientOptions, 'aadCredentials'> | Pick<CosmosClientOptions, 'tokenProvider'>;
}

/** A database of an account that was found fit for this service. */
export interface CosmosAccount {
  requests(container: string): ContainerRequests;
  close(): void;
}

/**
 * Opens the account. Throws StartError, one sentence that names the account, when it cannot be reached, when it refuses
 * this identity, or when it is not strongly consistent with one write region: "from the very next request on" is promised
 * for every instance.
 */
export async function openCosmosAccount(options: CosmosAccountOptions): Promise<CosmosAccount> {
  const { endpoint, database } = options;
  const client = clientOf(options);
  try {
    const { answer } = await attempts(options, { container: 'account', operation: 'read', writing: false }, (signal) =>
      client.getDatabaseAccount({ abortSignal: signal }),
    );
    requireStrong(endpoint, answer.resource);
  } catch (error) {
    client.dispose();
    throw error instanceof StartError ? error : unreachable(endpoint, error);
  }
  return {
    requests: (container) => new ContainerRequests(client.database(database).container(container), options),
    close: () => client.dispose(),
  };
}

/**
 * The SDK with its own retries off, so that waits follow the Clock and end with one budget. Without discovery of endpoints
 * it asks the account's own name only, which is where the one write region answers; discovery would retry a silent
 * account up to 120 times.
 */
function clientOf({ endpoint, authorization }: CosmosAccountOptions): CosmosClient {
  try {
    return new CosmosClient({
      endpoint,
      ...authorization,
      connectionPolicy: {
        enableEndpointDiscovery: false,
        useMultipleWriteLocations: false,
        retryOptions: {
          maxRetryAttemptCount: 0,
          fixedRetryIntervalInMilliseconds: 0,
          maxWaitTimeInSeconds: 0,
        },
      },
    });
  } catch (error) {
    throw unreachable(endpoint, error);
  }
}

function requireStrong(endpoint: string, account: DatabaseAccount | undefined): void {
  const level = account?.consistencyPolicy;
  if (level !== 'Strong') {
    throw new StartError({
      ja: `Cosmos DB アカウント「${endpoint}」の整合性レベルが「${level}」です。「Strong」に変えてから、もう一度始めてください。`,
      en: `The Cosmos DB account "${endpoint}" has the consistency level "${level}": set it to "Strong", then start again.`,
    });
  }
  if (account?.enableMultipleWritableLocations) {
    throw new StartError({
      ja: `Cosmos DB アカウント「${endpoint}」は複数のリージョンに書き込めます。書き込みリージョンを 1 つにしてから、もう一度始めてください。`,
      en: `The Cosmos DB account "${endpoint}" takes writes in several regions: leave one write region, then start again.`,
    });
  }
}

function unreachable(endpoint: string, cause: unknown): StartError {
  return new StartError(
    {
      ja: `Cosmos DB アカウント「${endpoint}」が使えません。アドレス、ネットワークの経路、このサービスの ID に与えた権限を確かめてから、もう一度始めてください。`,
      en: `The Cosmos DB account "${endpoint}" cannot be used: check its address, the network path and the roles of this service's identity, then start again.`,
    },
    cause,
  );
}
