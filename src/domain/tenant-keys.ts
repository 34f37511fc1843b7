import { type KeyObject, randomInt } from 'node:crypto';
import { MINUTE } from '../model/instant.ts';
import type { Clock } from '../ports/clock.ts';
import type { SecretReader } from '../ports/secret-store.ts';
import { StoreError } from '../ports/store-error.ts';
import { type DataKey, dataKeyOf, lookUpKeyOf } from './sealing.ts';

/** Name of a tenant's secret in the vault of tenant keys. */
export function tenantSecretName(tenantId: string): string {
  return `tenant-${tenantId}`;
}

/** The longest time that a tenant's key stays in memory after it was read, and the share of it that is random. */
const REMEMBERED_AT_MOST = 60 * MINUTE;
const JITTER = 10 * MINUTE;
/** Bounds memory: two keys of 5,000 tenants. The least recently read goes first. */
const REMEMBERED_KEYS = 10_000;

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
  readonly #remembered = new Map<string, Remembered>();

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
    for (const key of this.#remembered.keys()) if (key.startsWith(`${tenantId}/`)) this.#remembered.delete(key);
  }

  async #keys(tenantId: string, version: string): Promise<Remembered> {
    const name = `${tenantId}/${version}`;
    const known = this.#remembered.get(name);
    if (known !== undefined && this.#clock.monotonic() < known.until) return known;
    const secret = await this.#vault.get(tenantSecretName(tenantId), version);
    if (secret === undefined) throw new StoreError('unavailable', `the key of tenant ${tenantId} is not in the vault`);
    const keys: Remembered = {
      dataKey: dataKeyOf(version, secret.value),
      lookUpKey: lookUpKeyOf(secret.value),
      until: this.#clock.monotonic() + REMEMBERED_AT_MOST - randomInt(JITTER),
    };
    this.#remembered.delete(name);
    this.#remembered.set(name, keys);
    const oldest = this.#remembered.keys().next();
    if (this.#remembered.size > REMEMBERED_KEYS && oldest.done === false) this.#remembered.delete(oldest.value);
    return keys;
  }
}
