import { Failure } from '../model/failure.ts';
import { SECOND } from '../model/instant.ts';
import type { Clock } from '../ports/clock.ts';
import type { ControlReader } from '../ports/control-store.ts';
import type { PartitionStore } from '../ports/partition-store.ts';
import { BoundedMap } from './bounded-map.ts';
import { accessBegun, accessEnded, CONTRACT_ID, type Contract } from './contracts/contract.ts';
import type { OpenTenant } from './open-tenant.ts';
import { DEFAULT_SIGN_IN_RULES, SIGN_IN_RULES, SIGN_IN_RULES_ID } from './sign-in/sign-in-rules.ts';
import { TenantHandle } from './tenant-handle.ts';
import type { TenantKeys } from './tenant-keys.ts';

/** How long an instance relies on what it read of a tenant. Ends are set at least 60 s ahead, so every instance knows in time. */
const REMEMBERED = 30 * SECOND;
/** Bounds memory; the least recently used tenant goes first. */
const REMEMBERED_TENANTS = 5_000;

interface Remembered extends OpenTenant {
  readonly until: number;
}

export interface TenantHandlesParts {
  readonly partitions: { of(tenantId: string): PartitionStore };
  readonly contracts: ControlReader<Contract>;
  readonly keys: TenantKeys;
  readonly clock: Clock;
}

/**
 * Makes tenant handles. Exactly three places call it: `authenticate` (from a verified session), `entrance` (sign-in
 * endpoints) and the jobs; a test names them. Contract, gate and sign-in rules are remembered for 30 s; the exact end
 * of the contract is looked at each time.
 */
export class TenantHandles {
  readonly #parts: TenantHandlesParts;
  readonly #remembered = new BoundedMap<string, Remembered>(REMEMBERED_TENANTS);

  constructor(parts: TenantHandlesParts) {
    this.#parts = parts;
  }

  /**
   * The handle of a tenant with a contract that lives. Throws Failure `contract-ended` when there is no such contract,
   * it has not begun or it has ended, and `starting` while it is being provisioned.
   */
  async open(tenantId: string): Promise<OpenTenant> {
    const { clock } = this.#parts;
    let known = this.#remembered.get(tenantId);
    if (known === undefined || clock.monotonic() >= known.until) {
      this.forget(tenantId);
      known = await this.#read(tenantId);
      this.#remembered.set(tenantId, known);
    }
    if (accessEnded(known.handle.contract, clock.now())) {
      this.forget(tenantId);
      this.#parts.keys.forget(tenantId);
      throw new Failure('contract-ended');
    }
    return known;
  }

  /**
   * For the job that restores a tenant, and no other: a handle that writes under the restore's own gate, to which `open`
   * binds nobody. Remembered by nobody. Throws as `open`, and Failure `starting` when another gate stands.
   */
  async openRestoring(tenantId: string, gate: string): Promise<TenantHandle> {
    const { handle } = await this.#read(tenantId, gate);
    return handle;
  }

  /** Makes the next `open` read everything anew. */
  forget(tenantId: string): void {
    this.#remembered.delete(tenantId);
  }

  async #read(tenantId: string, restoring?: string): Promise<Remembered> {
    const { partitions, contracts, keys, clock } = this.#parts;
    // Counted from before the reads: what is read may be as old as their start.
    const until = clock.monotonic() + REMEMBERED;
    const contract = (await contracts.get(tenantId, CONTRACT_ID))?.value;
    if (contract === undefined || !accessBegun(contract, clock.now()) || accessEnded(contract, clock.now())) {
      throw new Failure('contract-ended');
    }
    const store = partitions.of(tenantId);
    const gate = await store.gate();
    if (gate === undefined)
      throw new Failure('starting', { retryAfter: 15, detail: `tenant ${tenantId} has no gate yet` });
    if (restoring === undefined ? isRestoreGate(gate.name) : gate.name !== restoring)
      throw new Failure('starting', { retryAfter: 30, detail: `tenant ${tenantId} is being restored` });
    const { dataKey, lookUpKey } = versionsOf(gate.content);
    const handle = new TenantHandle({
      tenantId,
      contract,
      gate: gate.name,
      store,
      sealingKey: await keys.dataKey(tenantId, dataKey),
      lookUpKey: await keys.lookUpKey(tenantId, lookUpKey),
      dataKey: (version) => keys.dataKey(tenantId, version),
      gateClosed: () => this.#gateClosed(contract),
    });
    const stored = await handle.get(SIGN_IN_RULES, SIGN_IN_RULES_ID, 'body');
    return {
      handle,
      rules: stored === undefined ? DEFAULT_SIGN_IN_RULES : await handle.body(SIGN_IN_RULES, stored),
      until,
    };
  }

  #gateClosed(contract: Contract): Failure {
    this.forget(contract.tenantId);
    if (accessEnded(contract, this.#parts.clock.now())) return new Failure('contract-ended');
    return new Failure('starting', { retryAfter: 5, detail: 'the gate has moved' });
  }
}

/** What the names of gates begin with under which a restore writes. */
export const RESTORE_GATE = 'gate:restore-';

/** Whether a gate of this name keeps everybody out but the restore that made it. */
export function isRestoreGate(name: string): boolean {
  return name.startsWith(RESTORE_GATE);
}

/** The key versions that a gate names: of sealing, and of look-ups (for life the version of the first gate). */
export function versionsOf(gate: Readonly<Record<string, unknown>>): { dataKey: string; lookUpKey: string } {
  const { dataKey, lookupKey } = gate as { dataKey?: unknown; lookupKey?: unknown };
  if (typeof dataKey !== 'string' || typeof lookupKey !== 'string')
    throw new Failure('internal', { detail: 'a gate names no keys' });
  return { dataKey, lookUpKey: lookupKey };
}
