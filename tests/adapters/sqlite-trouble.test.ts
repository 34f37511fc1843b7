import { expect, test } from 'vitest';
import { startTrouble, storeTrouble } from '../../src/adapters/sqlite/sqlite-trouble.ts';
import { StartError } from '../../src/model/start-error.ts';
import { StoreError } from '../../src/ports/store-error.ts';

/** An error as node:sqlite throws it; codes from https://sqlite.org/rescode.html, extended ones included. */
function sqliteError(errcode: number): Error {
  return Object.assign(new Error('stored content'), { code: 'ERR_SQLITE_ERROR', errcode });
}

test.each([
  ['SQLITE_BUSY', 5, 'busy'],
  ['SQLITE_BUSY_SNAPSHOT', 517, 'busy'],
  ['SQLITE_CORRUPT', 11, 'damaged'],
  ['SQLITE_CORRUPT_INDEX', 779, 'damaged'],
  ['SQLITE_NOTADB', 26, 'damaged'],
  ['SQLITE_FULL', 13, 'unavailable'],
  ['SQLITE_READONLY', 8, 'unavailable'],
  ['SQLITE_CANTOPEN', 14, 'unavailable'],
  ['SQLITE_IOERR_FSYNC', 1034, 'unavailable'],
])('%s is told as the store error that it is, by file and without content', (_, errcode, kind) => {
  const error = storeTrouble(sqliteError(errcode), '/data/data.sqlite', false);
  expect(error).toBeInstanceOf(StoreError);
  expect(error).toMatchObject({ kind, unclear: false, message: expect.stringContaining('/data/data.sqlite') });
  expect((error as StoreError).message).not.toContain('stored content');
});

test('only a disk that fails during COMMIT leaves the outcome open', () => {
  expect(storeTrouble(sqliteError(1034), 'f', true)).toMatchObject({ kind: 'unavailable', unclear: true });
  for (const errcode of [13, 8, 11, 5])
    expect(storeTrouble(sqliteError(errcode), 'f', true)).toMatchObject({ unclear: false });
});

test('busy says when to come back', () => {
  expect(storeTrouble(sqliteError(5), 'f', false)).toMatchObject({ retryAfterMs: 1000 });
});

test('what is no trouble of the store comes through as it is', () => {
  for (const error of [sqliteError(1), sqliteError(19), new RangeError('r'), new StoreError('stale', 's'), 'text']) {
    expect(storeTrouble(error, 'f', true)).toBe(error);
    expect(startTrouble(error, 'f')).toBe(error);
  }
});

test.each([
  ['a full disk', sqliteError(13), 'is full'],
  ['a full disk', Object.assign(new Error('no space'), { code: 'ENOSPC' }), 'is full'],
  ['a file in use', sqliteError(5), 'Another program'],
  ['a disk with faults', sqliteError(10), 'check the disk'],
  ['a read-only file system', Object.assign(new Error('ro'), { code: 'EROFS' }), 'cannot be written'],
])('at start, %s is one sentence in both languages that names the file', (_, error, words) => {
  const told = startTrouble(error, '/data/data.sqlite');
  expect(told).toBeInstanceOf(StartError);
  const { text } = told as StartError;
  expect(text.en).toContain(words);
  for (const each of [text.en, text.ja]) {
    expect(each).toContain('/data/data.sqlite');
    expect(each).not.toContain('\n');
  }
});
