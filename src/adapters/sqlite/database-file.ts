import { randomUUID } from 'node:crypto';
import { chmodSync, closeSync, existsSync, linkSync, openSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { StartError } from '../../model/start-error.ts';
import { syncFolder } from '../local-files/durable-file.ts';
import { damagedFile } from '../local-files/start-trouble.ts';
import { Database } from './database.ts';
import { startTrouble } from './sqlite-trouble.ts';

/** What a database file must be. */
export interface FileFormat {
  /** SQLite's application id: tells this file from any other program's, and data from control. */
  readonly applicationId: number;
  /** Counted up with every change of `schema`; stands in `user_version`. */
  readonly version: number;
  readonly schema: string;
}

export interface FileOptions {
  /** The file never grows beyond this many pages of 4 KiB; a write that needs more is refused as on a full disk. */
  readonly maxPages?: number;
  /** How long a call waits for another process (the operator's tool beside the service) before it throws `busy`. */
  readonly busyTimeoutMs?: number;
  /** Files up to this size are checked page by page when they are opened. */
  readonly checkUpToBytes?: number;
}

/** Every transaction is one batch of a few milliseconds: who waits longer than this waits for somebody who hangs. */
const BUSY_TIMEOUT_MS = 2000;

/** Checking takes 0.55 ms per MB of a file that the system has in memory: some 35 ms at most. */
const CHECK_UP_TO_BYTES = 64_000_000;

/**
 * Opens the file, creating it (0600) when there is none. A file that exists is checked first and is never made anew: an
 * empty, foreign, damaged or newer one throws StartError with one sentence and is left as it is.
 */
export function openDatabaseFile(path: string, format: FileFormat, options: FileOptions = {}): Database {
  try {
    if (!existsSync(path)) create(path, format);
    chmodSync(path, 0o600);
    return open(path, format, options);
  } catch (error) {
    throw error instanceof StartError ? error : startTrouble(error, path);
  }
}

function open(path: string, format: FileFormat, options: FileOptions): Database {
  const database = new Database(path, options.busyTimeoutMs ?? BUSY_TIMEOUT_MS);
  try {
    checkFormat(database, format);
    if (statSync(path).size <= (options.checkUpToBytes ?? CHECK_UP_TO_BYTES)) checkPages(database);
    configure(database);
    if (options.maxPages !== undefined) database.setUp(`PRAGMA max_page_count = ${Math.trunc(options.maxPages)}`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function checkFormat(database: Database, format: FileFormat): void {
  const { path } = database;
  // SQLite takes an empty file for a new database, whose id is 0; `create` leaves none such, so its content is lost.
  if (database.row('PRAGMA application_id')?.[0] !== format.applicationId) throw damagedFile(path);
  const version = Number(database.row('PRAGMA user_version')?.[0]);
  if (version > format.version) {
    throw new StartError({
      ja: `「${path}」は、より新しい版のサービスが書いたものです（形式 ${version}。この版が読めるのは ${format.version} まで）。新しい版で始めてください。`,
      en: `"${path}" was written by a newer version of the service (format ${version}; this one reads up to ${format.version}): start that version.`,
    });
  }
  if (version < format.version || names(database) !== expectedNames(format)) throw damagedFile(path);
}

function checkPages(database: Database): void {
  if (database.row('PRAGMA quick_check(1)')?.[0] !== 'ok') throw damagedFile(database.path);
}

function names(database: Database): string {
  return JSON.stringify(database.rows('SELECT type, name, tbl_name FROM sqlite_schema ORDER BY type, name'));
}

function expectedNames(format: FileFormat): string {
  const sample = new Database(':memory:');
  sample.setUp(format.schema);
  const expected = names(sample);
  sample.close();
  return expected;
}

/** FULL: a commit that was acknowledged survives a power cut. FAST: what is deleted is overwritten where that costs no write of its own. */
function configure(database: Database): void {
  database.setUp('PRAGMA synchronous = FULL; PRAGMA secure_delete = FAST; PRAGMA trusted_schema = OFF');
  // The log is worked into the file when it has 16 MB, not 4: large imports write the same pages again and again.
  database.setUp('PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 16384000');
  database.setUp('PRAGMA cache_size = -16000');
}

/**
 * Makes the whole file under another name, then links it to its own: it appears complete or not at all, and of two
 * processes that create it at the same instant one wins and the other opens the winner's.
 */
function create(path: string, format: FileFormat): void {
  const draft = `${path}.new-${randomUUID()}`;
  try {
    closeSync(openSync(draft, 'wx', 0o600));
    const database = new Database(draft);
    try {
      database.setUp('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
      database.setUp(`BEGIN; ${format.schema} COMMIT`);
      database.setUp(`PRAGMA application_id = ${format.applicationId}; PRAGMA user_version = ${format.version}`);
    } finally {
      database.close();
    }
    try {
      linkSync(draft, path);
    } catch (error) {
      if (!existsSync(path)) throw error;
    }
    syncFolder(dirname(path));
  } finally {
    rmSync(draft, { force: true });
  }
}
