import type { IncomingMessage } from 'node:http';

const EMPTY = new Uint8Array(0);

/** Whether the request announces a body. */
export function announcesBody(req: IncomingMessage): boolean {
  return req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0;
}

/**
 * The whole body, with a length or chunked. `too-large` as soon as more than `limit` bytes are announced or have come,
 * without keeping what comes after; `aborted` when the client went away.
 */
export function readBody(req: IncomingMessage, limit: number): Promise<Uint8Array | 'too-large' | 'aborted'> {
  if (!announcesBody(req)) return Promise.resolve(EMPTY);
  if (Number(req.headers['content-length'] ?? 0) > limit) return Promise.resolve('too-large');
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const take = (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else {
        req.off('data', take);
        resolve('too-large');
      }
    };
    req.on('data', take);
    req.once('end', () => resolve(Buffer.concat(chunks, size)));
    req.once('error', () => resolve('aborted'));
    req.once('close', () => resolve('aborted'));
  });
}
