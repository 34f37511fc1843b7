const NUMERIC = ['127.0.0.1', '[::1]'];

/**
 * Decides by the Host header whether a request is meant for this service: `localhost`, `127.0.0.1` or `[::1]` with its
 * port. Another name is 421 (a web page elsewhere may have pointed its own name at this machine: DNS rebinding); several
 * Host headers, which arrive joined by a comma, are 400 (RFC 9112, 3.2). A page asked for under a number is
 * `to-localhost`: browsers offer passkeys only there.
 */
export function checkHost(
  request: { readonly host: string; readonly method: string; readonly accept: string },
  port: number,
): 'ours' | 'to-localhost' | 400 | 421 {
  const host = request.host.toLowerCase();
  if (host.includes(',')) return 400;
  const isOurs = (name: string) => host === `${name}:${port}` || (port === 80 && host === name);
  if (isOurs('localhost')) return 'ours';
  if (!NUMERIC.some(isOurs)) return 421;
  return request.method === 'GET' && request.accept.toLowerCase().includes('text/html') ? 'to-localhost' : 'ours';
}
