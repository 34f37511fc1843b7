import type { TokenCredential } from '@azure/identity';
import { SecretClient, type SecretClientOptions } from '@azure/keyvault-secrets';

/** The SDK's client, with its own retries off: they know no budget. The only file that imports the library. */
export function secretClient(
  endpoint: string,
  credential: TokenCredential,
  options: SecretClientOptions = {},
): SecretClient {
  return new SecretClient(endpoint, credential, { ...options, retryOptions: { maxRetries: 0 } });
}
