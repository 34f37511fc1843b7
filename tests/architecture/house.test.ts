import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { type SourceFile, sourceFiles } from './source-files.ts';

const FILES = sourceFiles();

/** Which rooms a room may use. Source: "The house" in the README. */
const MAY_USE: Readonly<Record<string, readonly string[]>> = {
  model: [],
  ports: ['model'],
  domain: ['ports', 'model'],
  jobs: ['domain', 'ports', 'model'],
  endpoints: ['domain', 'ports', 'model'],
  triggers: ['endpoints', 'jobs', 'domain', 'ports', 'model'],
  adapters: ['ports', 'model'],
  config: ['model'],
  environments: ['config', 'adapters', 'jobs', 'ports', 'model'],
  app: ['config', 'environments', 'endpoints', 'jobs', 'domain', 'ports', 'model'],
  cli: ['app', 'domain', 'ports', 'model'],
  main: ['app', 'config', 'triggers', 'endpoints', 'jobs'],
  package: ['model'],
  'local-host': ['main', 'config', 'endpoints', 'model'],
};

/** `domain/ids.ts` is in the room `domain`, `app.ts` is a room of its own. */
function room(path: string): string {
  return path.split('/')[0]?.replace('.ts', '') ?? '';
}

test('every import goes down the house, and every file stands in a room of it', () => {
  const wrong = FILES.flatMap(({ path, imports }) => {
    const from = room(path);
    const allowed = MAY_USE[from];
    if (allowed === undefined) return [`${path} stands in no room`];
    return imports
      .filter((target) => target !== 'package.json' || from !== 'app')
      .filter((target) => !target.startsWith('src/') || ![from, ...allowed].includes(room(target.slice(4))))
      .map((target) => `${path} -> ${target}`);
  });
  expect(wrong).toEqual([]);
  expect(FILES.flatMap(({ imports }) => imports).length).toBeGreaterThan(500);
});

test('no file imports itself through others', () => {
  const byPath = new Map(FILES.map((file) => [`src/${file.path}`, file]));
  const done = new Set<string>();
  const circles: string[] = [];
  const walk = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) circles.push([...trail.slice(trail.indexOf(path)), path].join(' -> '));
    if (done.has(path) || trail.includes(path)) return;
    for (const next of byPath.get(path)?.imports ?? []) walk(next, [...trail, path]);
    done.add(path);
  };
  for (const path of byPath.keys()) walk(path, []);
  expect(circles).toEqual([]);
});

/** Files whose text matches, relative to `src/`. */
function filesWith(pattern: RegExp): readonly string[] {
  return FILES.filter(({ text }) => pattern.test(withoutComments(text))).map(({ path }) => path);
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/(^|\s)\/\/.*$/gm, '');
}

test('three places make tenant handles: authenticate, entrance and the jobs', () => {
  expect(filesWith(/new TenantHandle\(/)).toEqual(['domain/tenant-handles.ts']);
  expect(filesWith(/new TenantHandles\(/)).toEqual(['app.ts']);
  const makers = filesWith(/[Hh]andles\.open\(/).filter((path) => room(path) !== 'jobs');
  expect(makers).toEqual(['endpoints/pipeline/authenticate.ts', 'endpoints/pipeline/entrance.ts']);
  const others = FILES.filter(
    ({ path, imports }) => room(path) !== 'jobs' && imports.includes('src/domain/tenant-handles.ts'),
  );
  expect(others.map(({ path }) => path)).toEqual(['app.ts', ...makers]);
});

test('no method of a tenant handle or of a partition store takes a tenant', () => {
  const bound = FILES.filter(({ path }) => ['domain/tenant-handle.ts', 'ports/partition-store.ts'].includes(path));
  expect(bound).toHaveLength(2);
  for (const { text } of bound) expect(withoutComments(text)).not.toMatch(/\(\s*(readonly )?tenant(Id)?\s*[:,]/);
});

test("a tenant's log archive is reached by the jobs, and by whoever holds the tenant's handle", () => {
  const openers = filesWith(/[aA]rchives\.of\(/).filter((path) => room(path) !== 'jobs');
  expect(openers).toEqual(['app.ts']);
  const [app] = FILES.filter(({ path }) => path === 'app.ts');
  expect(app?.text).toContain('archiveOf: ({ tenantId }) => ports.archives.of(tenantId)');
  const [services] = FILES.filter(({ path }) => path === 'endpoints/pipeline/services.ts');
  expect(services?.text).toMatch(/archiveOf\(tenant: TenantHandle\)/);
});

test('adapters are known to the environments alone, the settings are read in config.ts alone', () => {
  const users = FILES.filter((file) => room(file.path) !== 'adapters' && uses(file, 'src/adapters/'));
  expect(users.map(({ path }) => room(path)).filter((name) => name !== 'environments')).toEqual([]);
  expect(filesWith(/process\.env/)).toEqual(['config.ts']);
});

function uses({ imports }: SourceFile, prefix: string): boolean {
  return imports.some((target) => target.startsWith(prefix));
}

test('rules take time from a Clock: the machine is asked in adapters and in the local host only', () => {
  const askers = filesWith(/Date\.now\(|new Date\(\)|performance\.now\(/);
  expect(askers.filter((path) => !['adapters', 'local-host'].includes(room(path)))).toEqual([]);
});

test('the domain knows pure libraries only: no Azure, no database, no network, no file', () => {
  const pure = ['node:crypto', 'node:util', 'node:net', 'node:zlib', 'node:stream', 'node:buffer'];
  const libraries = ['@node-rs/argon2', 'csv-parse', 'csv-stringify', 'iconv-lite', 'jose', 'uuid', 'zod'];
  const used = new Set(FILES.filter(({ path }) => room(path) === 'domain').flatMap(({ packages }) => packages));
  expect([...used].filter((name) => ![...pure, ...libraries].includes(name))).toEqual([]);
});

test('Azure is known to adapters, environments and triggers only', () => {
  const users = FILES.filter(({ packages }) => packages.some((name) => name.startsWith('@azure/')));
  expect(
    users
      .map(({ path }) => room(path))
      .filter((name) => !['adapters', 'environments', 'triggers', 'main'].includes(name)),
  ).toEqual([]);
});

test('no file is a drawer for everything, and none is too long to walk through', () => {
  const drawers = FILES.filter(({ path }) => /(^|\/)(utils?|common|helpers?|types|misc|index)\.tsx?$/.test(path));
  expect(drawers.map(({ path }) => path)).toEqual([]);
  expect(FILES.filter(({ text }) => text.split('\n').length > 280).map(({ path }) => path)).toEqual([]);
});

test('the top level is what a newcomer expects', () => {
  const kept = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' })
    .split('\n')
    .map((path) => path.split('/')[0] ?? '')
    .filter((name) => name !== '' && !name.startsWith('.'));
  const expected = [
    'README.md',
    'bicep',
    'host.json',
    'local.settings.sample.json',
    'package-lock.json',
    'package.json',
  ];
  expect([...new Set(kept)].sort()).toEqual([...expected, 'src', 'tests', 'tsconfig.json'].sort());
});
