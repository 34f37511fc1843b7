import { closeSync, existsSync, openSync } from 'node:fs';
import { StartError } from '../../model/start-error.ts';
import type { DataFolder } from '../local-files/data-folder.ts';
import { Database } from './database.ts';
import { sqliteCode, startTrouble } from './sqlite-trouble.ts';

const SQLITE_BUSY = 5;

/** Locks that this process holds. Without a reference here an unused lock would be collected, and with it given up. */
const held = new Set<Database>();

export interface ServiceLock {
  release(): void;
}

/**
 * Makes this process the only service on the folder. The lock is one of the operating system, so it ends with the
 * process, however that ends; nothing stale ever has to be cleared. Throws StartError while another service holds it.
 */
export function lockForService(folder: DataFolder): ServiceLock {
  const file = folder.lock;
  let lock: Database | undefined;
  try {
    // Only when it is missing: closing a file gives up every POSIX lock that this process holds on it.
    if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600));
    lock = new Database(file);
    lock.setUp('BEGIN EXCLUSIVE');
    return hold(lock);
  } catch (error) {
    lock?.close();
    if (sqliteCode(error) !== SQLITE_BUSY) throw startTrouble(error, file);
    throw new StartError(
      {
        ja: `データのフォルダー「${folder.path}」は、すでに動いているサービスが使っています。そのサービスを止めてから、もう一度始めてください。`,
        en: `A service that is already running uses the data folder "${folder.path}": stop it, then start again.`,
      },
      error,
    );
  }
}

function hold(lock: Database): ServiceLock {
  held.add(lock);
  return {
    release() {
      if (held.delete(lock)) lock.close();
    },
  };
}
