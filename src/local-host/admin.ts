import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';

const PATH = '/admin/functions/';

/** The name of the function that an admin path runs, or undefined when the path is none. */
export function adminFunctionName(segments: readonly string[]): string | undefined {
  const [admin, functions, name] = segments;
  const isAdmin = `/${admin}/${functions}/`.toLowerCase() === PATH;
  return isAdmin && segments.length === 3 && name !== '' ? name : undefined;
}

/** A new key: 256 random bits as text. */
export function newAdminKey(): string {
  return randomBytes(32).toString('base64url');
}

/**
 * Why a request may not run a function: 403 when it comes from a browser (Origin or any Sec-Fetch header: no page has
 * business here, whatever key it got hold of), 401 when its key is another; undefined when it may. Keys are compared in
 * constant time.
 */
export function refuseAdmin(headers: IncomingHttpHeaders, key: string): 401 | 403 | undefined {
  if (Object.keys(headers).some((name) => name === 'origin' || name.startsWith('sec-fetch-'))) return 403;
  const given = headers['x-functions-key'];
  return typeof given === 'string' && timingSafeEqual(digest(given), digest(key)) ? undefined : 401;
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/**
 * Writes the key to `<data folder>/admin-key`, readable by the owner only; a file that stands is replaced, never written
 * into, so that its permissions do not live on. Returns what takes the file away.
 */
export async function writeAdminKey(dataFolder: string, key: string): Promise<() => Promise<void>> {
  const path = join(dataFolder, 'admin-key');
  await mkdir(dataFolder, { recursive: true, mode: 0o700 });
  await rm(path, { force: true });
  await writeFile(path, `${key}\n`, { flag: 'wx', mode: 0o600 });
  return () => rm(path, { force: true });
}
