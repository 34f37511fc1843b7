import { randomBytes } from 'node:crypto';
import { accessEnded, CONTRACT_ID, type Contract } from '../domain/contracts/contract.ts';
import {
  claimed,
  lives,
  mirroring,
  provisioned,
  STATE_ID,
  stateItem,
  type TenantState,
} from '../domain/contracts/tenant-state.ts';
import { TENANT_SECRET_BYTES } from '../domain/sealing.ts';
import { versionsOf } from '../domain/tenant-handles.ts';
import { tenantSecretName } from '../domain/tenant-keys.ts';
import { MINUTE } from '../model/instant.ts';
import type { ControlContainer, ControlReader, StoredControlItem } from '../ports/control-store.ts';
import type { Gate, JobPartitionStore } from '../ports/partition-store.ts';
import type { SecretReader, SecretVersion, SecretWriter } from '../ports/secret-store.ts';
import { isStoreError } from '../ports/store-error.ts';
import { watchContracts } from './contract-watch.ts';
import type { Job, JobPorts } from './job.ts';
import type { JobRun } from './job-run.ts';
import { tellTenant } from './tell-tenant.ts';

export interface ProvisionContext extends JobPorts {
  readonly control: { readonly contracts: ControlReader<Contract>; readonly tenantState: ControlContainer };
  readonly tenantKeys: SecretReader & SecretWriter;
  readonly partitions: { of(tenantId: string): JobPartitionStore };
}

type StoredContract = StoredControlItem<Contract>;
type StoredState = StoredControlItem<TenantState>;

const FIRST_GATE = 'gate:1';
const AT_ONCE = 8;
const PAGE = 500;

/** A new contract's tenant is ready within seconds; one that still is not after this long counts as overdue. */
const OVERDUE_AFTER = 10 * MINUTE;

/**
 * Makes what a new tenant needs before anybody can sign in: claim, key, gate, mark; and mirrors every contract's end into
 * the service's own state. Killed between any two steps, or run twice at once, it comes to the same end: nothing is made
 * before the claim, a key only where reading says that there is none and no gate names one, and the gate is create-only, so
 * that of two keys the one that the gate names is the tenant's.
 */
export const provisionTenants: Job<ProvisionContext> = {
  name: 'provision-tenants',
  schedule: '*/15 * * * * *',
  role: 'jobs',
  leaseFor: MINUTE,
  async run(context, run) {
    const { contracts, tenantState } = context.control;
    const everyone = await watchContracts(contracts, tenantState, context.clock.now(), (page) =>
      run.each(page, AT_ONCE, partitionOf, (contract) => tend(context, run, contract)),
    );
    if (everyone !== undefined) await lookAtAllStates(context, run, everyone);
  },
};

/**
 * Brings one tenant's state to what its contract says. What another instance wrote meanwhile is read and carried on; each
 * try loses only to a step that the other has made, and there are fewer steps than tries.
 */
async function tend(context: ProvisionContext, run: JobRun, contract: StoredContract): Promise<void> {
  for (let triesLeft = 5; ; triesLeft -= 1) {
    try {
      return await tendOnce(context, run, contract);
    } catch (error) {
      if (triesLeft === 0 || !isStoreError(error, 'stale', 'conflict', 'gate-closed')) throw error;
    }
  }
}

async function tendOnce(context: ProvisionContext, run: JobRun, contract: StoredContract): Promise<void> {
  const tenantId = contract.partition;
  const now = context.clock.now();
  const ended = accessEnded(contract.value, now);
  const states = statesOf(context);
  let state = await states.get(tenantId, STATE_ID);
  if (state === undefined) {
    if (ended) return;
    state = await states.create(stateItem(tenantId, claimed(run.id, contract.value.endsAt)));
  }
  if (!lives(state.value)) return;
  state = await mirrorEnd(context, run, state, contract);
  if (ended || state.value.phase === 'provisioned') return;
  if (now - contract.committedAt > OVERDUE_AFTER) run.late(tenantId);
  await provision(context, run, state);
}

/**
 * Writes the contract's end into the state until that says what the contract says. Before each write the contract is read
 * again, after the state whose etag the write names: so an instance that was frozen never brings back an end that is no more.
 * Alert and event come before the write: the alert is told twice rather than never, the event once.
 */
async function mirrorEnd(
  context: ProvisionContext,
  run: JobRun,
  state: StoredState,
  contract: StoredContract,
): Promise<StoredState> {
  const tenantId = state.partition;
  let current = state;
  let seen: StoredContract | undefined = contract;
  while (mirroring(current.value, current.committedAt, seen.value.endsAt) !== undefined) {
    seen = await context.control.contracts.get(tenantId, CONTRACT_ID);
    const next = seen && mirroring(current.value, current.committedAt, seen.value.endsAt);
    if (seen === undefined || next === undefined) break;
    if (next.broughtForward) {
      const { endsAt: from } = current.value.mirror;
      const to = seen.value.endsAt ?? 'none';
      context.telemetry.alert('contract-end-brought-forward', { tenant: tenantId, from: from ?? 'none', to });
    }
    if (seen.value.endsAt !== current.value.mirror.endsAt) await tellOfChange(context, run, current, seen.value.endsAt);
    current = await statesOf(context).replace(stateItem(tenantId, next.state), current.etag);
  }
  return current;
}

/** Tells a tenant that lives that its contract ends at another time than before. Where its key or gate is gone, nobody is left to tell. */
async function tellOfChange(
  context: ProvisionContext,
  run: JobRun,
  { partition: tenantId, value, etag }: StoredState,
  endsAt: string | null,
): Promise<void> {
  if (value.phase !== 'provisioned' || value.dataKeyVersion === null) return;
  const partition = context.partitions.of(tenantId);
  const gate = await partition.gate();
  const key = gate && (await context.tenantKeys.get(tenantSecretName(tenantId), value.dataKeyVersion));
  if (gate === undefined || key === undefined) return;
  const { endsAt: former } = value.mirror;
  const earlier = former === null || (endsAt !== null && endsAt < former);
  const reason = endsAt === null ? 'no-end' : earlier ? 'ends-earlier' : 'ends-later';
  const facts = { action: 'contract-change-seen', targetKind: 'contract', targets: [], reason } as const;
  await tellTenant(partition, gate, key, JSON.stringify([etag, endsAt]), facts, run.id, context.clock.now());
}

/** Key, gate, event, mark. Throws StoreError, `conflict` and `stale` included when another instance does the same. */
async function provision(context: ProvisionContext, run: JobRun, state: StoredState): Promise<void> {
  const tenantId = state.partition;
  const partition = context.partitions.of(tenantId);
  const standing = await partition.gate();
  const { gate, key } =
    standing === undefined
      ? await keyAndGate(context, tenantId, partition)
      : { gate: standing, key: await keyOfVersion(context, tenantId, versionsOf(standing.content).dataKey) };
  if (key === undefined) return;
  const facts = { action: 'key-created', targetKind: 'tenant-key', targets: [key.version], reason: null } as const;
  await tellTenant(partition, gate, key, key.version, facts, run.id, context.clock.now());
  const marked = provisioned(state.value, key.version, context.clock.now());
  await statesOf(context).replace(stateItem(tenantId, marked), state.etag);
  context.telemetry.event('tenant-provisioned', { tenant: tenantId });
}

async function keyAndGate(
  context: ProvisionContext,
  tenantId: string,
  partition: JobPartitionStore,
): Promise<{ readonly key: SecretVersion; readonly gate: Gate }> {
  const name = tenantSecretName(tenantId);
  const key =
    (await context.tenantKeys.get(name)) ??
    (await context.tenantKeys.set(name, randomBytes(TENANT_SECRET_BYTES).toString('base64')));
  const gate = { name: FIRST_GATE, content: { dataKey: key.version, lookupKey: key.version } };
  await partition.openGate(gate);
  return { key, gate };
}

/** The key of a version that the service relies on. When the vault has none, a person must look: a new key would open nothing. */
async function keyOfVersion(
  context: ProvisionContext,
  tenantId: string,
  version: string,
): Promise<SecretVersion | undefined> {
  const key = await context.tenantKeys.get(tenantSecretName(tenantId), version);
  if (key !== undefined) return key;
  const state = await statesOf(context).get(tenantId, STATE_ID);
  // A key that an erasure has destroyed meanwhile is not missing.
  if (state === undefined || !gone(state.value))
    context.telemetry.alert('tenant-key-missing', { tenant: tenantId, version });
  return undefined;
}

/** Looks for tenants whose contract document vanished, and for provisioned ones whose key is gone. */
async function lookAtAllStates(context: ProvisionContext, run: JobRun, everyone: ReadonlySet<string>): Promise<void> {
  let after: StoredState | undefined;
  do {
    const page: readonly StoredState[] = await statesOf(context).page({ limit: PAGE, ...(after && { after }) });
    const states = page.filter(({ id, value }) => id === STATE_ID && !gone(value));
    await run.each(states, AT_ONCE, partitionOf, async ({ partition: tenantId, value }) => {
      const vanished =
        !everyone.has(tenantId) && (await context.control.contracts.get(tenantId, CONTRACT_ID)) === undefined;
      if (vanished) context.telemetry.alert('contract-vanished', { tenant: tenantId });
      if (value.phase === 'provisioned' && value.dataKeyVersion !== null) {
        await keyOfVersion(context, tenantId, value.dataKeyVersion);
      }
    });
    after = page.length < PAGE ? undefined : page.at(-1);
  } while (after !== undefined);
}

function gone(state: TenantState): boolean {
  return state.phase === 'destroying' || state.phase === 'tombstone';
}

function statesOf(context: ProvisionContext): ControlContainer<TenantState> {
  return context.control.tenantState as ControlContainer<TenantState>;
}

function partitionOf(item: { readonly partition: string }): string {
  return item.partition;
}
