import { CONTRACT_ID, type Contract } from '../domain/contracts/contract.ts';
import { STATE_ID, type TenantState } from '../domain/contracts/tenant-state.ts';
import type { EpochMs } from '../model/instant.ts';
import type { ControlContainer, ControlStore, StoredControlItem } from '../ports/control-store.ts';
import { isStoreError } from '../ports/store-error.ts';
import { refused } from './refused.ts';

export type StoredContract = StoredControlItem<Contract>;

/** The contracts; operators write them, and nothing else but announcements. */
export function contractsOf(control: ControlStore): ControlContainer<Contract> {
  return control.container<Contract>('contracts');
}

/** The contract of a tenant. Throws Failure when there is none. */
export async function contractOf(control: ControlStore, tenantId: string): Promise<StoredContract> {
  const stored = await contractsOf(control).get(tenantId, CONTRACT_ID);
  if (stored === undefined)
    throw refused(`There is no contract "${tenantId}"; "contract list" shows those that exist.`);
  return stored;
}

/** What the service did about a tenant; undefined before it has seen the contract. Read only: the jobs write it. */
export async function stateOf(control: ControlStore, tenantId: string): Promise<TenantState | undefined> {
  return (await control.container<TenantState>('tenant-state').get(tenantId, STATE_ID))?.value;
}

/**
 * Replaces a contract by what `change` makes of it, and gets the store's time for that. Another operator's change in between
 * makes it start again from what stands then, so that no change is lost. Throws what `change` throws, and Failure when there
 * is no such contract.
 */
export async function changeContract(
  control: ControlStore,
  tenantId: string,
  change: (contract: Contract, now: EpochMs) => Contract,
): Promise<{ readonly before: Contract; readonly after: StoredContract }> {
  for (;;) {
    const stored = await contractOf(control, tenantId);
    const value = change(stored.value, await control.now());
    try {
      const after = await contractsOf(control).replace(itemOf(value), stored.etag);
      return { before: stored.value, after };
    } catch (error) {
      if (!isStoreError(error, 'stale')) throw error;
    }
  }
}

/** The item that holds a contract. */
export function itemOf(contract: Contract) {
  return { partition: contract.tenantId, id: CONTRACT_ID, value: contract, dueAt: null } as const;
}
