import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A new empty folder (0700), removed when the test that asked for it has finished. */
export function tempFolder(): string {
  const path = mkdtempSync(join(tmpdir(), 'leyserkids-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}
