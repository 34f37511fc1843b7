import type { TokenCredential } from '@azure/identity';
import { ContainerClient, type StorageSharedKeyCredential } from '@azure/storage-blob';

/**
 * The SDK's client of one container, with its own retries off: they would go on for minutes. The only file that imports the
 * library.
 */
export function containerClient(
  url: string,
  credential: TokenCredential | StorageSharedKeyCredential,
): ContainerClient {
  // The constructor's overloads do not take the union.
  return new ContainerClient(url, credential as TokenCredential, { retryOptions: { maxTries: 1 } });
}
