import { onTestFinished } from 'vitest';
import type { AzureCloud } from './azure-doubles/azure-cloud.ts';
import { EmbeddedBeneath } from './embedded-beneath.ts';
import { ON_AZURE } from './stores.ts';
import type { StoresBeneath } from './stores-beneath.ts';

export interface PlaceOfService {
  readonly folder: string;
  /** Whether others find there what a service left. */
  readonly outlives: boolean;
  readonly cloud?: AzureCloud | undefined;
  /** The origin that services are configured with. */
  readonly origin: string;
}

/** The clouds that stand for folders which outlive a process. */
const clouds = new Map<string, Promise<StoresBeneath>>();

/**
 * The stores beneath a service in a folder: on the cloud that is given; else the embedded ones, or where the project of the
 * tests names Azure's a cloud for the folder alone, which ends with the test when the folder outlives the process, and
 * else by `end`.
 */
export async function storesOfFolder({
  folder,
  outlives,
  cloud,
  origin,
}: PlaceOfService): Promise<{ readonly stores: StoresBeneath; end(): Promise<void> }> {
  const nothing = async () => undefined;
  if (cloud === undefined && !ON_AZURE) return { stores: new EmbeddedBeneath(folder, origin), end: nothing };
  // Loaded on demand: the SDKs are large, and most tests do without.
  const { CloudBeneath } = await import('./azure-doubles/cloud-beneath.ts');
  if (cloud !== undefined) return { stores: new CloudBeneath(cloud, origin), end: nothing };
  if (!outlives) {
    const own = await CloudBeneath.start(origin);
    return { stores: own, end: () => own.cloud.stop() };
  }
  let standing = clouds.get(folder);
  if (standing === undefined) {
    const started = CloudBeneath.start(origin);
    onTestFinished(async () => (await started).cloud.stop());
    clouds.set(folder, started);
    standing = started;
  }
  return { stores: await standing, end: nothing };
}
