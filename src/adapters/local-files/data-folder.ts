import { mkdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { StartError } from '../../model/start-error.ts';
import { fileStartTrouble, notAFolder } from './start-trouble.ts';

/** Where everything lies that the service keeps on this machine. Absolute paths. */
export interface DataFolder {
  readonly path: string;
  /** Held by the running service. */
  readonly lock: string;
  /** Tenants' items. */
  readonly data: string;
  /** Contracts, announcements, requests and tenant-state: also opened by the operator's tool. */
  readonly control: string;
  /** Folder of the tenants' keys. */
  readonly tenantKeys: string;
  /** Folder of the service's own keys. */
  readonly serviceKeys: string;
  /** Folder of the backups' blobs. */
  readonly backups: string;
  /** Folder of the log archive. */
  readonly logArchive: string;
}

/**
 * The data folder, created (0700) when it is not there. One that exists keeps its permissions: it may be a folder that
 * the machine's owner shares on purpose; every file in it is 0600 by itself.
 * Throws StartError when it is a file or cannot be created; one that cannot be written is told by whatever is opened in it.
 */
export function openDataFolder(path: string): DataFolder {
  const folder = resolve(path);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (!statSync(folder).isDirectory()) throw notAFolder(folder);
  } catch (error) {
    throw error instanceof StartError ? error : fileStartTrouble(error, folder);
  }
  return {
    path: folder,
    lock: join(folder, 'service.lock.sqlite'),
    data: join(folder, 'data.sqlite'),
    control: join(folder, 'control.sqlite'),
    tenantKeys: join(folder, 'tenant-keys'),
    serviceKeys: join(folder, 'service-keys'),
    backups: join(folder, 'backups'),
    logArchive: join(folder, 'log-archive'),
  };
}
