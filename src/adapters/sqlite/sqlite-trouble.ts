import { StartError } from '../../model/start-error.ts';
import { StoreError } from '../../ports/store-error.ts';
import { damagedFile, diskFull, fileStartTrouble, notWritable } from '../local-files/start-trouble.ts';

/** Primary result codes of SQLite (https://sqlite.org/rescode.html) that this service answers in its own words. */
const PERM = 3;
const BUSY = 5;
const LOCKED = 6;
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const NOTADB = 26;

/** How long a caller waits before it asks a busy database again; the busy timeout has passed already. */
const RETRY_AFTER_MS = 1000;

/** SQLite's primary result code behind an error of node:sqlite, or undefined for any other error. */
export function sqliteCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return undefined;
  return error.errcode & 0xff;
}

/**
 * The StoreError for trouble with a database file; any other error, programming errors included, comes back as it is.
 * `committing`: the error came from COMMIT itself, where a failed fsync leaves the outcome open.
 */
export function storeTrouble(error: unknown, file: string, committing: boolean): unknown {
  switch (sqliteCode(error)) {
    case BUSY:
    case LOCKED:
      return new StoreError('busy', `${file} is in use`, { retryAfterMs: RETRY_AFTER_MS, cause: error });
    case CORRUPT:
    case NOTADB:
      return new StoreError('damaged', `${file} is damaged`, { cause: error });
    case FULL:
      return new StoreError('unavailable', `the disk of ${file} is full; nothing was written`, { cause: error });
    case PERM:
    case READONLY:
    case CANTOPEN:
      return new StoreError('unavailable', `${file} cannot be written; nothing was written`, { cause: error });
    case IOERR:
      return new StoreError('unavailable', `${file} cannot be read or written`, { unclear: committing, cause: error });
    default:
      return error;
  }
}

/** The sentence for trouble with a database file at start; any other error comes back as it is. */
export function startTrouble(error: unknown, file: string): unknown {
  switch (sqliteCode(error)) {
    case BUSY:
    case LOCKED:
      return new StartError(
        {
          ja: `「${file}」をほかのプログラムが使っています。そのプログラムを終えてから、もう一度始めてください。`,
          en: `Another program is using "${file}": close it, then start again.`,
        },
        error,
      );
    case CORRUPT:
    case NOTADB:
      return damagedFile(file, error);
    case FULL:
      return diskFull(file, error);
    case PERM:
    case READONLY:
    case CANTOPEN:
      return notWritable(file, error);
    case IOERR:
      return new StartError(
        {
          ja: `「${file}」を読み書きできません。ディスクに故障がないか確かめてから、もう一度始めてください。`,
          en: `"${file}" cannot be read or written: check the disk for faults, then start again.`,
        },
        error,
      );
    default:
      return fileStartTrouble(error, file);
  }
}
