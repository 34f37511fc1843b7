import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { openSecretFiles } from '../../src/adapters/local-files/secret-files.ts';
import { StartError } from '../../src/model/start-error.ts';
import { isStoreError } from '../../src/ports/store-error.ts';
import { outcome } from '../contracts/partition-fixture.ts';
import { namesOf, serviceKeyVaultContract, tenantKeyVaultContract } from '../contracts/secret-vault-contract.ts';
import { FAKE_START } from '../support/fake-clock.ts';
import { tempFolder } from '../support/temp-folder.ts';

async function secretFilesFixture() {
  const folder = mkdtempSync(join(tmpdir(), 'leyserkids-'));
  let time = FAKE_START;
  const open = () => openSecretFiles(join(folder, 'keys'), () => time);
  return {
    vault: open(),
    setVaultTime: (at: number) => {
      time = at;
    },
    // As a person does it: by hand, in the file.
    disable: async (name: string, version: string) => {
      const path = join(folder, 'keys', `${name}.json`);
      const file = JSON.parse(readFileSync(path, 'utf8'));
      for (const each of file.versions) if (each.version === version) each.enabled = false;
      writeFileSync(path, JSON.stringify(file));
    },
    settle: async () => undefined,
    reopen: async () => open(),
    dispose: async () => rmSync(folder, { recursive: true }),
  };
}

tenantKeyVaultContract('files', secretFilesFixture);
serviceKeyVaultContract('files', secretFilesFixture);

// node:fs is bound by name where it is used, so a failing disk is put under the whole module.
const disk = vi.hoisted(() => ({ full: false }));
vi.mock('node:fs', async (original) => {
  const real = await original<typeof import('node:fs')>();
  const fsyncSync = (handle: number) => {
    if (disk.full) throw Object.assign(new Error('ENOSPC: no space left on device, fsync'), { code: 'ENOSPC' });
    real.fsyncSync(handle);
  };
  return { ...real, fsyncSync };
});
afterEach(() => {
  disk.full = false;
});

describe('secrets in files', () => {
  test('files and folders can be read by their owner only', async () => {
    const folder = join(tempFolder(), 'keys');
    const vault = openSecretFiles(folder);
    await vault.set('key', 'value');
    await vault.set('other', 'value');
    await vault.delete('other');
    for (const each of [folder, join(folder, 'deleted')]) expect(statSync(each).mode & 0o777).toBe(0o700);
    for (const each of ['key.json', 'deleted/other.json']) {
      expect(statSync(join(folder, each)).mode & 0o777).toBe(0o600);
    }
  });

  test('a deleted secret is recovered by moving its file back, a purged one is in no file any more', async () => {
    const folder = tempFolder();
    const vault = openSecretFiles(folder);
    const set = await vault.set('key', 'very-secret');
    await vault.delete('key');
    renameSync(join(folder, 'deleted', 'key.json'), join(folder, 'key.json'));
    expect(await vault.get('key')).toEqual(set);
    await vault.delete('key');
    // What a crash in the middle of writing leaves.
    writeFileSync(join(folder, 'key.json.draft'), 'very-secret');
    await vault.purge('key');
    expect(readdirSync(folder, { recursive: true })).toEqual(['deleted']);
  });

  test.each([
    ['cut off', (text: string) => text.slice(0, -20)],
    ['empty', () => ''],
    ['of another shape', () => '{"versions":[{"value":"very-secret"}]}'],
    ['without a version', () => '{"versions":[]}'],
    ['with a value that was altered', (text: string) => text.replace('very-secret', 'vary-secret')],
    ['no JSON', () => 'very-secret'],
  ])('a file that is %s is told as damaged by name, never by content', async (_, damage) => {
    const folder = tempFolder();
    const vault = openSecretFiles(folder);
    await vault.set('key', 'very-secret');
    const path = join(folder, 'key.json');
    writeFileSync(path, damage(readFileSync(path, 'utf8')));
    for (const call of [() => vault.get('key'), () => vault.set('key', 'new')]) {
      const error = await call().catch((e: unknown) => e);
      expect(isStoreError(error, 'damaged')).toBe(true);
      expect(error).toMatchObject({ message: expect.stringContaining(path), cause: undefined });
      expect(String(error)).not.toContain('secret-');
      expect(String(error)).not.toMatch(/v[ae]ry-secret/);
    }
    expect(await vault.state('key')).toBe('present');
  });

  test('a folder that is gone is trouble, and never reads as "no such secret"', async () => {
    const folder = join(tempFolder(), 'keys');
    const vault = openSecretFiles(folder);
    await vault.set('key', 'value');
    renameSync(folder, `${folder}-away`);
    expect(await outcome(vault.get('key'))).toBe('unavailable');
    expect(await outcome(vault.state('key'))).toBe('unavailable');
    expect(await outcome(vault.delete('key'))).toBe('unavailable');
    expect(await outcome(vault.purge('key'))).toBe('unavailable');
    expect(await outcome(vault.set('key', 'other'))).toBe('unavailable');
    expect(await outcome(namesOf(vault))).toBe('unavailable');
  });

  test('a full disk is told as unavailable; the old versions stay and no draft does', async () => {
    const folder = tempFolder();
    const vault = openSecretFiles(folder);
    const set = await vault.set('key', 'one');
    disk.full = true;
    expect(await outcome(vault.set('key', 'two'))).toBe('unavailable');
    expect(await outcome(vault.set('new', 'two'))).toBe('unavailable');
    disk.full = false;
    expect(await vault.get('key')).toEqual(set);
    expect(readdirSync(folder).toSorted()).toEqual(['deleted', 'key.json']);
  });

  test.each(['../key', 'a/b', 'a.b', '', 'a b', 'x'.repeat(128)])('the name %j is refused', async (name) => {
    const vault = openSecretFiles(tempFolder());
    for (const call of [
      vault.get(name),
      vault.set(name, 'v'),
      vault.delete(name),
      vault.purge(name),
      vault.state(name),
    ]) {
      await expect(call).rejects.toThrow(RangeError);
    }
  });

  test('a file in place of the folder stops the start with one sentence', () => {
    const path = join(tempFolder(), 'keys');
    writeFileSync(path, 'not a folder');
    expect(() => openSecretFiles(path)).toThrow(StartError);
    expect(readFileSync(path, 'utf8')).toBe('not a folder');
  });
});
