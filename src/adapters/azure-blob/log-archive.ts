import { type LogArchives, requireEntryName } from '../../ports/log-archive.ts';
import { type AzureContainerOptions, BlobRequests, requireTenant } from './blob-requests.ts';

/**
 * Archives in a container of Azure Blob Storage, a tenant's under `<tenantId>/`. That what was written stands for its time
 * is the work of the container's immutability policy, which this identity cannot change. Nothing is asked of the container
 * before the first call.
 */
export function openAzureArchives(options: AzureContainerOptions): LogArchives {
  const requests = new BlobRequests(options);
  return {
    of(tenantId) {
      requireTenant(tenantId);
      const pathOf = (name: string): string => {
        requireEntryName(name);
        return `${tenantId}/${name}`;
      };
      return {
        create: async (name, bytes) => requests.create(pathOf(name), bytes),
        read: async (name) => requests.read(pathOf(name)),
        async *list() {
          for await (const { path, createdAt } of requests.blobs(`${tenantId}/`)) {
            yield { name: path.slice(tenantId.length + 1), writtenAt: createdAt };
          }
        },
        removeExpired: async (name) => requests.remove(pathOf(name)),
      };
    },
  };
}
