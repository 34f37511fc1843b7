import { mkdtempSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { openBlobFiles } from '../../src/adapters/local-files/blob-files.ts';
import { StartError } from '../../src/model/start-error.ts';
import { blobNames, blobStoreContract, tenantsOf } from '../contracts/blob-store-contract.ts';
import { outcome } from '../contracts/partition-fixture.ts';
import { tempFolder } from '../support/temp-folder.ts';

blobStoreContract('files', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'leyserkids-'));
  const open = () => openBlobFiles(join(folder, 'blobs'));
  return {
    stores: open(),
    reopen: async () => open(),
    dispose: async () => rmSync(folder, { recursive: true }),
  };
});

// node:fs is bound by name where it is used, so a failing disk is put under the whole module.
const disk = vi.hoisted(() => ({ full: false, cutBefore: '' }));
vi.mock('node:fs', async (original) => {
  const real = await original<typeof import('node:fs')>();
  const cut = (call: string) => {
    if (disk.cutBefore === call) throw new Error('power cut');
  };
  return {
    ...real,
    fsyncSync(handle: number) {
      if (disk.full) throw Object.assign(new Error('ENOSPC: no space left on device, fsync'), { code: 'ENOSPC' });
      real.fsyncSync(handle);
    },
    linkSync(from: string, to: string) {
      cut('link');
      real.linkSync(from, to);
    },
    rmSync(path: string, options?: object) {
      cut('rm');
      real.rmSync(path, options);
    },
  };
});
afterEach(() => {
  disk.full = false;
  disk.cutBefore = '';
});

const BYTES = Buffer.from('sealed');

describe('blobs in files', () => {
  test('files and folders can be read by their owner only', async () => {
    const folder = join(tempFolder(), 'blobs');
    await openBlobFiles(folder).of('sakura').create('generations/a/part-1', BYTES);
    const inside = ['', '.drafts', 'sakura', 'sakura/generations', 'sakura/generations/a'];
    for (const each of inside) expect(statSync(join(folder, each)).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, 'sakura/generations/a/part-1.blob')).mode & 0o777).toBe(0o600);
  });

  test('a process that dies while it creates a blob leaves nothing that is shown, and the next start removes the rest', async () => {
    const folder = join(tempFolder(), 'blobs');
    const blobs = openBlobFiles(folder);
    disk.cutBefore = 'rm';
    await expect(blobs.of('sakura').create('a/b', BYTES)).rejects.toThrow('power cut');
    disk.cutBefore = 'link';
    await expect(blobs.of('sakura').create('a/c', BYTES)).rejects.toThrow('power cut');
    disk.cutBefore = '';
    expect(readdirSync(join(folder, '.drafts')).length).toBeGreaterThan(0);
    const after = openBlobFiles(folder);
    expect(readdirSync(join(folder, '.drafts'))).toEqual([]);
    expect(await blobNames(after.of('sakura'))).toEqual(['a/b']);
  });

  test('a full disk is told as unavailable; nothing is shown and no draft stays', async () => {
    const folder = join(tempFolder(), 'blobs');
    const blobs = openBlobFiles(folder);
    disk.full = true;
    expect(await outcome(blobs.of('sakura').create('a', BYTES))).toBe('unavailable');
    disk.full = false;
    expect([await blobNames(blobs.of('sakura')), readdirSync(join(folder, '.drafts'))]).toEqual([[], []]);
    await blobs.of('sakura').create('a', BYTES);
  });

  test('a folder that is gone is trouble, and never reads as "no such blob"', async () => {
    const folder = join(tempFolder(), 'blobs');
    const blobs = openBlobFiles(folder);
    const sakura = blobs.of('sakura');
    await sakura.create('a', BYTES);
    renameSync(folder, `${folder}-away`);
    for (const call of [
      () => sakura.read('a'),
      () => sakura.create('b', BYTES),
      () => sakura.remove('a'),
      () => blobNames(sakura),
      () => tenantsOf(blobs),
    ]) {
      expect(await outcome(call())).toBe('unavailable');
    }
  });

  test('no folder of an emptied generation stays', async () => {
    const folder = join(tempFolder(), 'blobs');
    const sakura = openBlobFiles(folder).of('sakura');
    await sakura.create('generations/a/part-1', BYTES);
    await sakura.create('generations/b/part-1', BYTES);
    await sakura.remove('generations/a/part-1');
    expect(readdirSync(join(folder, 'sakura/generations'))).toEqual(['b']);
    await sakura.remove('generations/b/part-1');
    expect(readdirSync(folder)).toEqual(['.drafts']);
  });

  test.each(['', '..', '.drafts', 'a/b', 'Sakura'])('the tenant %j is refused', (tenant) => {
    expect(() => openBlobFiles(tempFolder()).of(tenant)).toThrow(RangeError);
  });

  test('a file in place of the folder stops the start with one sentence', () => {
    const path = join(tempFolder(), 'blobs');
    writeFileSync(path, 'not a folder');
    expect(() => openBlobFiles(path)).toThrow(StartError);
  });
});
