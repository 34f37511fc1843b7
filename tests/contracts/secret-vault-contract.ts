import { describe, expect, onTestFinished, test } from 'vitest';
import type { EpochMs } from '../../src/model/instant.ts';
import type { ServiceKeyVault, TenantKeyVault } from '../../src/ports/secret-store.ts';
import { isStoreError } from '../../src/ports/store-error.ts';
import { FAKE_START } from '../support/fake-clock.ts';
import { outcome } from './partition-fixture.ts';

/** What an adapter gives its contract: new and empty each time it is made. */
export interface VaultFixture<V> {
  readonly vault: V;
  /** Sets the vault's own time to a whole second; later than any set before. */
  setVaultTime(at: EpochMs): void;
  /** What a person with that right does to withdraw a version. */
  disable(name: string, version: string): Promise<void>;
  /** Lets a deletion that takes its time come one step nearer. */
  settle(): Promise<void>;
  /** Closes the vault and opens it again. */
  reopen(): Promise<V>;
  dispose(): Promise<void>;
}

/** Steps within which a deletion or a purge has to come to its end. */
const SETTLING_STEPS = 50;

async function open<V>(make: () => Promise<VaultFixture<V>>): Promise<VaultFixture<V>> {
  const fixture = await make();
  onTestFinished(() => fixture.dispose());
  fixture.setVaultTime(FAKE_START);
  return fixture;
}

/** All names that the vault tells, in order. */
export async function namesOf(vault: TenantKeyVault): Promise<string[]> {
  const names: string[] = [];
  for await (const name of vault.names()) names.push(name);
  return names.toSorted();
}

/** Calls `purge` as a job does, until it is not put off any more and the secret is nowhere. */
async function purged({ vault, settle }: VaultFixture<TenantKeyVault>, name: string): Promise<void> {
  for (let step = 0; step < SETTLING_STEPS; step += 1) {
    try {
      await vault.purge(name);
      if ((await vault.state(name)) === 'absent') return;
    } catch (error) {
      if (!isStoreError(error, 'busy')) throw error;
    }
    await settle();
  }
  throw new Error(`the secret is not purged after ${SETTLING_STEPS} steps`);
}

async function deleted({ vault, settle }: VaultFixture<TenantKeyVault>, name: string): Promise<void> {
  await vault.delete(name);
  for (let step = 0; step < SETTLING_STEPS; step += 1) {
    if ((await vault.state(name)) === 'deleted') return;
    await settle();
  }
  throw new Error(`the secret is not deleted after ${SETTLING_STEPS} steps`);
}

/** What every adapter of `ServiceKeyVault` keeps: reading and adding versions. */
export function serviceKeyVaultContract(name: string, make: () => Promise<VaultFixture<ServiceKeyVault>>): void {
  describe(`service key vault: ${name}`, () => versionsOf(make));
}

/** What every adapter of `TenantKeyVault` keeps: versions, and destroying secrets. */
export function tenantKeyVaultContract(name: string, make: () => Promise<VaultFixture<TenantKeyVault>>): void {
  describe(`tenant key vault: ${name}`, () => {
    versionsOf(make);
    destructionOf(make);
  });
}

function versionsOf(make: () => Promise<VaultFixture<ServiceKeyVault>>): void {
  test('a secret that was never set reads as undefined', async () => {
    const { vault } = await open(make);
    expect(await vault.get('key-sakura')).toBeUndefined();
    expect(await vault.get('key-sakura', '0'.repeat(32))).toBeUndefined();
  });

  test('a secret comes back as it was set, stamped with the time of the vault', async () => {
    const { vault, setVaultTime } = await open(make);
    setVaultTime(FAKE_START + 5000);
    const set = await vault.set('key-sakura', 'a+b/c== "quoted"');
    expect(set).toMatchObject({ value: 'a+b/c== "quoted"', createdAt: FAKE_START + 5000 });
    expect(await vault.get('key-sakura')).toEqual(set);
    expect(await vault.get('key-sakura', set.version)).toEqual(set);
    expect(await vault.get('key-momiji', set.version)).toBeUndefined();
  });

  test('every version stays readable by its name, the newest without one', async () => {
    const { vault, setVaultTime } = await open(make);
    const first = await vault.set('key', 'one');
    setVaultTime(FAKE_START + 1000);
    const second = await vault.set('key', 'two');
    setVaultTime(FAKE_START + 2000);
    const third = await vault.set('key', 'one');
    expect(new Set([first.version, second.version, third.version]).size).toBe(3);
    for (const each of [first, second, third]) expect(await vault.get('key', each.version)).toEqual(each);
    expect(await vault.get('key')).toEqual(third);
    expect(await vault.get('key', '0'.repeat(32))).toBeUndefined();
  });

  test('a disabled version reads as undefined, by its name and as the newest; the others stay', async () => {
    const { vault, setVaultTime, disable } = await open(make);
    const first = await vault.set('key', 'one');
    setVaultTime(FAKE_START + 1000);
    const second = await vault.set('key', 'two');
    await disable('key', second.version);
    expect(await vault.get('key', second.version)).toBeUndefined();
    expect(await vault.get('key')).toBeUndefined();
    expect(await vault.get('key', first.version)).toEqual(first);
  });

  test('the longest name is taken', async () => {
    const { vault } = await open(make);
    const name = `k-${'9'.repeat(125)}`;
    const set = await vault.set(name, 'value');
    expect(await vault.get(name)).toEqual(set);
  });

  test('secrets are there after a restart', async () => {
    const { vault, setVaultTime, reopen } = await open(make);
    const first = await vault.set('key', 'one');
    setVaultTime(FAKE_START + 1000);
    const second = await vault.set('key', 'two');
    const after = await reopen();
    expect([await after.get('key'), await after.get('key', first.version)]).toEqual([second, first]);
  });
}

function destructionOf(make: () => Promise<VaultFixture<TenantKeyVault>>): void {
  test('a secret goes from present over deleted to absent', async () => {
    const fixture = await open(make);
    const { vault } = fixture;
    expect(await vault.state('key')).toBe('absent');
    await vault.set('key', 'value');
    expect(await vault.state('key')).toBe('present');
    await deleted(fixture, 'key');
    await purged(fixture, 'key');
    expect(await vault.state('key')).toBe('absent');
  });

  test('a deleted secret is read by nobody, in none of its versions', async () => {
    const fixture = await open(make);
    const { vault, setVaultTime } = fixture;
    const first = await vault.set('key', 'one');
    setVaultTime(FAKE_START + 1000);
    const second = await vault.set('key', 'two');
    await deleted(fixture, 'key');
    for (const version of [undefined, first.version, second.version]) {
      expect(await vault.get('key', version)).toBeUndefined();
    }
  });

  test('a deleted secret is not set anew before it is purged', async () => {
    const fixture = await open(make);
    const { vault } = fixture;
    await vault.set('key', 'one');
    await deleted(fixture, 'key');
    expect(await outcome(vault.set('key', 'two'))).toBe('conflict');
    expect(await vault.state('key')).toBe('deleted');
    await purged(fixture, 'key');
    const anew = await vault.set('key', 'three');
    expect(await vault.get('key')).toEqual(anew);
  });

  test('nothing of a purged secret comes back with its name', async () => {
    const fixture = await open(make);
    const { vault } = fixture;
    const { version } = await vault.set('key', 'one');
    await deleted(fixture, 'key');
    await purged(fixture, 'key');
    await vault.set('key', 'two');
    expect(await vault.get('key', version)).toBeUndefined();
  });

  test('deleting and purging what is not there succeeds', async () => {
    const fixture = await open(make);
    const { vault } = fixture;
    expect(await outcome(vault.delete('nothing'))).toBe('done');
    expect(await outcome(vault.purge('nothing'))).toBe('done');
    await vault.set('key', 'one');
    await deleted(fixture, 'key');
    expect(await outcome(vault.delete('key'))).toBe('done');
    expect(await vault.state('key')).toBe('deleted');
  });

  test('purging leaves a secret that is not deleted', async () => {
    const { vault } = await open(make);
    const set = await vault.set('key', 'one');
    await vault.purge('key');
    expect(await vault.get('key')).toEqual(set);
  });

  test("destroying one tenant's key leaves those of all others", async () => {
    const fixture = await open(make);
    const { vault } = fixture;
    await vault.set('key-sakura', 'of sakura');
    const other = await vault.set('key-sakura-2', 'of another');
    await deleted(fixture, 'key-sakura');
    await purged(fixture, 'key-sakura');
    expect(await vault.get('key-sakura-2')).toEqual(other);
  });

  test('names are those of all secrets, the deleted ones included, the purged ones not', async () => {
    const fixture = await open(make);
    const { vault } = fixture;
    expect(await namesOf(vault)).toEqual([]);
    for (const name of ['key-a', 'key-b', 'key-c']) await vault.set(name, 'value');
    await deleted(fixture, 'key-a');
    await deleted(fixture, 'key-b');
    await purged(fixture, 'key-b');
    expect(await namesOf(vault)).toEqual(['key-a', 'key-c']);
  });

  test('a deletion holds over a restart', async () => {
    const fixture = await open(make);
    await fixture.vault.set('key', 'one');
    await deleted(fixture, 'key');
    const after = await fixture.reopen();
    expect([await after.state('key'), await after.get('key')]).toEqual(['deleted', undefined]);
  });
}
