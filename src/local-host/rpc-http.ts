import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { REMOTE_ADDRESS_HEADER } from '../endpoints/pipeline/visitor-address.ts';
import type { NullableStrings, RpcHttpRequest, RpcHttpResponse } from './rpc-contract.ts';
import { setCookie } from './set-cookie.ts';

/** Headers that belong to one connection, which the app has no say in (RFC 9110, 7.6.1). */
const HOP_BY_HOP = ['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'te', 'trailer', 'proxy-connection'];

/** Request data as the real host hands it to the worker; a query name that comes twice is joined by a comma there too. */
export function toRpcRequest(
  req: IncomingMessage,
  url: URL,
  params: Readonly<Record<string, string>>,
  body: Uint8Array,
): RpcHttpRequest {
  const headers = emptyMap();
  for (const [name, value] of Object.entries(req.headers)) {
    if (value !== undefined) headers[name] = { value: Array.isArray(value) ? value.join(', ') : value };
  }
  headers[REMOTE_ADDRESS_HEADER] = { value: req.socket.remoteAddress ?? '' };
  const query = emptyMap();
  if (url.search !== '') {
    for (const [name, value] of url.searchParams) {
      const before = query[name];
      query[name] = { value: before === undefined ? value : `${before.value},${value}` };
    }
  }
  const nullableParams = emptyMap();
  for (const [name, value] of Object.entries(params)) nullableParams[name] = { value };
  return {
    method: req.method ?? 'GET',
    url: url.href,
    nullableHeaders: headers,
    nullableParams,
    nullableQuery: query,
    ...(body.length > 0 && { body: { bytes: body } }),
  };
}

/** Without a prototype: names come from the client, and `__proto__` is one of them. */
function emptyMap(): NullableStrings {
  return Object.create(null);
}

/**
 * Sends the app's answer, or an empty 200 when there is none; returns the size of the body sent. Throws when a header
 * cannot be sent, before anything was.
 */
export function sendRpcResponse(res: ServerResponse, method: string, http: RpcHttpResponse | undefined): number {
  const status = Number(http?.statusCode ?? 200);
  const headers: OutgoingHttpHeaders = { ...http?.headers };
  for (const name of HOP_BY_HOP) delete headers[name];
  const cookies = (http?.cookies ?? []).map(setCookie);
  if (cookies.length > 0) {
    const single = headers['set-cookie'];
    headers['set-cookie'] = typeof single === 'string' ? [single, ...cookies] : cookies;
  }
  const body = http?.body?.bytes ?? new Uint8Array(0);
  const hasBody = method !== 'HEAD' && status !== 204 && status !== 304;
  // For HEAD the app may know the length of what GET would send; a length on any other answer is the body's.
  if (hasBody || (method === 'HEAD' && body.length > 0)) headers['content-length'] = body.length;
  else if (status === 204) delete headers['content-length'];
  res.writeHead(status, headers);
  res.end(hasBody ? body : undefined);
  return hasBody ? body.length : 0;
}
