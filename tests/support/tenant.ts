import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { openSecretFiles } from '../../src/adapters/local-files/secret-files.ts';
import { CONTRACT_ID, type Contract } from '../../src/domain/contracts/contract.ts';
import { createContract } from '../../src/domain/contracts/contract-changes.ts';
import { TENANT_SECRET_BYTES } from '../../src/domain/sealing.ts';
import type { TenantHandle } from '../../src/domain/tenant-handle.ts';
import { TenantHandles } from '../../src/domain/tenant-handles.ts';
import { TenantKeys, tenantSecretName } from '../../src/domain/tenant-keys.ts';
import type { PartitionStore } from '../../src/ports/partition-store.ts';
import type { SecretReader } from '../../src/ports/secret-store.ts';
import { FakeClock } from './fake-clock.ts';
import { openStores, type Stores, type StoresOptions } from './stores.ts';
import { tempFolder } from './temp-folder.ts';

export const FIRST_GATE = 'gate:1';

export interface TenantsOptions {
  /** Puts something between the rules and a tenant's store: counting, losing answers. */
  readonly wrap?: (store: PartitionStore, tenantId: string) => PartitionStore;
  /** The same for the vault of tenants' keys. */
  readonly wrapVault?: (vault: SecretReader) => SecretReader;
  /** Opens other stores than those that all tests of this process use. */
  readonly open?: (options: StoresOptions) => Promise<Stores>;
}

/** The stores in a new folder on one clock that stands still, and what makes tenant handles over them. */
export async function tenants(options: TenantsOptions = {}) {
  const folder = tempFolder();
  const clock = new FakeClock();
  const storeTime = () => clock.now();
  const { open = openStores, wrap = (store) => store, wrapVault = (secrets) => secrets } = options;
  const { control, partitions } = await open({ folder, clock, storeTime });
  const vault = openSecretFiles(join(folder, 'tenant-keys'), storeTime);
  const contracts = control.container<Contract>('contracts');
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

export type Tenants = Awaited<ReturnType<typeof tenants>>;
