import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StartError } from '../model/start-error.ts';

/** The one package of the service that is machine code. */
export const NATIVE_MODULE = '@node-rs/argon2';

/**
 * What Azure Functions' Linux (x64, glibc) reads of it: the loader, and the binary that npm installs beside it there. Other
 * systems' binaries, types and browser code stay out.
 */
const FILES = {
  [NATIVE_MODULE]: ['package.json', 'index.js', 'LICENSE'],
  [`${NATIVE_MODULE}-linux-x64-gnu`]: ['package.json', 'argon2.linux-x64-gnu.node'],
};

/**
 * The native module for Azure as it lies in a `node_modules` folder: path below that folder, and content. Throws StartError
 * when one of its files is not there, which is so on every system but Linux x64 with glibc.
 */
export async function nativeModules(nodeModules: string): Promise<readonly { path: string; content: Uint8Array }[]> {
  const paths = Object.entries(FILES).flatMap(([name, files]) => files.map((file) => join(name, file)));
  return await Promise.all(
    paths.map(async (path) => ({ path, content: await readFile(join(nodeModules, path)).catch(refuse(path)) })),
  );
}

function refuse(path: string): (cause: unknown) => never {
  return (cause) => {
    throw new StartError(
      {
        ja: `Azure 用のファイル「node_modules/${path}」がないため、パッケージを作れません。Linux x64（glibc）で npm ci を実行してから、もう一度実行してください。`,
        en: `The package needs node_modules/${path}, which is not there: run npm ci on Linux x64 with glibc, and build there.`,
      },
      cause,
    );
  };
}
