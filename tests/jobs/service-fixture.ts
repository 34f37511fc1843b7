import { join } from 'node:path';
import { openArchiveFiles } from '../../src/adapters/local-files/archive-files.ts';
import { openBlobFiles } from '../../src/adapters/local-files/blob-files.ts';
import { openSecretFiles } from '../../src/adapters/local-files/secret-files.ts';
import { CONTRACT_ID, type Contract } from '../../src/domain/contracts/contract.ts';
import { createContract } from '../../src/domain/contracts/contract-changes.ts';
import { STATE_ID, type TenantState } from '../../src/domain/contracts/tenant-state.ts';
import { TenantHandles } from '../../src/domain/tenant-handles.ts';
import { TenantKeys } from '../../src/domain/tenant-keys.ts';
import type { JobContext } from '../../src/jobs/job-table.ts';
import { DAY } from '../../src/model/instant.ts';
import type { ControlContainer, StoredControlItem } from '../../src/ports/control-store.ts';
import type { TenantKeyVault } from '../../src/ports/secret-store.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { RecordingTelemetry } from '../support/recording-telemetry.ts';
import { openStores } from '../support/stores.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { type CallWatch, watchedPort } from './watched.ts';

export const RETENTION_DAYS = 400;

/** The stores in a new folder (or one that a test has filled), all of them on one clock, and the context that jobs get. */
export async function service(folder: string = tempFolder()) {
  const clock = new FakeClock();
  const telemetry = new RecordingTelemetry();
  const storeTime = () => clock.now();
  const { control, partitions } = await openStores({ folder, clock, storeTime });
  const tenantKeys: TenantKeyVault = openSecretFiles(join(folder, 'tenant-keys'), storeTime);
  const serviceKeys = openSecretFiles(join(folder, 'service-keys'), storeTime);
  const contracts: ControlContainer<Contract> = control.container('contracts');
  const tenantState = control.container('tenant-state');
  const requests = control.container('requests');
  const handles = new TenantHandles({ partitions, contracts, keys: new TenantKeys(tenantKeys, clock), clock });
  const stores = { contracts, requests, tenantState, now: () => control.now() };
  const context = {
    ...{ clock, telemetry, control: stores, tenantKeys, serviceKeys, partitions, handles },
    blobs: openBlobFiles(join(folder, 'backups')),
    archives: openArchiveFiles(join(folder, 'log-archive'), { keepDays: RETENTION_DAYS, storeTime }),
    retentionDays: RETENTION_DAYS,
    erasureNotice: DAY,
  };

  const put = async (tenantId: string, endsOn: string | null): Promise<StoredControlItem<Contract>> => {
    const terms = { tenantId, name: 'さくら福祉会', startsOn: '2026-04-01', endsOn };
    const item = { partition: tenantId, id: CONTRACT_ID, value: createContract(terms, clock.now()), dueAt: null };
    const standing = await contracts.get(tenantId, CONTRACT_ID);
    return standing === undefined ? contracts.create(item) : contracts.replace(item, standing.etag);
  };
  const stateItemOf = (tenantId: string) => (tenantState as ControlContainer<TenantState>).get(tenantId, STATE_ID);
  return {
    folder,
    clock,
    telemetry,
    control,
    context: context satisfies JobContext,
    tenantKeys,
    contracts,
    tenantState,
    /** Writes a tenant's contract, open or with a last day, replacing the one that stands. */
    put,
    stateItemOf,
    stateOf: async (tenantId: string) => (await stateItemOf(tenantId))?.value,
    /** Errors that telemetry was told. */
    errors: () => telemetry.records.flatMap((record) => (record.type === 'error' ? [record.error] : [])),
  };
}

export type Service = Awaited<ReturnType<typeof service>>;

/** The same context, with every call of a store or vault watched; nothing else is changed. */
export function watched(context: JobContext, watch: CallWatch): JobContext {
  const { control, partitions, tenantKeys, serviceKeys } = context;
  const of = ((tenantId) => watchedPort(partitions.of(tenantId), 'partition', watch)) as typeof partitions.of;
  return {
    ...context,
    control: {
      contracts: watchedPort(control.contracts, 'contracts', watch),
      requests: watchedPort(control.requests, 'requests', watch),
      tenantState: watchedPort(control.tenantState, 'tenant-state', watch),
      now: control.now,
    },
    partitions: { of },
    tenantKeys: watchedPort(tenantKeys, 'tenant-keys', watch),
    serviceKeys: watchedPort(serviceKeys, 'service-keys', watch),
  };
}
