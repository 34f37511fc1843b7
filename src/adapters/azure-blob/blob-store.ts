import { BLOB_MAX_BYTES, type BlobStores, requireBlobName } from '../../ports/blob-store.ts';
import { StoreError } from '../../ports/store-error.ts';
import { type AzureContainerOptions, BlobRequests, isTenant, requireTenant } from './blob-requests.ts';

/** Blobs in a container of Azure Blob Storage, a tenant's under `<tenantId>/`. Nothing is asked of it before the first call. */
export function openAzureBlobs(options: AzureContainerOptions): BlobStores {
  const requests = new BlobRequests(options);
  return {
    of(tenantId) {
      requireTenant(tenantId);
      const pathOf = (name: string): string => {
        requireBlobName(name);
        return `${tenantId}/${name}`;
      };
      return {
        async create(name, bytes) {
          const path = pathOf(name);
          if (bytes.length > BLOB_MAX_BYTES) {
            throw new StoreError('too-large', `${bytes.length} bytes, at most ${BLOB_MAX_BYTES}`);
          }
          await requests.create(path, bytes);
        },
        read: async (name) => requests.read(pathOf(name)),
        async *list(prefix) {
          for await (const { path, bytes } of requests.blobs(`${tenantId}/${prefix}`)) {
            yield { name: path.slice(tenantId.length + 1), bytes };
          }
        },
        remove: async (name) => requests.remove(pathOf(name)),
      };
    },
    async *tenants() {
      for await (const folder of requests.folders()) if (isTenant(folder)) yield folder;
    },
  };
}
