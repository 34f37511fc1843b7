import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { StoreError } from '../../ports/store-error.ts';
import { systemCode } from './start-trouble.ts';

/** Where `writeDurably` drafts the new content of `path`; what a crash leaves there was never acknowledged. */
export function draftOf(path: string): string {
  return `${path}.draft`;
}

/**
 * Replaces the whole file (0600): after a crash at any instant it holds either the old content or the new, and the new
 * once this has returned. Throws StoreError `unavailable` with the old content in place.
 */
export function writeDurably(path: string, content: string): void {
  const draft = draftOf(path);
  try {
    writeAndSync(draft, content);
    renameSync(draft, path);
    syncFolder(dirname(path));
  } catch (error) {
    throw fileTrouble(error, path);
  }
}

function writeAndSync(path: string, content: string): void {
  const file = openSync(path, 'w', 0o600);
  try {
    writeFileSync(file, content);
    fsyncSync(file);
  } catch (error) {
    // What is half written takes up room on a disk that may be full, and may be secret.
    rmSync(path, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
}

/** Makes names created, renamed or removed in the folder survive a power cut. */
export function syncFolder(folder: string): void {
  // Windows opens no folders; its file system journals names by itself.
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** The StoreError `unavailable` for a system call that failed; any other error comes back as it is. */
export function fileTrouble(error: unknown, path: string): unknown {
  const code = systemCode(error);
  if (code === undefined || error instanceof StoreError) return error;
  const reason = code === 'ENOSPC' || code === 'EDQUOT' ? `the disk of ${path} is full` : `${path}: ${code}`;
  return new StoreError('unavailable', `${reason}; nothing was written`, { cause: error });
}
