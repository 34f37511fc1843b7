import {
  chmodSync,
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { CONTROL_FORMAT, openControl } from '../../src/adapters/sqlite/control-store.ts';
import { openDatabaseFile } from '../../src/adapters/sqlite/database-file.ts';
import { openPartitions } from '../../src/adapters/sqlite/partition-store.ts';
import { child, GATE, outcome, put } from '../contracts/partition-fixture.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { startTextOf } from './start-text.ts';

const open = (path: string) => openPartitions(path, { clock: new FakeClock() });

/** A sound data file with 300 children in it; returns its path. */
async function soundFile(): Promise<string> {
  const path = join(tempFolder(), 'data.sqlite');
  const partitions = open(path);
  const store = partitions.of('sakura');
  await store.openGate({ name: GATE, content: {} });
  const children = Array.from({ length: 300 }, (_, n) => child(`c${n}`, { facility: 'f1' }, { body: 'x'.repeat(900) }));
  await put(store, children);
  partitions.close();
  return path;
}

describe('a database file', () => {
  test('appears whole, for its owner only and with nothing beside it, when there is none', () => {
    const folder = tempFolder();
    open(join(folder, 'data.sqlite')).close();
    expect(readdirSync(folder)).toEqual(['data.sqlite']);
    expect(statSync(join(folder, 'data.sqlite')).mode & 0o777).toBe(0o600);
  });

  test('that others may read is closed to them', async () => {
    const path = await soundFile();
    chmodSync(path, 0o644);
    open(path).close();
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test.each<[string, (path: string) => void]>([
    ['is empty', (path) => truncateSync(path, 0)],
    ['is cut off', (path) => truncateSync(path, 5 * 4096)],
    ['is cut off within its first page', (path) => truncateSync(path, 50)],
    ['is no database', (path) => writeFileSync(path, 'not a database, but long enough to be read as one'.repeat(100))],
    ['has lost its first page', (path) => overwrite(path, 0, 4096)],
    ['has a damaged page inside', damageBodies],
    ['belongs to another program', (path) => alter(path, 'PRAGMA application_id = 1')],
    ['is of a format before the first', (path) => alter(path, 'PRAGMA user_version = 0')],
    ['has lost a table', (path) => alter(path, 'DROP TABLE bodies')],
    ['has lost an index', (path) => alter(path, 'DROP INDEX items_by_id')],
    ['has lost the trigger that removes bodies', (path) => alter(path, 'DROP TRIGGER bodies_follow_items')],
  ])('that %s is told as damaged in one sentence and left as it is', async (_, damage) => {
    const path = await soundFile();
    damage(path);
    const before = readFileSync(path);
    const text = startTextOf(() => open(path));
    expect(text.en).toContain(`"${path}" is damaged`);
    expect(text.ja).toContain(`「${path}」が壊れている`);
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  test('of a newer version is refused in one sentence and left as it is', async () => {
    const path = await soundFile();
    alter(path, 'PRAGMA user_version = 2');
    const before = readFileSync(path);
    const text = startTextOf(() => open(path));
    expect(text.en).toContain(`"${path}" was written by a newer version of the service (format 2`);
    expect(text.ja).toContain('新しい版');
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  test('of the control store does not pass for that of the data', () => {
    const path = join(tempFolder(), 'data.sqlite');
    openControl(path).close();
    expect(startTextOf(() => open(path)).en).toContain('damaged');
  });

  test('that is a folder is refused in one sentence', () => {
    expect(startTextOf(() => open(tempFolder())).en).toContain('cannot be written');
  });

  test('too large to be checked at start, whose inner page is damaged, says so when that page is read; other calls and the file stay sound', async () => {
    const path = await soundFile();
    damageBodies(path);
    const partitions = openPartitions(path, { clock: new FakeClock(), checkUpToBytes: 0 });
    const store = partitions.of('sakura');
    expect(await outcome(store.list({ kind: 'child', parts: 'both', limit: 2000 }))).toBe('damaged');
    expect((await store.gate())?.name).toBe(GATE);
    partitions.close();
  });

  test('of two who create it at once, both open one and the same', async () => {
    const path = join(tempFolder(), 'control.sqlite');
    const both = [openControl(path), openControl(path)] as const;
    await both[0].container('requests').create({ partition: 'sakura', id: 'r', value: {}, dueAt: null });
    expect(await both[1].container('requests').get('sakura', 'r')).toBeDefined();
    for (const each of both) each.close();
  });

  test('is written to the disk with each commit', () => {
    const database = openDatabaseFile(join(tempFolder(), 'control.sqlite'), CONTROL_FORMAT);
    // 2 is FULL: https://sqlite.org/pragma.html#pragma_synchronous
    expect(database.row('PRAGMA synchronous')).toEqual([2]);
    expect(database.row('PRAGMA journal_mode')).toEqual(['wal']);
    database.close();
  });
});

function overwrite(path: string, position: number, length: number): void {
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.alloc(length, 0xee), 0, length, position);
  closeSync(file);
}

/** The pages of the bodies, 900 bytes each, fill the greater part of the file. */
function damageBodies(path: string): void {
  overwrite(path, Math.floor(statSync(path).size / 2 / 4096) * 4096, 4096);
}

function alter(path: string, sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}
