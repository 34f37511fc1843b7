import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openArchiveFiles } from '../../src/adapters/local-files/archive-files.ts';
import { openBlobFiles } from '../../src/adapters/local-files/blob-files.ts';
import { openSecretFiles } from '../../src/adapters/local-files/secret-files.ts';
import { openControl } from '../../src/adapters/sqlite/control-store.ts';
import { openPartitions } from '../../src/adapters/sqlite/partition-store.ts';
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
import { tempFolder } from '../support/temp-folder.ts';

const RETENTION_DAYS = 400;

/** The embedded stores in a new folder (or one that a test has filled), all of them on one clock, and the context that jobs get. */
export function service(folder: string = tempFolder()) {
  const clock = new FakeClock();
  const telemetry = new RecordingTelemetry();
  const storeTime = () => clock.now();
  const control = openControl(join(folder, 'control.sqlite'), { storeTime });
  const partitions = openPartitions(join(folder, 'data.sqlite'), { clock, storeTime });
  onTestFinished(() => {
    control.close();
    partitions.close();
  });
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

export type Service = ReturnType<typeof service>;

/** Calls of stores and vaults go through this before and after they are made. */
export interface CallWatch {
  before(call: string): Promise<void> | void;
  after(call: string): Promise<void> | void;
}

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

function watchedPort<Port extends object>(port: Port, name: string, watch: CallWatch): Port {
  return new Proxy(port, {
    get(target, property, receiver) {
      const method: unknown = Reflect.get(target, property, receiver);
      if (typeof method !== 'function') return method;
      return async (...args: unknown[]) => {
        const call = `${name}.${String(property)}`;
        await watch.before(call);
        const result: unknown = await method.apply(target, args);
        await watch.after(call);
        return result;
      };
    },
  });
}

/** A process that is killed at its n-th call (from 0): before the call is made, or after it was, without its answer. */
export class KilledProcess implements CallWatch {
  readonly #at: number;
  readonly #when: 'before' | 'after';
  #calls = 0;
  #dead = false;

  constructor(at: number, when: 'before' | 'after') {
    this.#at = at;
    this.#when = when;
  }

  /** Whether the kill came: false when the work ended with fewer calls. */
  get dead(): boolean {
    return this.#dead;
  }

  before(): void {
    if (this.#when === 'before' && this.#calls === this.#at) this.#dead = true;
    this.#live();
  }

  after(): void {
    if (this.#when === 'after' && this.#calls === this.#at) this.#dead = true;
    this.#calls += 1;
    this.#live();
  }

  #live(): void {
    if (this.#dead) throw new Error('killed');
  }
}
