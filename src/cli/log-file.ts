import { open } from 'node:fs/promises';
import { refused } from './refused.ts';

const LINE_BREAK = 0x0a;

/**
 * The lines of a file as bytes, without their line breaks; the last one may lack its own. Nothing is decoded, because hashes
 * are made of bytes. Throws Failure `invalid-input` when the file cannot be read.
 */
export async function* linesOf(path: string): AsyncGenerator<Uint8Array> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunksOf(path)) {
    let from = 0;
    for (let end = chunk.indexOf(LINE_BREAK); end !== -1; end = chunk.indexOf(LINE_BREAK, from)) {
      yield Buffer.concat([rest, chunk.subarray(from, end)]);
      rest = Buffer.alloc(0);
      from = end + 1;
    }
    rest = Buffer.concat([rest, chunk.subarray(from)]);
  }
  if (rest.length > 0) yield rest;
}

async function* chunksOf(path: string): AsyncGenerator<Buffer> {
  try {
    const file = await open(path);
    for await (const chunk of file.createReadStream()) yield chunk as Buffer;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'no system call';
    throw refused(`"${path}" cannot be read (${code}): check the name of the file.`);
  }
}
