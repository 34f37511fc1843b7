import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openSecretFiles } from '../../src/adapters/local-files/secret-files.ts';
import { openControl } from '../../src/adapters/sqlite/control-store.ts';
import { openPartitions } from '../../src/adapters/sqlite/partition-store.ts';
import { CONTRACT_ID, type Contract } from '../../src/domain/contracts/contract.ts';
import { createContract } from '../../src/domain/contracts/contract-changes.ts';
import { TENANT_SECRET_BYTES } from '../../src/domain/sealing.ts';
import type { TenantHandle } from '../../src/domain/tenant-handle.ts';
import { TenantHandles } from '../../src/domain/tenant-handles.ts';
import { TenantKeys, tenantSecretName } from '../../src/domain/tenant-keys.ts';
import type { PartitionStore } from '../../src/ports/partition-store.ts';
import type { SecretReader } from '../../src/ports/secret-store.ts';
import { FakeClock } from './fake-clock.ts';
import { tempFolder } from './temp-folder.ts';

export const FIRST_GATE = 'gate:1';

export interface TenantsOptions {
  /** Puts something between the rules and a tenant's store: counting, losing answers. */
  readonly wrap?: (store: PartitionStore, tenantId: string) => PartitionStore;
  /** The same for the vault of tenants' keys. */
  readonly wrapVault?: (vault: SecretReader) => SecretReader;
}

/** The embedded stores in a new folder on one clock that stands still, and what makes tenant handles over them. */
export function tenants(options: TenantsOptions = {}) {
  const folder = tempFolder();
  const clock = new FakeClock();
  const storeTime = () => clock.now();
  const control = openControl(join(folder, 'control.sqlite'), { storeTime });
  const partitions = openPartitions(join(folder, 'data.sqlite'), { clock, storeTime });
  onTestFinished(() => {
    control.close();
    partitions.close();
  });
  const vault = openSecretFiles(join(folder, 'tenant-keys'), storeTime);
  const contracts = control.container<Contract>('contracts');
  const { wrap = (store) => store, wrapVault = (secrets) => secrets } = options;
  /** What one instance of the service has: its own memory over the same stores. */
  const instance = () => {
    const keys = new TenantKeys(wrapVault(vault), clock);
    const of = (tenantId: string) => wrap(partitions.of(tenantId), tenantId);
    return { keys, handles: new TenantHandles({ partitions: { of }, contracts, keys, clock }) };
  };
  const { keys, handles } = instance();
  return {
    clock,
    control,
    contracts,
    partitions,
    vault,
    instance,
    keys,
    handles,
    /** Makes what a tenant needs before anybody can sign in: contract, key and first gate; and gives its handle. */
    async provision(tenantId = 'sakura', endsOn: string | null = null): Promise<TenantHandle> {
      const terms = { tenantId, name: 'さくら福祉会', startsOn: '2026-04-01', endsOn };
      const value = createContract(terms, clock.now());
      await contracts.create({ partition: tenantId, id: CONTRACT_ID, value, dueAt: null });
      const secret = randomBytes(TENANT_SECRET_BYTES).toString('base64');
      const { version } = await vault.set(tenantSecretName(tenantId), secret);
      const content = { dataKey: version, lookupKey: version };
      await partitions.of(tenantId).openGate({ name: FIRST_GATE, content });
      return (await handles.open(tenantId)).handle;
    },
  };
}

export type Tenants = ReturnType<typeof tenants>;
