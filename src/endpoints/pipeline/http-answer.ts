import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Failure } from '../../model/failure.ts';
import type { Answer } from './answer.ts';
import type { HttpAnswer, HttpCall } from './http-call.ts';
import { problemOf } from './problem.ts';
import { apiHeaders } from './security-headers.ts';

const compress = promisify(gzip);
/** Below this, compressing costs more than it saves. */
const COMPRESS_FROM_BYTES = 1024;

/**
 * The HTTP form of an answer, with the headers that every answer carries; compressed when the client takes it and
 * `mayCompress` says so; without body for HEAD.
 */
export async function httpAnswer(call: HttpCall, answer: Answer, mayCompress: boolean): Promise<HttpAnswer> {
  const headers: Record<string, string> = { ...apiHeaders(), 'x-trace-id': call.trace, ...answer.headers };
  if (answer.etag !== undefined) headers['etag'] = `"${answer.etag}"`;
  let body: Uint8Array | string | undefined;
  if (answer.content !== undefined) {
    headers['content-type'] = answer.content.type;
    body = answer.content.bytes;
  } else if (answer.body !== undefined) {
    headers['content-type'] ??= 'application/json; charset=utf-8';
    body = JSON.stringify(answer.body);
  }
  if (body !== undefined && mayCompress && Buffer.byteLength(body) >= COMPRESS_FROM_BYTES && acceptsGzip(call)) {
    body = await compress(body);
    headers['content-encoding'] = 'gzip';
  }
  if (call.method === 'HEAD') body = undefined;
  const cookies = (answer.cookies ?? []).map((cookie) => ({
    ...cookie,
    path: '/' as const,
    secure: true as const,
    httpOnly: true as const,
    sameSite: 'Strict' as const,
  }));
  return { status: answer.status, headers, cookies, body };
}

/** The answer that tells a failure: RFC 9457 problem details. */
export function problemAnswer(failure: Failure, trace: string): Answer {
  const problem = problemOf(failure, trace);
  return {
    status: problem.status,
    body: problem,
    headers: {
      'content-type': 'application/problem+json; charset=utf-8',
      ...(failure.retryAfter === undefined ? {} : { 'retry-after': String(failure.retryAfter) }),
    },
  };
}

function acceptsGzip(call: HttpCall): boolean {
  return (call.headers.get('accept-encoding') ?? '')
    .split(',')
    .some((part) => /^\s*(gzip|\*)\s*(;\s*q=(0\.0*[1-9]\d*|1(\.0*)?|0?\.[1-9]\d*)\s*)?$/i.test(part));
}
