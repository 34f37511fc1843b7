import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openDataFolder } from '../../src/adapters/local-files/data-folder.ts';
import { openSecretFiles } from '../../src/adapters/local-files/secret-files.ts';
import { openControl } from '../../src/adapters/sqlite/control-store.ts';
import { openPartitions } from '../../src/adapters/sqlite/partition-store.ts';
import { lockForService } from '../../src/adapters/sqlite/service-lock.ts';
import { StartError } from '../../src/model/start-error.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { kill, startScript } from './child-process.ts';
import { startTextOf } from './start-text.ts';

describe('the data folder', () => {
  test('is created for its owner only, with the folders above it', () => {
    const path = join(tempFolder(), 'a', 'b');
    const folder = openDataFolder(path);
    expect(folder.path).toBe(path);
    expect(statSync(path).mode & 0o777).toBe(0o700);
    expect(readdirSync(path)).toEqual([]);
  });

  test('that exists is taken as it is', () => {
    const path = tempFolder();
    chmodSync(path, 0o750);
    writeFileSync(join(path, 'data.sqlite'), 'whatever');
    openDataFolder(path);
    expect(statSync(path).mode & 0o777).toBe(0o750);
    expect(readFileSync(join(path, 'data.sqlite'), 'utf8')).toBe('whatever');
  });

  test.each(['file', 'file/below'])('whose place a file takes (%s) stops the start with one sentence', (place) => {
    const parent = tempFolder();
    writeFileSync(join(parent, 'file'), 'mine');
    const text = startTextOf(() => openDataFolder(join(parent, place)));
    expect(text.en).toContain(join(parent, place));
    expect(text.en).toContain('move that file away');
    expect(text.ja).toContain('フォルダーではなく、ファイルです');
    expect(readFileSync(join(parent, 'file'), 'utf8')).toBe('mine');
  });

  test('that cannot be created stops the start with one sentence', () => {
    const parent = tempFolder();
    chmodSync(parent, 0o555);
    const path = join(parent, 'data');
    const text = asNobody(() => startTextOf(() => openDataFolder(path)));
    expect(text.en).toContain(`"${path}" cannot be written`);
    expect(text.ja).toContain(`「${path}」に書き込めません`);
  });

  test('that became read-only stops the start of service and tool with one sentence, nothing changed', () => {
    const parent = tempFolder();
    chmodSync(parent, 0o755);
    const folder = openDataFolder(join(parent, 'data'));
    openControl(folder.control).close();
    chmodSync(folder.control, 0o444);
    chmodSync(folder.path, 0o555);
    const before = readFileSync(folder.control);
    for (const start of [
      () => lockForService(folder),
      () => openControl(folder.control),
      () => openPartitions(folder.data, { clock: new FakeClock() }),
      () => openSecretFiles(folder.tenantKeys),
    ]) {
      const text = asNobody(() => startTextOf(start));
      expect(text.en).toContain('cannot be written');
      expect(text.ja).toContain(folder.path);
    }
    expect(readdirSync(folder.path)).toEqual(['control.sqlite']);
    expect(readFileSync(folder.control).equals(before)).toBe(true);
  });
});

describe('the lock of the running service', () => {
  test('keeps a second service out, with one sentence that names the folder', async () => {
    const path = tempFolder();
    const first = startScript('./service-process.ts', path);
    expect((await first.lines.next()).value).toBe('running');
    const second = startScript('./service-process.ts', path);
    expect(JSON.parse(String((await second.lines.next()).value))).toEqual({
      ja: expect.stringContaining(`「${path}」は、すでに動いているサービスが使っています`),
      en: `A service that is already running uses the data folder "${path}": stop it, then start again.`,
    });
  });

  test('ends with its process, also when that is killed', async () => {
    const path = tempFolder();
    for (let round = 0; round < 3; round += 1) {
      const service = startScript('./service-process.ts', path);
      expect((await service.lines.next()).value).toBe('running');
      expect(() => lockForService(openDataFolder(path))).toThrow(StartError);
      await kill(service.child);
    }
    lockForService(openDataFolder(path)).release();
  });

  test('holds within one process too, until it is released, however often somebody else tries', async () => {
    const folder = openDataFolder(tempFolder());
    const lock = lockForService(folder);
    expect(() => lockForService(folder)).toThrow(StartError);
    expect(() => lockForService(folder)).toThrow(StartError);
    const other = startScript('./service-process.ts', folder.path);
    expect((await other.lines.next()).value).not.toBe('running');
    lock.release();
    lockForService(folder).release();
  });

  test('can be seen by the owner only', () => {
    const folder = openDataFolder(tempFolder());
    lockForService(folder).release();
    expect(statSync(folder.lock).mode & 0o777).toBe(0o600);
  });
});

/** Runs `work` without the rights of root, which may write anywhere; whoever else runs the tests is nobody enough. */
function asNobody<T>(work: () => T): T {
  if (process.geteuid?.() !== 0) return work();
  process.seteuid?.(65534);
  try {
    return work();
  } finally {
    process.seteuid?.(0);
  }
}
