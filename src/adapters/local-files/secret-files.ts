import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import type { EpochMs } from '../../model/instant.ts';
import type { SecretVersion, TenantKeyVault } from '../../ports/secret-store.ts';
import { StoreError } from '../../ports/store-error.ts';
import { draftOf, fileTrouble, syncFolder, writeDurably } from './durable-file.ts';
import { fileStartTrouble } from './start-trouble.ts';

/** Key Vault's rule for names; also keeps every name inside the folder. */
const NAME = /^[A-Za-z0-9-]{1,127}$/;
const SUFFIX = '.json';

/**
 * One secret as its file holds it, oldest version first. Whoever owns the machine withdraws a version by setting its
 * `enabled` to false, and brings back a deleted secret by moving its file from `deleted/` to the folder above.
 */
const SecretFile = z.strictObject({
  versions: z
    .array(
      z.strictObject({
        version: z.string(),
        value: z.string(),
        /** SHA-256 of the value in hex: a damaged key is told as such, not as data that does not open. */
        sha256: z.string(),
        createdAt: z.int(),
        enabled: z.boolean(),
      }),
    )
    .min(1),
});
type SecretFile = z.infer<typeof SecretFile>;

/**
 * A vault in a folder (0700), one file (0600) per secret, created when it is not there. Calls are synchronous inside, so
 * that two of them in this process never overlap; across processes the lock of the data folder sees to that.
 * Also throws StoreError `damaged`, naming the file and never its content.
 * @param storeTime the vault's own time, UTC; the host's when absent
 * @throws StartError when the folder cannot be used
 */
export function openSecretFiles(folder: string, storeTime: () => EpochMs = Date.now): TenantKeyVault {
  const deletedFolder = join(folder, 'deleted');
  try {
    mkdirSync(deletedFolder, { recursive: true, mode: 0o700 });
    syncFolder(folder);
  } catch (error) {
    throw fileStartTrouble(error, folder);
  }
  const present = (name: string) => fileOf(folder, name);
  const deleted = (name: string) => fileOf(deletedFolder, name);

  return {
    async get(name, version) {
      const versions = readVersions(present(name));
      const found = version === undefined ? versions.at(-1) : versions.find((each) => each.version === version);
      return found?.enabled ? secretVersion(found) : undefined;
    },

    async set(name, value) {
      if (stands(deleted(name))) throw new StoreError('conflict', `secret ${name} is deleted and not purged`);
      const added = {
        version: randomUUID().replaceAll('-', ''),
        value,
        sha256: sha256(value),
        createdAt: storeTime(),
        enabled: true,
      };
      const file: SecretFile = { versions: [...readVersions(present(name)), added] };
      writeDurably(present(name), `${JSON.stringify(file, null, 2)}\n`);
      return secretVersion(added);
    },

    async delete(name) {
      attempt(present(name), () => {
        if (!stands(present(name))) return;
        renameSync(present(name), deleted(name));
        syncFolder(deletedFolder);
        syncFolder(folder);
      });
    },

    async purge(name) {
      const file = deleted(name);
      // A draft that a crash left behind may hold the same value.
      attempt(file, () => rmSync(draftOf(present(name)), { force: true }));
      if (!stands(file)) return;
      attempt(file, () => {
        rmSync(file);
        syncFolder(deletedFolder);
        syncFolder(folder);
      });
    },

    async state(name) {
      if (stands(present(name))) return 'present';
      return stands(deleted(name)) ? 'deleted' : 'absent';
    },

    async *names() {
      const files = attempt(folder, () => [...readdirSync(folder), ...readdirSync(deletedFolder)]);
      for (const file of files) if (file.endsWith(SUFFIX)) yield file.slice(0, -SUFFIX.length);
    },
  };
}

function fileOf(folder: string, name: string): string {
  if (!NAME.test(name)) throw new RangeError('not a name of a secret');
  return join(folder, name + SUFFIX);
}

/** Whether the file is there. A folder that is gone, or that may not be read, is trouble and never says "no such secret". */
function stands(path: string): boolean {
  return attempt(path, () => {
    if (statSync(path, { throwIfNoEntry: false }) !== undefined) return true;
    statSync(dirname(path));
    return false;
  });
}

function readVersions(path: string): SecretFile['versions'] {
  if (!stands(path)) return [];
  const content = attempt(path, () => readFileSync(path, 'utf8'));
  // Neither the parser's message nor the schema's goes along: they may quote the secret.
  const damaged = new StoreError('damaged', `the secret in ${path} cannot be read`);
  let json: unknown;
  try {
    json = JSON.parse(content);
  } catch {
    throw damaged;
  }
  const file = SecretFile.safeParse(json);
  if (!file.success || file.data.versions.some((each) => each.sha256 !== sha256(each.value))) throw damaged;
  return file.data.versions;
}

function secretVersion({ version, value, createdAt }: SecretFile['versions'][number]): SecretVersion {
  return { version, value, createdAt };
}

function sha256(value: string): string {
  return createHash('sha256').update(value).digest('hex');
}

function attempt<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw fileTrouble(error, path);
  }
}
