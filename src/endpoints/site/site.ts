import { randomBytes } from 'node:crypto';
import { Failure } from '../../model/failure.ts';
import { httpAnswer, problemAnswer } from '../pipeline/http-answer.ts';
import type { HttpAnswer, HttpCall } from '../pipeline/http-call.ts';
import { pageHeaders } from '../pipeline/security-headers.ts';
import type { SiteContent } from './site-content.ts';
import { welcomePage } from './welcome-page.ts';

const ALLOW = 'GET, HEAD, OPTIONS';

/** Answers whatever is no path of the API: the site's pages, and 404 or 405 for all else. Never throws. */
export async function answerSite(call: HttpCall, content: SiteContent): Promise<HttpAnswer> {
  if (call.method === 'OPTIONS') return httpAnswer(call, { status: 204, headers: { allow: ALLOW } }, false);
  const page = call.method === 'GET' || call.method === 'HEAD' ? pageAt(call.path, content) : undefined;
  if (page !== undefined) return { ...page, body: call.method === 'HEAD' ? undefined : page.body };
  const known = pageAt(call.path, content) !== undefined;
  const problem = problemAnswer(new Failure(known ? 'method-not-allowed' : 'not-found'), call.trace);
  const headers = known ? { ...problem.headers, allow: ALLOW } : problem.headers;
  return httpAnswer(call, { ...problem, ...(headers === undefined ? {} : { headers }) }, true);
}

function pageAt(path: string, content: SiteContent): HttpAnswer | undefined {
  const nonce = randomBytes(16).toString('base64');
  if (path === '/') return page(welcomePage(content, nonce), 'text/html; charset=utf-8', nonce);
  if (path === '/tour' && content.tour !== undefined) return page(content.tour, 'text/plain; charset=utf-8', nonce);
  return undefined;
}

function page(body: string, type: string, nonce: string): HttpAnswer {
  return { status: 200, headers: { ...pageHeaders(nonce), 'content-type': type }, cookies: [], body };
}
