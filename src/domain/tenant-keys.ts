import { type KeyObject, randomInt } from 'node:crypto';
import { MINUTE } from '../model/instant.ts';
import type { Clock } from '../ports/clock.ts';
import type { SecretReader } from '../ports/secret-store.ts';
import { StoreError } from '../ports/store-error.ts';
import { BoundedMap } from './bounded-map.ts';
import { type DataKey, dataKeyOf, lookUpKeyOf } from './sealing.ts';

/** Name of a tenant's secret in the vault of tenant keys. */
export function tenantSecretName(tenantId: string): string {
  return `tenant-${tenantId}`;
}

/** The longest time that a tenant's key stays in memory after it was read, and the share of it that is random. */
const REMEMBERED_AT_MOST = 60 * MINUTE;
const JITTER = 10 * MINUTE;
/** Bounds memory; the least recently used tenant goes first, with all versions of its key: mostly there is one. */
const REMEMBERED_TENANTS = 5_000;

interface Remembered {
  readonly dataKey: DataKey;
  readonly lookUpKey: KeyObject;
  readonly until: number;
}

/**
 * Tenants' keys by version, read from the vault and remembered at most 60 minutes (less a random part, so that
 * instances do not ask all at once). Throws StoreError `unavailable` when the vault holds no such key: a key that is
 * missing while its gate stands is trouble, never a reason to go on without it.
 */
export class TenantKeys {
  readonly #vault: SecretReader;
  readonly #clock: Clock;
  /** By tenant, then by version. */
  readonly #remembered = new BoundedMap<string, Map<string, Remembered>>(REMEMBERED_TENANTS);

  constructor(vault: SecretReader, clock: Clock) {
    this.#vault = vault;
    this.#clock = clock;
  }

  async dataKey(tenantId: string, version: string): Promise<DataKey> {
    return (await this.#keys(tenantId, version)).dataKey;
  }

  async lookUpKey(tenantId: string, version: string): Promise<KeyObject> {
    return (await this.#keys(tenantId, version)).lookUpKey;
  }

  /** Drops a tenant's keys from memory; called when its access has ended. */
  forget(tenantId: string): void {
    this.#remembered.delete(tenantId);
  }

  async #keys(tenantId: string, version: string): Promise<Remembered> {
    const known = this.#remembered.get(tenantId)?.get(version);
    if (known !== undefined && this.#clock.monotonic() < known.until) return known;
    // Counted from before the read: what is read may be as old as its start.
    const until = this.#clock.monotonic() + REMEMBERED_AT_MOST - randomInt(JITTER);
    const secret = await this.#vault.get(tenantSecretName(tenantId), version);
    if (secret === undefined) throw new StoreError('unavailable', `the key of tenant ${tenantId} is not in the vault`);
    const keys = { dataKey: dataKeyOf(version, secret.value), lookUpKey: lookUpKeyOf(secret.value), until };
    this.#remembered.set(tenantId, new Map([...(this.#remembered.get(tenantId) ?? []), [version, keys]]));
    return keys;
  }
}
