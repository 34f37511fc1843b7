import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';
import { NATIVE_MODULE } from './native-modules.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface Bundle {
  /** CommonJS, to lie side by side in one folder; the first is named as the entry, with `.js`. */
  readonly files: readonly { readonly name: string; readonly text: string }[];
  /** Every source file that is in it, relative to the repository. */
  readonly sources: readonly string[];
}

/**
 * Bundles an entry (relative to the repository) with everything that it imports, for Node 24. What it imports with
 * `import()` lies in files of its own, read when it is asked for; modules that both sides use exist once. Left to be found
 * at run time are `@azure/functions-core`, which the worker provides, and the native module. Nothing is minified, so that
 * stack traces name functions. Throws esbuild's error when something cannot be resolved, and Error for any warning.
 */
export async function bundle(entry: string): Promise<Bundle> {
  const { outputFiles, metafile, warnings } = await build({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    outdir: 'dist',
    write: false,
    metafile: true,
    bundle: true,
    splitting: true,
    format: 'esm',
    // `debug`, which the SDKs bring, colours a terminal where this is found; it belongs to our tools.
    external: ['@azure/functions-core', NATIVE_MODULE, 'supports-color'],
    logLevel: 'silent',
    ...FOR_NODE,
  });
  refuse(warnings);
  const files = outputFiles.map(async ({ path, text }) => ({ name: basename(path), text: await commonJs(text) }));
  return { files: await Promise.all(files), sources: Object.keys(metafile.inputs) };
}

const FOR_NODE = { platform: 'node', target: 'node24', charset: 'utf8', legalComments: 'none' } as const;

/**
 * esbuild splits ES modules only, so each file becomes CommonJS in a second step, `import()` included: the worker's
 * `require` is the one that knows `@azure/functions-core`.
 */
async function commonJs(text: string): Promise<string> {
  const asksWhereItIs = text.includes('import.meta.url');
  const { code, warnings } = await transform(text, {
    format: 'cjs',
    supported: { 'dynamic-import': false },
    define: { 'import.meta.url': '__packageFileUrl' },
    banner: asksWhereItIs ? `const __packageFileUrl = require('node:url').pathToFileURL(__filename).href;` : '',
    ...FOR_NODE,
  });
  refuse(warnings);
  return code;
}

function refuse(warnings: readonly { readonly text: string }[]): void {
  if (warnings.length > 0) throw new Error(warnings.map(({ text }) => text).join('\n'));
}
