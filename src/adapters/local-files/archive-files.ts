import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  fsyncSync,
  futimesSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DAY, type EpochMs } from '../../model/instant.ts';
import { type LogArchive, type LogArchives, requireEntryName } from '../../ports/log-archive.ts';
import { StoreError } from '../../ports/store-error.ts';
import { fileTrouble, syncFolder } from './durable-file.ts';
import { fileStartTrouble, systemCode } from './start-trouble.ts';

const SUFFIX = '.json';
/** No tenant is named so. What lies here was never acknowledged. */
const DRAFTS = '.drafts';
const TENANT = /^[a-z][a-z0-9-]{2,31}$/;

export interface ArchiveFilesOptions {
  /** For how many days from its writing an entry cannot be removed. */
  readonly keepDays: number;
  /** The store's own time, UTC; the host's when absent. It becomes the time of the file. */
  readonly storeTime?: () => EpochMs;
}

/**
 * The archive in a folder (0700), a folder per tenant and a read-only file (0400) per entry, created when it is not there.
 * Calls are synchronous inside, so that two of them in this process never overlap; across processes the lock of the data
 * folder sees to that. Read-only keeps mistakes away, not the machine's owner: him the chain of the digests finds out.
 * Drafts that a crash left behind are removed here. Throws StartError when the folder cannot be used.
 */
export function openArchiveFiles(folder: string, { keepDays, storeTime = Date.now }: ArchiveFilesOptions): LogArchives {
  const drafts = join(folder, DRAFTS);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    rmSync(drafts, { recursive: true, force: true });
    mkdirSync(drafts, { mode: 0o700 });
    syncFolder(folder);
  } catch (error) {
    throw fileStartTrouble(error, folder);
  }
  return {
    of(tenantId) {
      if (!TENANT.test(tenantId)) throw new RangeError('not a tenant');
      return archiveFiles(folder, join(folder, tenantId), drafts, keepDays * DAY, storeTime);
    },
  };
}

function archiveFiles(
  root: string,
  folder: string,
  drafts: string,
  keepFor: number,
  storeTime: () => EpochMs,
): LogArchive {
  const fileOf = (name: string): string => {
    requireEntryName(name);
    return join(folder, name) + SUFFIX;
  };
  return {
    async create(name, bytes) {
      const path = fileOf(name);
      const draft = join(drafts, randomUUID());
      attempt(path, () => {
        try {
          writeAndSync(draft, bytes, storeTime());
          makeFolder(root, folder);
          // Unlike a rename, a link never takes the place of what is there.
          linkSync(draft, path);
          syncFolder(folder);
        } catch (error) {
          if (systemCode(error) !== 'EEXIST') throw error;
          throw new StoreError('conflict', `the archive entry ${name} exists`);
        } finally {
          rmSync(draft, { force: true });
        }
      });
    },

    async read(name) {
      const path = fileOf(name);
      return attempt(path, () => (writtenAt(root, path) === undefined ? undefined : readFileSync(path)));
    },

    async *list() {
      for (const name of namesIn(root, folder)) {
        const time = attempt(folder, () => writtenAt(root, join(folder, name) + SUFFIX));
        if (time !== undefined) yield { name, writtenAt: time };
      }
    },

    async removeExpired(name) {
      const path = fileOf(name);
      attempt(path, () => {
        const time = writtenAt(root, path);
        if (time === undefined) return;
        if (storeTime() < time + keepFor) throw new StoreError('conflict', `the archive entry ${name} is to be kept`);
        // Windows removes no read-only file.
        chmodSync(path, 0o600);
        rmSync(path);
        syncFolder(folder);
      });
    },
  };
}

/** When the file was written, or undefined when it is not there. A store that is gone as a whole never reads so. */
function writtenAt(root: string, path: string): EpochMs | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) statSync(root);
  return found && Math.round(found.mtimeMs);
}

/** Names of all entries in a tenant's folder, in order. */
function namesIn(root: string, folder: string): readonly string[] {
  return attempt(folder, () => {
    statSync(root);
    if (statSync(folder, { throwIfNoEntry: false }) === undefined) return [];
    return readdirSync(folder)
      .filter((file) => file.endsWith(SUFFIX))
      .map((file) => file.slice(0, -SUFFIX.length))
      .sort();
  });
}

function writeAndSync(path: string, bytes: Uint8Array, time: EpochMs): void {
  const file = openSync(path, 'wx', 0o400);
  try {
    writeFileSync(file, bytes);
    futimesSync(file, time / 1000, time / 1000);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function makeFolder(root: string, folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false }) !== undefined) return;
  mkdirSync(folder, { mode: 0o700 });
  syncFolder(root);
}

function attempt<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw fileTrouble(error, path);
  }
}
