import { afterAll, beforeAll, expect, test } from 'vitest';
import { CHECK_ID, LOGS_ID } from '../../src/domain/audit/log-state.ts';
import { CLEARING_ID, type Clearing } from '../../src/domain/contracts/clearing.ts';
import { STATE_ID, type TenantState } from '../../src/domain/contracts/tenant-state.ts';
import { HOUR, MINUTE } from '../../src/model/instant.ts';
import { AzureCloud } from '../support/azure-doubles/azure-cloud.ts';
import { childOf, NurseryOverHttp } from '../support/nursery-over-http.ts';
import { ServiceProcess } from '../support/service-process.ts';

/** What stays of a tenant by the promise: the contract, its tombstone, and how far it was cleared and its log is kept. */
const STAYS = ['contract', STATE_ID, CLEARING_ID, LOGS_ID, CHECK_ID];

let cloud: AzureCloud;
let service: ServiceProcess;
beforeAll(async () => {
  cloud = await AzureCloud.start();
  // For the account that says since when an end is known, what comes first happens more than a day ago.
  cloud.doubles.control.followTime(() => Date.now() - 25 * HOUR);
  service = await ServiceProcess.start({ cloud });
});
afterAll(async () => {
  await service?.remove();
  await cloud?.stop();
});

/** Tenants with a child, a backup and an archived log each. */
async function fill(tenants: Readonly<Record<string, string>>): Promise<void> {
  for (const [tenant, familyName] of Object.entries(tenants)) {
    const nursery = await NurseryOverHttp.open(service, tenant);
    const facility = await nursery.make('facilities', { name: 'さくら保育園', type: 'nursery' });
    await nursery.make('children', childOf(facility, familyName));
  }
  await service.run('run-backups');
  for (const tenant of Object.keys(tenants)) {
    await service.makeBackupDue(tenant);
    await service.makeLogDue(tenant);
  }
  await service.run('run-backups');
  await service.run('keep-logs');
}

/** Runs the job that erases, as often as it takes. */
async function eraseUntil(reached: () => Promise<boolean>): Promise<void> {
  while (!(await reached())) await service.run('erase-ended-tenants');
}

/** How much of a tenant each store holds; of the control account, what the promise does not name. */
async function holdings(tenant: string) {
  const { data, control, tenantVault, backups, logs } = cloud.doubles;
  const names = (document: object) => JSON.stringify(document).includes(`"${tenant}"`);
  const documents = (account: typeof data) => Object.values(account.everyDocument()).flat().filter(names);
  const inside = (paths: Iterable<string>) => [...paths].filter((path) => path.startsWith(`${tenant}/`)).length;
  return {
    documents: documents(data).length,
    items: documents(control).filter(({ key }) => !STAYS.includes(String(key))).length,
    keys: [...tenantVault.everySecret().keys()].filter((name) => name.includes(tenant)).length,
    backups: inside((await backups.everyBlob()).keys()),
    digests: inside((await logs.everyBlob()).keys()),
  };
}

function stored<T>(tenant: string, id: string): T | undefined {
  const items = cloud.doubles.control.documents('tenant-state').visible(tenant, '');
  return items.find(({ key }) => key === id)?.['value'] as T | undefined;
}
const phase = () => stored<TenantState>('leaving', STATE_ID)?.phase;
const emptyAt = () => stored<Clearing>('leaving', CLEARING_ID)?.emptyAt;

test('2.8 after the end of a contract nothing of the tenant is left in any store but tombstone and log', async () => {
  const { control } = cloud.doubles;
  await fill({ leaving: '髙御堂', staying: '鬼龍院' });
  const neighbour = await holdings('staying');
  const before = await holdings('leaving');
  for (const count of Object.values(before)) expect(count).toBeGreaterThanOrEqual(1);
  await service.ops('contract', 'end', '--tenant', 'leaving', '--now', '--yes');
  await service.run('provision-tenants');

  control.followTime(Date.now);
  await eraseUntil(async () => (await holdings('leaving')).keys === 0);
  await eraseUntil(async () => typeof emptyAt() === 'string');
  expect(phase()).not.toBe('tombstone');
  control.followTime(() => Date.now() + MINUTE);
  await service.makeDue('leaving', CLEARING_ID);
  await eraseUntil(async () => phase() === 'tombstone');

  const { digests, ...gone } = await holdings('leaving');
  expect(gone).toEqual({ documents: 0, items: 0, keys: 0, backups: 0 });
  expect(digests).toBeGreaterThan(before.digests);
  expect(await holdings('staying')).toEqual(neighbour);
});
