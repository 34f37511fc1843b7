import { readdirSync, readFileSync } from 'node:fs';
import { dirname, posix, relative } from 'node:path';

const ROOT = new URL('../../', import.meta.url).pathname;

export interface SourceFile {
  /** Relative to `src/`, e.g. `domain/ids.ts`. */
  readonly path: string;
  readonly text: string;
  /** Files of this repository that it imports, type imports included; relative to the repository. */
  readonly imports: readonly string[];
  /** Packages and Node's modules that it imports, by name without a path inside. */
  readonly packages: readonly string[];
}

const IMPORT = /(?:^|\n)\s*(?:import|export)\s(?:[^'";]*?\sfrom\s+)?'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/g;

/** Every TypeScript file under `src/`. */
export function sourceFiles(): readonly SourceFile[] {
  return readdirSync(`${ROOT}src`, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path))
    .sort()
    .map((path) => {
      const text = readFileSync(`${ROOT}src/${path}`, 'utf8');
      const specifiers = [...text.matchAll(IMPORT)].map(([, whole, dynamic]) => whole ?? dynamic ?? '');
      const own = specifiers.filter((specifier) => specifier.startsWith('.'));
      return {
        path,
        text,
        imports: own.map((specifier) => relative('.', posix.join('src', dirname(path), specifier))),
        packages: specifiers.filter((specifier) => !specifier.startsWith('.')).map(packageOf),
      };
    });
}

function packageOf(specifier: string): string {
  const [first = '', second] = specifier.split('/');
  return specifier.startsWith('@') ? `${first}/${second}` : specifier.startsWith('node:') ? specifier : first;
}
