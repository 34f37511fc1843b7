import { Failure } from '../../model/failure.ts';
import type { BodyDeclaration } from './endpoint.ts';
import type { HttpCall } from './http-call.ts';

/** Largest JSON body. Source: the product's security values. */
const JSON_MAX_BYTES = 1024 * 1024;
const JSON_TYPES = ['application/json'] as const;

/**
 * Reads a body as it is declared: bytes for a file, parsed JSON otherwise. Refuses an encoding (`encoding-not-supported`),
 * a size over the limit before it is parsed (`too-large`), another media type (`unsupported-media-type`), and JSON that
 * is not well-formed UTF-8 or holds what no schema should ever meet (`malformed-json`).
 */
export async function readBody(call: HttpCall, declared: BodyDeclaration<unknown>): Promise<unknown> {
  const encoding = call.headers.get('content-encoding');
  if (encoding !== null && encoding.trim().toLowerCase() !== 'identity') throw new Failure('encoding-not-supported');
  const most = declared.format === 'file' ? declared.maxBytes : JSON_MAX_BYTES;
  if (Number(call.headers.get('content-length') ?? 0) > most) throw new Failure('too-large');
  checkMediaType(call.headers.get('content-type'), declared.mediaTypes ?? JSON_TYPES);
  const bytes = await call.body();
  if (bytes.byteLength > most) throw new Failure('too-large');
  return declared.format === 'file' ? bytes : parseJson(bytes);
}

/** Refuses a body where none is declared, so that nothing is ever silently ignored. */
export async function refuseBody(call: HttpCall): Promise<void> {
  const length = call.headers.get('content-length');
  if (length === '0' || (length === null && call.headers.get('transfer-encoding') === null)) return;
  if ((await call.body()).byteLength === 0) return;
  throw new Failure('invalid-input', {
    errors: [
      {
        pointer: '',
        code: 'no-body-expected',
        text: { ja: 'この操作では本文を送らないでください。', en: 'Send no body here.' },
      },
    ],
  });
}

function checkMediaType(header: string | null, accepted: readonly string[]): void {
  const [type, ...parameters] = (header ?? '').split(';').map((part) => part.trim().toLowerCase());
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))?.slice('charset='.length);
  const utf8 = charset === undefined || charset.replaceAll('"', '') === 'utf-8';
  if (accepted.includes(type ?? '') && (utf8 || type !== 'application/json')) return;
  const list = accepted.join(', ');
  throw new Failure('unsupported-media-type', {
    text: { ja: `Content-Type は ${list} にしてください。`, en: `Use the Content-Type ${list}.` },
  });
}

function parseJson(bytes: Uint8Array): unknown {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (error) {
    throw new Failure('malformed-json', { cause: error });
  }
  checkContent(parsed);
  return parsed;
}

/** No input of this API nests deeper; the bound keeps the recursive validators from a crafted depth. */
const MAX_DEPTH = 12;

/** Refuses what schemas do not see: `__proto__` keys, lone surrogates (they cannot be stored as UTF-8), absurd depth. */
function checkContent(root: unknown): void {
  let level: unknown[] = [root];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_DEPTH) throw new Failure('malformed-json', { detail: 'nested too deeply' });
    const next: unknown[] = [];
    for (const value of level) {
      if (typeof value === 'string' && !value.isWellFormed())
        throw new Failure('malformed-json', { detail: 'a lone surrogate' });
      if (typeof value !== 'object' || value === null) continue;
      for (const [key, inner] of Object.entries(value)) {
        if (key === '__proto__' || !key.isWellFormed())
          throw new Failure('malformed-json', { detail: 'a forbidden key' });
        next.push(inner);
      }
    }
    level = next;
  }
}
