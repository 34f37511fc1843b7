import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { adminFunctionName, refuseAdmin } from './admin.ts';
import type { TriggeredFunction } from './app-functions.ts';
import { checkHost } from './host-check.ts';
import type { HttpLimits } from './loopback-server.ts';
import { announcesBody, readBody } from './request-body.ts';
import { requestLine } from './request-line.ts';
import { pathSegments, type RouteMatch } from './route-match.ts';
import type { RpcHttpRequest, RpcHttpResponse } from './rpc-contract.ts';
import { sendRpcResponse, toRpcRequest } from './rpc-http.ts';

export interface HttpFrontOptions {
  readonly limits: HttpLimits;
  /** The port that Host has to name; known once the server listens. */
  readonly port: () => number;
  readonly adminKey: string;
  readonly match: (method: string, segments: readonly string[]) => RouteMatch<TriggeredFunction> | undefined;
  readonly invoke: (target: TriggeredFunction, request: RpcHttpRequest) => Promise<RpcHttpResponse | undefined>;
  /** Runs a timer; undefined when there is none of that name. */
  readonly runTimer: (name: string) => Promise<void> | undefined;
  readonly log: (line: string) => void;
  /** For what the app threw. */
  readonly logError: (error: unknown) => void;
}

/** How long an answer given before the body came waits for the client to read it, in milliseconds. */
const LINGER = 1000;

/** Takes requests from the server to the app and its answers back, and writes one line for each. */
export class HttpFront {
  readonly #options: HttpFrontOptions;
  readonly #open = new Set<ServerResponse>();
  #stopping = false;
  #drained: (() => void) | undefined;

  constructor(options: HttpFrontOptions) {
    this.#options = options;
  }

  /** Requests that still come on open connections are answered 503. Resolves when the last answer has left. */
  drain(): Promise<void> {
    this.#stopping = true;
    for (const res of this.#open) res.shouldKeepAlive = false;
    if (this.#open.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#drained = resolve;
    });
  }

  /** Answers one request; never throws. */
  readonly handle = (req: IncomingMessage, res: ServerResponse): void => {
    const startedAt = performance.now();
    this.#open.add(res);
    let bytes = 0;
    const answered = this.#answer(req, res).then(
      (size) => {
        bytes = size;
      },
      (error: unknown) => {
        this.#options.logError(error);
        refuse(req, res, 500);
      },
    );
    res.once('close', () => {
      const line = {
        method: req.method ?? '',
        target: req.url ?? '',
        status: res.writableFinished ? res.statusCode : undefined,
        ms: performance.now() - startedAt,
        bytes,
      };
      this.#options.log(requestLine(new Date(), line));
      // A function goes on when its client has left, and a stop waits for it all the same.
      answered.finally(() => {
        this.#open.delete(res);
        if (this.#open.size === 0) this.#drained?.();
      });
    });
  };

  async #answer(req: IncomingMessage, res: ServerResponse): Promise<number> {
    const { limits, adminKey } = this.#options;
    const method = req.method ?? 'GET';
    if (this.#stopping) return refuse(req, res, 503, { connection: 'close' });
    if (req.rawHeaders.length / 2 > limits.headerCount) return refuse(req, res, 431);
    const { host = '', accept = '' } = req.headers;
    const port = this.#options.port();
    const verdict = checkHost({ host, method, accept }, port);
    if (typeof verdict === 'number') return refuse(req, res, verdict);
    // Only targets that are a path: the absolute form and OPTIONS * name nothing that an app here could serve.
    const url = req.url?.startsWith('/') ? URL.parse(`http://${host}${req.url}`) : null;
    if (url === null) return refuse(req, res, 400);
    if (verdict === 'to-localhost') {
      return refuse(req, res, 307, { location: `http://localhost:${port}${url.pathname}${url.search}` });
    }
    const segments = pathSegments(url.pathname);
    if (segments === undefined) return refuse(req, res, 400);

    const timer = adminFunctionName(segments);
    if (timer !== undefined) {
      if (method !== 'POST') return refuse(req, res, 405, { allow: 'POST' });
      return refuse(req, res, refuseAdmin(req.headers, adminKey) ?? (await this.#runTimer(timer)));
    }

    const matched = this.#options.match(method, segments);
    if (matched === undefined) return refuse(req, res, 404);
    const body = await readBody(req, limits.bodyBytes);
    if (body === 'aborted') return 0;
    if (body === 'too-large') return refuse(req, res, 413);
    const answer = await this.#options.invoke(matched.target, toRpcRequest(req, url, matched.params, body));
    if (this.#stopping) res.shouldKeepAlive = false;
    return sendRpcResponse(res, method, answer);
  }

  /** 202 when it ran to its end, 500 when it threw, 404 when there is none. */
  async #runTimer(name: string): Promise<202 | 404 | 500> {
    const run = this.#options.runTimer(name);
    if (run === undefined) return 404;
    try {
      await run;
      return 202;
    } catch (error) {
      this.#options.logError(error);
      return 500;
    }
  }
}

/**
 * An empty answer of the host's own; returns 0, the size of its body. When the request's body has not been read, the
 * connection is closed, but only after the client had time to see the answer: closing with unread bytes would reset it.
 */
function refuse(req: IncomingMessage, res: ServerResponse, status: number, headers: OutgoingHttpHeaders = {}): number {
  if (res.headersSent) {
    res.destroy();
    return 0;
  }
  const unread = announcesBody(req) && !req.readableEnded;
  res.writeHead(status, { ...headers, 'content-length': 0, ...(unread && { connection: 'close' }) });
  if (!unread) {
    res.end();
    return 0;
  }
  res.flushHeaders();
  const linger = setTimeout(() => res.end(), LINGER);
  req.once('end', () => res.end());
  res.once('close', () => clearTimeout(linger));
  req.resume();
  return 0;
}
