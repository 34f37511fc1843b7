import { randomUUID } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { BLOB_MAX_BYTES, type BlobStore, type BlobStores, requireBlobName } from '../../ports/blob-store.ts';
import { StoreError } from '../../ports/store-error.ts';
import { fileTrouble, syncFolder } from './durable-file.ts';
import { fileStartTrouble, systemCode } from './start-trouble.ts';

/** Of files, so that a blob may be named as the beginning of another one's name is, which is a folder here. */
const SUFFIX = '.blob';
/** No tenant is named so. What lies here was never acknowledged. */
const DRAFTS = '.drafts';
const TENANT = /^[a-z][a-z0-9-]{2,31}$/;

/**
 * Blobs in a folder (0700), a folder per tenant and a file (0600) per blob, created when it is not there. Calls are
 * synchronous inside, so that two of them in this process never overlap; across processes the lock of the data folder sees
 * to that. Drafts that a crash left behind are removed here. Throws StartError when the folder cannot be used.
 */
export function openBlobFiles(folder: string): BlobStores {
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
      return blobFiles(folder, join(folder, tenantId), drafts);
    },
    async *tenants() {
      const names = attempt(folder, () => readdirSync(folder).sort());
      for (const name of names) {
        if (TENANT.test(name) && namesUnder(folder, join(folder, name)).length > 0) yield name;
      }
    },
  };
}

function blobFiles(root: string, folder: string, drafts: string): BlobStore {
  const fileOf = (name: string): string => {
    requireBlobName(name);
    return join(folder, name) + SUFFIX;
  };
  return {
    async create(name, bytes) {
      const path = fileOf(name);
      if (bytes.length > BLOB_MAX_BYTES) {
        throw new StoreError('too-large', `${bytes.length} bytes, at most ${BLOB_MAX_BYTES}`);
      }
      const draft = join(drafts, randomUUID());
      attempt(path, () => {
        try {
          writeAndSync(draft, bytes);
          makeFolder(root, dirname(path));
          // Unlike a rename, a link never takes the place of what is there.
          linkSync(draft, path);
          syncFolder(dirname(path));
        } catch (error) {
          if (systemCode(error) !== 'EEXIST') throw error;
          throw new StoreError('conflict', `the blob ${name} exists`);
        } finally {
          rmSync(draft, { force: true });
        }
      });
    },

    async read(name) {
      const path = fileOf(name);
      return attempt(path, () => {
        if (statSync(path, { throwIfNoEntry: false }) !== undefined) return readFileSync(path);
        // A store that is gone as a whole must never read as "no such blob".
        statSync(root);
        return undefined;
      });
    },

    async *list(prefix) {
      for (const name of namesUnder(root, folder)) {
        if (!name.startsWith(prefix)) continue;
        const path = fileOf(name);
        const found = attempt(path, () => statSync(path, { throwIfNoEntry: false }));
        if (found !== undefined) yield { name, bytes: found.size };
      }
    },

    async remove(name) {
      const path = fileOf(name);
      attempt(path, () => {
        statSync(root);
        rmSync(path, { force: true });
        removeEmpty(root, dirname(path));
      });
    },
  };
}

/** Names of all blobs below a tenant's folder, in order. */
function namesUnder(root: string, folder: string): readonly string[] {
  return attempt(folder, () => {
    statSync(root);
    if (statSync(folder, { throwIfNoEntry: false }) === undefined) return [];
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith(SUFFIX))
      .map((path) => path.slice(0, -SUFFIX.length).replaceAll('\\', '/'))
      .sort();
  });
}

function writeAndSync(path: string, bytes: Uint8Array): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    writeFileSync(file, bytes);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Makes a folder and those above it up to the root, each on the disk before something is put into it. */
function makeFolder(root: string, folder: string): void {
  if (folder === root || statSync(folder, { throwIfNoEntry: false }) !== undefined) return;
  makeFolder(root, dirname(folder));
  mkdirSync(folder, { mode: 0o700 });
  syncFolder(dirname(folder));
}

/** Removes folders that have become empty, from this one up, and makes the removal last. */
function removeEmpty(root: string, folder: string): void {
  const stands = statSync(folder, { throwIfNoEntry: false }) !== undefined;
  if (folder === root || (stands && readdirSync(folder).length > 0)) {
    syncFolder(folder);
    return;
  }
  if (stands) rmdirSync(folder);
  removeEmpty(root, dirname(folder));
}

function attempt<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw fileTrouble(error, path);
  }
}
