import { execFile } from 'node:child_process';
import { cpSync, existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { tempFolder } from '../support/temp-folder.ts';
import { at, BICEP } from './snapshot.ts';

const FOLDER = fileURLToPath(BICEP);
const SOURCES = globSync('**/*.{bicep,bicepparam}', { cwd: FOLDER });

/** PATH, then where `.ci/bring-bicep` and `az bicep install` put the compiler. */
const COMPILER = [...(process.env['PATH'] ?? '').split(delimiter), join(homedir(), '.azure', 'bin')]
  .map((folder) => join(folder, 'bicep'))
  .find((file) => existsSync(file));

const run = promisify(execFile);

/** Runs the compiler and returns its result. It fails too when there is anything else to say: warnings, findings of the linter. */
async function bicep(folder: string, ...words: readonly string[]): Promise<string> {
  const { stdout, stderr } = await run(COMPILER ?? '', words, { cwd: folder, maxBuffer: 64 * 1024 * 1024 });
  expect(stderr).toBe('');
  return stdout;
}

if (COMPILER === undefined) {
  const message = 'no Bicep compiler on PATH or in ~/.azure/bin: the snapshot was NOT validated against bicep/';
  console.warn(`tests/azure: ${message} (.ci/bring-bicep brings one)`);
  it.skip(message, () => undefined);
} else {
  describe('the compiler', () => {
    it('foresees what the committed snapshot says', async () => {
      const { stderr } = await run(join(FOLDER, 'snapshot'), ['validate']);
      expect(stderr).toBe('');
    });

    it('and its linter find nothing to say, and everything says what it is for', async () => {
      const template: unknown = JSON.parse(await bicep(FOLDER, 'build', 'main.bicep', '--stdout'));
      const parts = partsOf(template, 'main');
      expect(parts.flatMap(undescribed)).toEqual([]);
      // A module that is not part of the whole would not have been looked at.
      const modules = SOURCES.filter((source) => source.startsWith('modules/')).map((source) =>
        readFileSync(join(FOLDER, source), 'utf8'),
      );
      const descriptions = new Set(parts.map(({ template: part }) => at(part, 'metadata.description')));
      expect(modules.filter((source) => ![...descriptions].some((words) => source.includes(escaped(words))))).toEqual(
        [],
      );
    });

    it('formats the sources as they stand', async () => {
      const copy = tempFolder();
      cpSync(FOLDER, copy, { recursive: true });
      for (const kind of ['bicep', 'bicepparam']) await bicep(copy, 'format', '--pattern', `**/*.${kind}`);
      const read = (folder: string) => SOURCES.map((source) => readFileSync(join(folder, source), 'utf8'));
      expect(read(copy)).toEqual(read(FOLDER));
    });

    it('refuses a region outside Japan before anything is deployed (2.6)', async () => {
      const copy = tempFolder();
      cpSync(FOLDER, copy, { recursive: true });
      writeFileSync(join(copy, 'prod.bicepparam'), "\nparam location = 'koreacentral'\n", { flag: 'a' });
      await expect(bicep(copy, 'build-params', 'prod.bicepparam', '--stdout')).rejects.toThrow(
        /BCP033.*'koreacentral'/,
      );
    });
  });
}

interface Part {
  readonly place: string;
  readonly template: unknown;
}

/** A template and the modules inside it. */
function partsOf(template: unknown, place: string): readonly Part[] {
  const modules = Object.entries((at(template, 'resources') ?? {}) as object)
    .filter(([, resource]) => at(resource, 'type') === 'Microsoft.Resources/deployments')
    .flatMap(([name, resource]) => partsOf(at(resource, 'properties.template'), `${place}/${name}`));
  return [{ place, template }, ...modules];
}

/** What has no description: the template, its parameters, its outputs. */
function undescribed({ place, template }: Part): readonly string[] {
  const values = ['parameters', 'outputs'].flatMap((kind) =>
    Object.entries((at(template, kind) ?? {}) as object).map(
      ([name, value]) => [`${place} ${kind} ${name}`, value] as const,
    ),
  );
  return [[place, template] as const, ...values]
    .filter(([, value]) => typeof at(value, 'metadata.description') !== 'string')
    .map(([name]) => name);
}

/** A text as it is written in Bicep. */
function escaped(words: unknown): string {
  return String(words).replaceAll("'", "\\'");
}
