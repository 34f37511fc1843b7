import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROUTES } from '../../src/endpoints/route-table.ts';
import { JOBS } from '../../src/jobs/job-table.ts';
import { bundle } from '../../src/package/bundle.ts';
import { nativeModules } from '../../src/package/native-modules.ts';
import { type PackageFile, writePackage } from '../../src/package/write-package.ts';
import { AzureCloud } from '../support/azure-doubles/azure-cloud.ts';
import { tempFolder } from '../support/temp-folder.ts';

const ROOT = new URL('../../', import.meta.url).pathname;
const NATIVE = 'node_modules/@node-rs/argon2';

/** Outside the checkout, so that nothing is found by way of its node_modules. */
const folder = mkdtempSync(join(tmpdir(), 'leyserkids-package-'));
let written: readonly PackageFile[] = [];

beforeAll(async () => {
  writeFileSync(join(folder, 'left-over.js'), 'of an earlier build');
  written = await writePackage(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Found {
  readonly routes: readonly string[];
  readonly timers: readonly string[];
  readonly answers: readonly { readonly status: string; readonly body: string }[];
  readonly readAtOnce: readonly string[];
  readonly readAtStart: readonly string[];
  readonly readAtEnd: readonly string[];
}

type Env = Readonly<Record<string, string>>;

/** Loads the package in a process of its own; `steps` are timers to run and paths to get, one after another. */
async function load(role: 'api' | 'jobs', stores: Env, ...steps: readonly string[]): Promise<Found> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [new URL('worker.ts', import.meta.url).pathname, folder, ...steps],
    { cwd: tmpdir(), env: { LEYSERKIDS_ROLE: role, ...stores } },
  );
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
}

/** A data folder of its own. */
function embedded(): Env {
  return { LEYSERKIDS_DATA_DIR: tempFolder() };
}

/** The files of the bundle whose text holds all of these. */
function filesWith(...words: readonly string[]): readonly string[] {
  return written
    .map(({ path }) => path)
    .filter((path) => path.startsWith('app/'))
    .filter((path) => {
      const text = readFileSync(join(folder, path), 'utf8');
      return words.every((word) => text.includes(word));
    });
}

test('as the api the package registers every path of the route table and the site, and no timer', async () => {
  const { routes, timers } = await load('api', embedded());
  const paths = new Set(ROUTES.map(({ path }) => `api${path}`));
  expect([...routes].sort()).toEqual([...paths, '{*path}'].sort());
  expect(timers).toEqual([]);
});

test('as the jobs the package registers every job, and no path', async () => {
  const { routes, timers } = await load('jobs', embedded());
  expect([...timers].sort()).toEqual(JOBS.map(({ name }) => name).sort());
  expect(routes).toEqual([]);
});

test('the package runs jobs and answers requests', async () => {
  const data = embedded();
  await load('jobs', data, 'keep-keys');
  const { answers } = await load('api', data, '/api/health', '/', '/tour');
  expect(answers.map(({ status }) => status)).toEqual(['200', '200', '404']);
  expect(answers[0]?.body).toBe('{"status":"ok"}');
  expect(answers[1]?.body).toContain(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).version);
});

test('the package is the bundle, host.json and the native module for Azure, and nothing else', () => {
  const inside = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
  const bundled = inside.filter((path) => /^app\/[\w.-]+\.js$/.test(path));
  expect(bundled).toContain('app/main.js');
  expect(inside.filter((path) => !bundled.includes(path)).sort()).toEqual([
    'host.json',
    `${NATIVE}-linux-x64-gnu/argon2.linux-x64-gnu.node`,
    `${NATIVE}-linux-x64-gnu/package.json`,
    `${NATIVE}/LICENSE`,
    `${NATIVE}/index.js`,
    `${NATIVE}/package.json`,
    'package.json',
  ]);
  expect(written.map(({ path }) => path)).toEqual(inside.sort());
});

test('nothing in the package tells of the machine that made it, or has to be installed', () => {
  const texts = written.filter(({ path }) => !path.endsWith('.node'));
  for (const { path } of texts) {
    const text = readFileSync(join(folder, path), 'utf8');
    for (const trace of [ROOT.slice(0, -1), 'sourcesContent']) {
      expect(text.includes(trace), `${path} holds ${trace}`).toBe(false);
    }
    // A map of ours would end the file; libraries that read stack traces hold the word in their code.
    expect(text.trimEnd().split('\n').at(-1), `${path} has a source map`).not.toContain('sourceMappingURL');
  }
  const { name, version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const packed = { name, version, private: true, type: 'commonjs', main: 'app/main.js' };
  expect(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))).toEqual(packed);
});

test('only the service and what production depends on is bundled: no test, tool, local host or secret', async () => {
  const { sources } = await bundle('src/main.ts');
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
  const strange = sources.filter((path) => {
    const library = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0];
    if (library !== undefined) return packages[library] === undefined || packages[library].dev === true;
    return !/^(?:package\.json|src\/(?!local-host|cli|package).+\.ts)$/.test(path);
  });
  expect(strange).toEqual([]);
  expect(sources).toContain('src/main.ts');
});

test('what is imported lazily lies in a file of its own and shares its modules with the rest', async () => {
  const { files } = await bundle('tests/package/lazy-app/main.ts');
  const place = join(tempFolder(), 'app');
  mkdirSync(place);
  for (const { name, text } of files) writeFileSync(join(place, name), text);
  const holders = files.filter(({ text }) => text.includes('made by the lazy part'));
  expect(holders.map(({ name }) => name)).toEqual([expect.stringMatching(/^lazy-.+\.js$/)]);
  const { ask } = createRequire(`${place}/`)('./main.js');
  const file = new URL(`file://${place}/main.js`).href;
  expect(await ask()).toEqual({ text: 'made by the lazy part', ofOurs: true, file });
});

test('the stores of an environment are not read before everything is registered', async () => {
  const stores = filesWith('node:sqlite');
  expect(stores).toHaveLength(1);
  const { readAtOnce, readAtStart } = await load('api', embedded());
  expect(readAtOnce).toContain('app/main.js');
  expect(readAtOnce.filter((path) => stores.includes(path))).toEqual([]);
  expect(readAtStart).toContain(stores[0]);
});

describe('on Azure', () => {
  let cloud: AzureCloud;
  beforeAll(async () => {
    cloud = await AzureCloud.start();
  });
  afterAll(() => cloud.stop());

  /** What a start can do without, by words that stand in that library alone. */
  const LATER = {
    sqlite: ['node:sqlite'],
    blobs: ['x-ms-blob-type'],
    secrets: ['deletedsecrets'],
    telemetry: ['InstrumentationKey', '@opentelemetry'],
  } as const;

  function libraries(read: readonly string[]): readonly string[] {
    return Object.entries(LATER).flatMap(([name, words]) =>
      filesWith(...words).some((path) => read.includes(path)) ? [name] : [],
    );
  }

  const withTelemetry = (): Env => ({
    ...cloud.env,
    APPLICATIONINSIGHTS_CONNECTION_STRING:
      'InstrumentationKey=00000000-0000-0000-0000-000000000000;IngestionEndpoint=https://127.0.0.1:1/',
  });

  test.each(['api', 'jobs'] as const)('the start as the %s reads nothing that it can do without', async (role) => {
    for (const words of Object.values(LATER)) expect(filesWith(...words)).not.toEqual([]);
    const { readAtStart } = await load(role, withTelemetry());
    expect(readAtStart.some((path) => filesWith('x-ms-documentdb-partitionkey').includes(path))).toBe(true);
    expect(libraries(readAtStart)).toEqual([]);
  });

  test('what speaks to the vaults is read with the first key that is asked for', async () => {
    const { answers, readAtEnd } = await load('api', cloud.env, '/api/status', '/api/health');
    expect(answers.map(({ status }) => status)).toEqual(['200', '503']);
    expect(libraries(readAtEnd)).toEqual(['secrets']);
  });
});

test('where the binary for Azure is not installed, the build says which file is missing and what to do', async () => {
  await expect(nativeModules(tempFolder())).rejects.toMatchObject({
    name: 'StartError',
    text: {
      en: expect.stringMatching(/node_modules\/@node-rs\/argon2.+npm ci/),
      ja: expect.stringContaining('npm ci'),
    },
  });
});
