import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openControl } from '../../src/adapters/sqlite/control-store.ts';
import { openPartitions } from '../../src/adapters/sqlite/partition-store.ts';
import type { EpochMs } from '../../src/model/instant.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { ControlStore } from '../../src/ports/control-store.ts';
import type { CommitOrderReader, JobPartitionStore } from '../../src/ports/partition-store.ts';

export interface StoresOptions {
  readonly folder: string;
  /** Judges expiry. */
  readonly clock: Clock;
  /** The stores' own time. */
  readonly storeTime: () => EpochMs;
}

export interface Stores {
  readonly control: ControlStore;
  readonly partitions: { of(tenantId: string): JobPartitionStore & CommitOrderReader };
}

/** Which stores the tests of this process use: each project of `vitest.config.ts` names its own. */
const CHOSEN = process.env['TEST_STORES'] ?? 'embedded';
if (!['embedded', 'cosmos', 'azure'].includes(CHOSEN)) throw new Error(`TEST_STORES: no stores are called ${CHOSEN}`);
export const ON_COSMOS = CHOSEN === 'cosmos';
/** For services in processes of their own, each on a cloud of doubles; in this process the stores are embedded then. */
export const ON_AZURE = CHOSEN === 'azure';

/**
 * The stores of tenants and of control in a folder, until the test ends: the embedded ones, or the Cosmos adapter over a
 * double that is that folder's account. Opened again in the same folder they hold the same, as for another process.
 */
export async function openStores(options: StoresOptions): Promise<Stores> {
  if (ON_COSMOS) return (await cosmos()).openCosmosStores(options);
  const { folder, clock, storeTime } = options;
  const control = openControl(join(folder, 'control.sqlite'), { storeTime });
  const partitions = openPartitions(join(folder, 'data.sqlite'), { clock, storeTime });
  onTestFinished(() => {
    control.close();
    partitions.close();
  });
  return { control, partitions };
}

/** Copies a folder as it stands now into an empty one, and what the stores of it hold. */
export async function copyStores(from: string, to: string): Promise<void> {
  cpSync(from, to, { recursive: true, preserveTimestamps: true });
  if (ON_COSMOS) await (await cosmos()).copyCosmosStores(from, to);
}

/** Loaded on demand: the SDK is large, and most tests do without. */
function cosmos() {
  return import('./cosmos-double/cosmos-stores.ts');
}
