import { join } from 'node:path';
import { openBlobFiles } from '../../src/adapters/local-files/blob-files.ts';
import { BACKUPS_ID, type Backups, type Generation } from '../../src/domain/backups/generation-list.ts';
import { readManifest } from '../../src/domain/backups/read-generation.ts';
import { verifyGeneration } from '../../src/domain/backups/verify-generation.ts';
import { childSchema } from '../../src/domain/collections/child-fields.ts';
import { CHILDREN } from '../../src/domain/collections/children.ts';
import { CLASSES } from '../../src/domain/collections/classes.ts';
import type { Collection } from '../../src/domain/collections/collection.ts';
import { FACILITIES } from '../../src/domain/collections/facilities.ts';
import { recordWrite, stubOf, uniqueChanges, VERSIONS } from '../../src/domain/collections/record-writes.ts';
import { newId } from '../../src/domain/ids.ts';
import type { TenantHandle } from '../../src/domain/tenant-handle.ts';
import { TenantHandles } from '../../src/domain/tenant-handles.ts';
import { TenantKeys } from '../../src/domain/tenant-keys.ts';
import { runJob } from '../../src/jobs/job.ts';
import { provisionTenants } from '../../src/jobs/provision-tenants.ts';
import { type BackupContext, runBackups } from '../../src/jobs/run-backups.ts';
import type { ServeRequestsContext } from '../../src/jobs/serve-requests.ts';
import { HOUR, instant, MINUTE } from '../../src/model/instant.ts';
import type { BlobStore, BlobStores } from '../../src/ports/blob-store.ts';
import type { ControlContainer } from '../../src/ports/control-store.ts';
import type { JobPartitionStore } from '../../src/ports/partition-store.ts';
import { blobNames } from '../contracts/blob-store-contract.ts';
import { anEvent } from '../domain/event.ts';
import { aChild } from '../endpoints/records/nursery.ts';
import { copyStores } from '../support/stores.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { service } from './service-fixture.ts';
import { type CallWatch, watchedBlobs, watchedPort } from './watched.ts';

const UNWATCHED: CallWatch = { before: () => undefined, after: () => undefined };

/** What a test puts between the jobs and the blobs of a tenant. */
export type WrapBlobs = (blobs: BlobStore, tenantId: string) => BlobStore;

/** The stores with blobs, and processes of the jobs over them, each with a memory of its own. */
export async function backupService(folder?: string) {
  const on = await service(folder);
  const { clock, telemetry, context } = on;
  const blobs = openBlobFiles(join(on.folder, 'blobs'));
  const items = on.tenantState as ControlContainer<Backups>;

  /** What one process of the jobs has. */
  function process(watch: CallWatch = UNWATCHED, wrapBlobs: WrapBlobs = (store) => store): ServeRequestsContext {
    const { contracts, requests, tenantState } = context.control;
    const partitions = {
      of: (tenantId: string): JobPartitionStore => watchedPort(context.partitions.of(tenantId), 'partition', watch),
    };
    const control = {
      contracts: watchedPort(contracts, 'contracts', watch),
      requests: watchedPort(requests, 'requests', watch),
      tenantState: watchedPort(tenantState, 'tenant-state', watch),
    };
    const keys = new TenantKeys(watchedPort(on.tenantKeys, 'tenant-keys', watch), clock);
    const handles = new TenantHandles({ partitions, contracts: control.contracts, keys, clock });
    const stores: BlobStores = {
      ...blobs,
      of: (tenantId) => watchedBlobs(wrapBlobs(blobs.of(tenantId), tenantId), watch),
    };
    return { clock, telemetry, control, partitions, handles, blobs: stores };
  }
  const calm = process();

  return {
    ...on,
    blobs,
    process,
    /** A handle with the gate as it stands. */
    async tenant(tenantId = 'sakura'): Promise<TenantHandle> {
      calm.handles.forget(tenantId);
      return (await calm.handles.open(tenantId)).handle;
    },
    /** Contracts of these tenants, provisioned as the service does it. */
    async provision(...tenantIds: readonly string[]): Promise<void> {
      for (const tenantId of tenantIds) await on.put(tenantId, null);
      await runJob(provisionTenants, context);
    },
    /** Time passes so that a dead run's lease no longer stands, then the job runs. */
    async backUp(using: BackupContext = calm) {
      await clock.advance(31 * MINUTE);
      return runJob(runBackups, using);
    },
    /** Moves the clock to the next 17:00 UTC, and runs the job. */
    async night(using: BackupContext = calm) {
      await clock.advance(untilNight(clock.now()));
      return runJob(runBackups, using);
    },
    backupsItem: (tenantId = 'sakura') => items.get(tenantId, BACKUPS_ID),
    async generations(tenantId = 'sakura'): Promise<readonly Generation[]> {
      return (await items.get(tenantId, BACKUPS_ID))?.value.generations ?? [];
    },
    async blobNames(tenantId = 'sakura'): Promise<readonly string[]> {
      return blobNames(blobs.of(tenantId));
    },
  };
}

export type BackupService = Awaited<ReturnType<typeof backupService>>;

/** The same service as it stands now, in a folder of its own: so that each fault finds the same past. */
export async function copyOf(on: BackupService): Promise<BackupService> {
  const folder = tempFolder();
  await copyStores(on.folder, folder);
  const copy = await backupService(folder);
  copy.clock.set(on.clock.now());
  return copy;
}

export function untilNight(now: number): number {
  const day = 24 * HOUR;
  return day - ((((now - 17 * HOUR) % day) + day) % day);
}

/** Ids of the good generations, oldest first. */
export async function goodIds(on: BackupService, tenantId = 'sakura'): Promise<readonly string[]> {
  return (await on.generations(tenantId)).filter(({ good }) => good !== null).map(({ id }) => id);
}

/** The list and the blobs belong to each other: every entry is good and reads back whole, and no other blob is there. */
export async function faults(on: BackupService, tenantId = 'sakura'): Promise<readonly string[]> {
  const found: string[] = [];
  const generations = await on.generations(tenantId);
  const names = await on.blobNames(tenantId);
  const parts = { tenant: await on.tenant(tenantId), blobs: on.blobs.of(tenantId) };
  const expected: string[] = [];
  for (const { id, good } of generations) {
    if (good === null) found.push(`${id} is unfinished`);
    else {
      const { manifestSha256 } = good;
      const manifest = await readManifest(id, manifestSha256, parts);
      await verifyGeneration({ manifest, manifestSha256 }, parts);
      expected.push(`generations/${id}/manifest`);
      for (const n of manifest.parts.keys()) expected.push(`generations/${id}/part-${String(n + 1).padStart(6, '0')}`);
    }
  }
  if (JSON.stringify(names) !== JSON.stringify(expected.toSorted())) found.push(`blobs ${names.join()}`);
  return found;
}

/** Writes records as endpoints do, and gives their ids. */
export function writer(on: BackupService, tenantId = 'sakura') {
  const event = () => anEvent({ id: newId(on.clock.now()), at: instant(on.clock.now()) });
  async function put<Fields extends object, Card extends object>(
    collection: Collection<Fields, Card>,
    fields: Fields,
    id = newId(on.clock.now()),
  ): Promise<string> {
    const tenant = await on.tenant(tenantId);
    const before = await tenant.get(collection.kind, id, 'card');
    const record = recordWrite(collection, id, fields, { made: `made ${id}`, closedOn: null });
    const facility = record.index?.facility ?? '';
    const former =
      before === undefined || before.card === null
        ? undefined
        : { facility: before.index.facility ?? '', card: await tenant.card<Card>(collection.kind, before) };
    const uniques = uniqueChanges(tenant, collection, id, former, { facility, card: collection.card(fields) });
    const change =
      before === undefined
        ? ({ type: 'create', record } as const)
        : ({ type: 'replace', record, etag: before.etag } as const);
    await tenant.commit([change, ...uniques], [event()]);
    return id;
  }
  return {
    facility: (name: string, id?: string) => put(FACILITIES, FACILITIES.schema.parse({ name, type: 'nursery' }), id),
    schoolClass: (facility: string, name: string, id?: string) =>
      put(CLASSES, CLASSES.schema.parse({ facility, schoolYear: 2026, name }), id),
    child: (facility: string, fields: object, id?: string) =>
      put(CHILDREN, childSchema.parse(aChild(facility, fields)), id),
    /** As deleting does it: a stub, its number free, and what hangs on it gone. */
    async erase(id: string): Promise<void> {
      const tenant = await on.tenant(tenantId);
      const item = await tenant.get(CHILDREN.kind, id, 'card');
      if (item === undefined) throw new Error(`no child ${id}`);
      const card = await tenant.card(CHILDREN.kind, item);
      const former = { facility: item.index.facility ?? '', card };
      const uniques = uniqueChanges(tenant, CHILDREN, id, former, undefined);
      const versions = await tenant.list({ kind: VERSIONS.name, parts: 'none', limit: 2000 });
      const remains = versions.filter((version) => version.id.startsWith(`child:${id}:`));
      await tenant.commit(
        [
          { type: 'replace', record: stubOf(item), etag: item.etag },
          ...uniques,
          ...remains.map((version) => ({ type: 'delete', kind: VERSIONS.name, id: version.id }) as const),
        ],
        [event()],
      );
    },
    async version(of: string, notes: string): Promise<void> {
      const tenant = await on.tenant(tenantId);
      const told = event();
      const record = { kind: VERSIONS, id: `child:${of}:${told.id}`, body: { notes } };
      await tenant.commit([{ type: 'create', record }], [told]);
    },
  };
}

/** A small tenant with something of every kind that is backed up. */
export async function smallTenant(on: BackupService, tenantId = 'sakura') {
  await on.provision(tenantId);
  const write = writer(on, tenantId);
  const garden = await write.facility('さくら保育園');
  const annex = await write.facility('さくら第二保育園');
  await write.schoolClass(garden, 'ひよこ組');
  const hanako = await write.child(garden, { givenName: '花子', number: '1' });
  const taro = await write.child(garden, { givenName: '太郎', number: '2' });
  const jiro = await write.child(annex, { givenName: '次郎', number: '1' });
  const gone = await write.child(garden, { givenName: '三郎', number: '3' });
  await write.version(hanako, '前の内容');
  await write.version(gone, '消える内容');
  await write.version(jiro, '次郎の前の内容');
  await write.erase(gone);
  return { write, garden, annex, hanako, taro, jiro, gone };
}
