import { mkdtempSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { openArchiveFiles } from '../../src/adapters/local-files/archive-files.ts';
import { StartError } from '../../src/model/start-error.ts';
import { entriesOf, KEPT_DAYS, logArchiveContract } from '../contracts/log-archive-contract.ts';
import { outcome } from '../contracts/partition-fixture.ts';
import { FAKE_START } from '../support/fake-clock.ts';
import { tempFolder } from '../support/temp-folder.ts';

logArchiveContract('files', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'leyserkids-'));
  let time = FAKE_START;
  const open = () => openArchiveFiles(join(folder, 'log-archive'), { keepDays: KEPT_DAYS, storeTime: () => time });
  return {
    archives: open(),
    setStoreTime: (at) => {
      time = at;
    },
    reopen: async () => open(),
    dispose: async () => rmSync(folder, { recursive: true }),
  };
});

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

const bytes = Buffer.from('{}');

describe('archive entries in files', () => {
  test('are read-only and for their owner only, in folders for the owner only', async () => {
    const folder = join(tempFolder(), 'log-archive');
    await openArchiveFiles(folder, { keepDays: KEPT_DAYS }).of('sakura').create('1', bytes);
    expect(statSync(join(folder, 'sakura', '1.json')).mode & 0o777).toBe(0o400);
    for (const each of [folder, join(folder, 'sakura')]) expect(statSync(each).mode & 0o777).toBe(0o700);
  });

  test('a draft that a crash left behind is never shown, and goes with the next start', async () => {
    const folder = tempFolder();
    openArchiveFiles(folder, { keepDays: KEPT_DAYS });
    writeFileSync(join(folder, '.drafts', 'half'), '{"for');
    const archive = openArchiveFiles(folder, { keepDays: KEPT_DAYS }).of('sakura');
    expect([await entriesOf(archive), readdirSync(join(folder, '.drafts'))]).toEqual([[], []]);
  });

  test('a full disk is told as unavailable, with nothing written and no draft left', async () => {
    const folder = tempFolder();
    const archive = openArchiveFiles(folder, { keepDays: KEPT_DAYS }).of('sakura');
    disk.full = true;
    expect(await outcome(archive.create('1', bytes))).toBe('unavailable');
    disk.full = false;
    expect([await archive.read('1'), readdirSync(join(folder, '.drafts'))]).toEqual([undefined, []]);
    expect(await outcome(archive.create('1', bytes))).toBe('done');
  });

  test('a folder that is gone is trouble, and never reads as an empty archive', async () => {
    const folder = join(tempFolder(), 'log-archive');
    const archive = openArchiveFiles(folder, { keepDays: KEPT_DAYS }).of('sakura');
    await archive.create('1', bytes);
    renameSync(folder, `${folder}-away`);
    const calls = [archive.read('1'), entriesOf(archive), archive.create('2', bytes), archive.removeExpired('1')];
    for (const call of calls) expect(await outcome(call)).toBe('unavailable');
  });

  test('a name that is no tenant gets no archive', () => {
    const archives = openArchiveFiles(tempFolder(), { keepDays: KEPT_DAYS });
    for (const name of ['..', '.drafts', 'a', 'Sakura', 'a/b']) expect(() => archives.of(name)).toThrow(RangeError);
  });

  test('a file in place of the folder stops the start with one sentence', () => {
    const path = join(tempFolder(), 'log-archive');
    writeFileSync(path, 'not a folder');
    expect(() => openArchiveFiles(path, { keepDays: KEPT_DAYS })).toThrow(StartError);
  });
});
