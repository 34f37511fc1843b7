import { fileURLToPath } from 'node:url';
import { StartError } from '../model/start-error.ts';
import { writePackage } from './write-package.ts';

/** The entry of `npm run build`: writes `dist/` and lists what is in it. */
try {
  const files = await writePackage(fileURLToPath(new URL('../../dist/', import.meta.url)));
  const size = (bytes: number) => `${(bytes / 1024).toFixed(0).padStart(6)} kB`;
  for (const { path, bytes } of files) process.stdout.write(`${size(bytes)}  dist/${path}\n`);
  process.stdout.write(`${size(files.reduce((sum, { bytes }) => sum + bytes, 0))}  in all\n`);
} catch (error) {
  const told = error instanceof StartError ? `${error.text.ja}\n${error.text.en}` : (error as Error).stack;
  process.stderr.write(`${told}\n`);
  process.exitCode = 1;
}
