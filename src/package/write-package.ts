import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from './bundle.ts';
import { nativeModules } from './native-modules.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface PackageFile {
  /** Relative to the package. */
  readonly path: string;
  readonly bytes: number;
}

/**
 * Writes the package that both function apps run, ready to be deployed as it is: bundle, host.json, native module, and a
 * package.json that has nothing to install. `folder` is replaced, whatever it held; it is left alone when something that
 * the package needs is missing (StartError) or cannot be bundled (Error). Returns what was written, by path.
 */
export async function writePackage(folder: string): Promise<readonly PackageFile[]> {
  const { name, version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  const main = 'app/main.js';
  const [host, natives, { files }] = await Promise.all([
    readFile(join(ROOT, 'host.json')),
    nativeModules(join(ROOT, 'node_modules')),
    bundle('src/main.ts'),
  ]);
  const contents = [
    {
      path: 'package.json',
      content: JSON.stringify({ name, version, private: true, type: 'commonjs', main }, null, 2),
    },
    { path: 'host.json', content: host },
    ...files.map((file) => ({ path: join(dirname(main), file.name), content: file.text })),
    ...natives.map(({ path, content }) => ({ path: join('node_modules', path), content })),
  ];
  await rm(folder, { recursive: true, force: true });
  for (const { path, content } of contents) {
    await mkdir(join(folder, dirname(path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return contents
    .map(({ path, content }) => ({ path, bytes: Buffer.byteLength(content) }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}
