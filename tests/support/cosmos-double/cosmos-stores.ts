import { onTestFinished } from 'vitest';
import { TENANTS_LAYOUT } from '../../../src/adapters/cosmos/container-layout.ts';
import { openCosmosControl } from '../../../src/adapters/cosmos/control-store.ts';
import { openCosmosPartitions } from '../../../src/adapters/cosmos/partition-store.ts';
import type { Stores, StoresOptions } from '../stores.ts';
import { CosmosDouble } from './cosmos-double.ts';
import { WaitingClock } from './cosmos-fixture.ts';
import type { Documents } from './documents.ts';
import { openAccount } from './open-account.ts';

/** The account that stands for the stores of a folder. */
const doubles = new Map<string, CosmosDouble>();

/** The double of a folder, started when there is none; it stops with the test, and fails it for what it does not know. */
async function doubleOf(folder: string): Promise<CosmosDouble> {
  const standing = doubles.get(folder);
  if (standing !== undefined) return standing;
  const double = await CosmosDouble.start();
  doubles.set(folder, double);
  onTestFinished(async () => {
    doubles.delete(folder);
    await double.stop();
  });
  return double;
}

/** The stores of a folder, as one more client of its account. */
export async function openCosmosStores({ folder, clock, storeTime }: StoresOptions): Promise<Stores> {
  const double = await doubleOf(folder);
  double.followTime(storeTime);
  // A clock of its own: the test's is moved while a job sleeps, and no request may run out of time by that.
  const account = await openAccount(double, { clock: new WaitingClock() });
  onTestFinished(() => account.close());
  return { control: openCosmosControl(account), partitions: openCosmosPartitions(account, { clock }) };
}

/** All tenants' documents of a folder, for a test that plays somebody with hands in the account itself. */
export async function tenantDocuments(folder: string): Promise<Documents> {
  return (await doubleOf(folder)).documents(TENANTS_LAYOUT.name);
}

/** What the stores of one folder hold, for another folder's. */
export async function copyCosmosStores(from: string, to: string): Promise<void> {
  (await doubleOf(to)).takeOver(await doubleOf(from));
}
