import { Failure } from '../../model/failure.ts';
import type { HttpCall } from './http-call.ts';

const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses a change that another site's page could have caused: an unsafe method needs `Sec-Fetch-Site: same-origin`
 * or, when that header is absent, an Origin that is exactly the configured one. The configured origin is a setting and
 * never taken from Host. Throws Failure `origin-refused`.
 */
export function checkOrigin(call: HttpCall, origin: string): void {
  if (SAFE_METHODS.has(call.method)) return;
  const site = call.headers.get('sec-fetch-site');
  const trusted = site === null ? call.headers.get('origin') === origin : site === 'same-origin';
  if (!trusted) throw new Failure('origin-refused');
}
