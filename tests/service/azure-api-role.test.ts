import { v7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AzureCloud } from '../support/azure-doubles/azure-cloud.ts';
import { childOf, NurseryOverHttp } from '../support/nursery-over-http.ts';
import { ServiceProcess } from '../support/service-process.ts';

const BLOB_LIBRARY = 'loads @azure/storage-blob';
const PRELOAD = `--import=${new URL('tell-libraries.ts', import.meta.url).href}`;

/** Two apps on one cloud, as they are deployed: the jobs have filled it, the API is told nothing of the backups. */
let cloud: AzureCloud;
let api: ServiceProcess;
let nursery: NurseryOverHttp;
let child: string;

beforeAll(async () => {
  cloud = await AzureCloud.start();
  const both = await ServiceProcess.start({ cloud });
  nursery = await NurseryOverHttp.open(both, 'apart');
  const facility = await nursery.make('facilities', { name: 'さくら保育園', type: 'nursery' });
  child = await nursery.make('children', childOf(facility));
  await both.run('run-backups');
  await both.makeBackupDue('apart');
  await both.run('run-backups');
  await both.makeLogDue('apart');
  await both.run('keep-logs');
  await both.remove();
  const { backups, logs, tenantVault, serviceVault } = cloud.doubles;
  for (const storage of [backups, logs]) expect((await storage.everyBlob()).size).toBeGreaterThanOrEqual(1);
  for (const { faults } of [backups, logs, tenantVault, serviceVault]) faults.requests.length = 0;
  const env = { LEYSERKIDS_ROLE: 'api', LEYSERKIDS_BACKUP_STORAGE: '', NODE_OPTIONS: PRELOAD };
  api = await ServiceProcess.start({ cloud, env });
  nursery.moveTo(api);
});
afterAll(async () => {
  await api?.remove();
  await cloud?.stop();
});

test('the API takes out a log by its own reading of the archive, and loads what reads it only then', async () => {
  const { administrator } = nursery;
  expect((await administrator.must('GET', `/children/${child}`)).body.id).toBe(child);
  expect((await administrator.must('GET', '/backups')).body.items).toHaveLength(1);
  expect(api.lines).toContain('loads @azure/cosmos');
  expect(api.lines).not.toContain(BLOB_LIBRARY);
  expect(cloud.doubles.logs.faults.requests).toEqual([]);

  const { text } = await administrator.must('GET', '/audit-events/archive');
  expect(text).toContain(child);
  await api.line(new RegExp(`^${BLOB_LIBRARY}$`));
  const asked = cloud.doubles.logs.faults.requests;
  expect(asked.length).toBeGreaterThanOrEqual(1);
  expect(new Set(asked.map(({ method }) => method))).toEqual(new Set(['GET']));
});

test('the API never asks the storage of the backups, which no setting names to it', async () => {
  const { administrator } = nursery;
  const [generation] = (await administrator.must('GET', '/backups')).body.items as { id: string }[];
  await administrator.must('POST', '/restores', { json: { id: v7(), generation: generation?.id, dryRun: true } });
  expect(cloud.doubles.backups.faults.requests).toEqual([]);
});

test('the API writes neither keys of tenants nor signing keys', () => {
  const asked = [cloud.doubles.tenantVault, cloud.doubles.serviceVault].flatMap(({ faults }) => faults.requests);
  expect(asked.length).toBeGreaterThanOrEqual(1);
  expect(new Set(asked.map(({ method }) => method))).toEqual(new Set(['GET']));
});
