import type { EpochMs } from '../model/instant.ts';

/**
 * A vault of secrets with versions. Names: letters, digits and `-`, at most 127 characters (Key Vault's rule).
 * Every method can throw StoreError `unavailable` and `busy`, besides what it names.
 */
export interface SecretVersion {
  readonly version: string;
  readonly value: string;
  /** The vault's own time of creation. */
  readonly createdAt: EpochMs;
}

export interface SecretReader {
  /**
   * The named version, or the newest when none is named; undefined when there is no such secret or version, when that
   * version is disabled, or when the secret is deleted (purged or not).
   */
  get(name: string, version?: string): Promise<SecretVersion | undefined>;
}

export interface SecretWriter {
  /** Adds a version. Throws `conflict` while a deleted secret of that name is not purged. */
  set(name: string, value: string): Promise<SecretVersion>;
}

/** Destroying secrets: only the jobs hold this, and only for tenants' keys. */
export interface SecretDestroyer {
  /** Deletes all versions, recoverable until purged; succeeds when there is none. May take effect with delay. */
  delete(name: string): Promise<void>;
  /** Destroys a deleted secret for ever; succeeds when there is none. `busy` while the deletion is pending. */
  purge(name: string): Promise<void>;
  /** Whether a secret of that name stands, is deleted but recoverable, or is nowhere. */
  state(name: string): Promise<'present' | 'deleted' | 'absent'>;
  /** Names of all secrets, the deleted ones included. */
  names(): AsyncIterable<string>;
}

export type TenantKeyVault = SecretReader & SecretWriter & SecretDestroyer;
export type ServiceKeyVault = SecretReader & SecretWriter;
