import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bundle } from '../../src/package/bundle.ts';
import { writePackage } from '../../src/package/write-package.ts';
import { AzureCloud } from '../support/azure-doubles/azure-cloud.ts';
import { byTurns } from './ratio.ts';

/**
 * Milliseconds of processor time of a whole process, each the median of its runs: on an idle machine that is what the
 * clock on the wall says too, on a busy one it still is the start's own.
 */
export interface ColdStart {
  /** A bundle of the four libraries that every start needs: it loads them and ends. */
  readonly fourLibraries: number;
  /** The package as the api, with what its start on Azure always needs: everything is registered, nothing opened. */
  readonly loading: number;
  /** Until it is ready to answer: also tokens, TLS and reads of two accounts, and what the start looks up in them. */
  readonly api: number;
  readonly jobs: number;
  readonly packageBytes: number;
}

/** Starts the package on doubles of Azure, and beside it the bundle of four libraries, by turns. `folder` is empty. */
export async function measureColdStart(folder: string, rounds = 15): Promise<ColdStart> {
  const place = join(folder, 'package');
  const files = await writePackage(place);
  const core = await writeBundle('tests/bench/functions-core.ts', join(folder, 'core'));
  const libraries = await writeBundle('tests/bench/four-libraries.ts', join(folder, 'libraries'));
  const azure = files.map(({ path }) => path).find((path) => /^app\/azure-[^/]+\.js$/.test(path)) ?? '';
  const load = [place, join(place, azure)].map((path) => `require(${JSON.stringify(path)});`);
  const cloud = await AzureCloud.start();
  try {
    const start = (role: string, ...args: readonly string[]) =>
      processorTime(['--require', core, ...args], { ...cloud.env, LEYSERKIDS_ROLE: role });
    const times = await byTurns(rounds, {
      fourLibraries: () => start('api', libraries),
      loading: () => start('api', '--eval', [...load, 'process.exit();'].join(' ')),
      api: () => start('api', place),
      jobs: () => start('jobs', place),
    });
    return { ...times, packageBytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
  } finally {
    await cloud.stop();
  }
}

/** Bundles an entry as the package is bundled; the path of the bundle. */
async function writeBundle(entry: string, folder: string): Promise<string> {
  const { files } = await bundle(entry);
  mkdirSync(folder);
  for (const { name, text } of files) writeFileSync(join(folder, name), text);
  return join(folder, files[0]?.name ?? '');
}

/** Milliseconds, as functions-core.ts tells them. Throws when the process fails, or says that it could not start. */
async function processorTime(args: readonly string[], env: Readonly<Record<string, string>>): Promise<number> {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { env });
  if (stderr !== '') throw new Error(`node ${args.join(' ')}: ${stderr}`);
  return Number(stdout.trim().split('\n').at(-1)) / 1000;
}
