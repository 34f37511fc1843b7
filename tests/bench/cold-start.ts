import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle } from '../../src/package/bundle.ts';
import { writePackage } from '../../src/package/write-package.ts';

/**
 * Milliseconds of processor time of a whole process, each the median of its runs: on an idle machine that is what the
 * clock on the wall says too, on a busy one it still is the start's own. Bytes of the package.
 */
export interface ColdStart {
  readonly emptyNode: number;
  readonly fourLibraries: number;
  readonly apiPackage: number;
  /** The package's start over that of the four libraries that every start needs: at most 1.5. */
  readonly ratio: number;
  readonly packageBytes: number;
}

/**
 * Starts the package as the api, and beside it a bundle that holds only `@azure/functions`, `@azure/cosmos`, `jose` and
 * `zod`, by turns. What a start opens (here the embedded stores) counts.
 */
export async function measureColdStart(rounds = 15): Promise<ColdStart> {
  const folder = mkdtempSync(join(tmpdir(), 'leyserkids-bench-'));
  try {
    const files = await writePackage(join(folder, 'package'));
    const core = await writeBundle('tests/bench/functions-core.ts', join(folder, 'core'));
    const libraries = await writeBundle('tests/bench/four-libraries.ts', join(folder, 'libraries'));
    const env = { LEYSERKIDS_ROLE: 'api', LEYSERKIDS_DATA_DIR: join(folder, 'data') };
    const starts = {
      emptyNode: ['--require', core, '--eval', ''],
      fourLibraries: ['--require', core, libraries],
      apiPackage: ['--require', core, join(folder, 'package')],
    };
    const start = () => ({
      emptyNode: run(starts.emptyNode, env),
      fourLibraries: run(starts.fourLibraries, env),
      apiPackage: run(starts.apiPackage, env),
    });
    // The first makes the data folder.
    start();
    const times = Array.from({ length: rounds }, start);
    const emptyNode = median(times.map((time) => time.emptyNode));
    const fourLibraries = median(times.map((time) => time.fourLibraries));
    const apiPackage = median(times.map((time) => time.apiPackage));
    const packageBytes = files.reduce((sum, { bytes }) => sum + bytes, 0);
    return { emptyNode, fourLibraries, apiPackage, ratio: apiPackage / fourLibraries, packageBytes };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Bundles an entry as the package is bundled; the path of the bundle. */
async function writeBundle(entry: string, folder: string): Promise<string> {
  const { files } = await bundle(entry);
  mkdirSync(folder);
  for (const { name, text } of files) writeFileSync(join(folder, name), text);
  return join(folder, files[0]?.name ?? '');
}

/** Processor time in milliseconds, as functions-core.ts tells it. */
function run(args: readonly string[], env: Readonly<Record<string, string>>): number {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}: ${stderr}`);
  return Number(stdout.trim().split('\n').at(-1)) / 1000;
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[times.length >> 1] ?? Number.NaN;
}
