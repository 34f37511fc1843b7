import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { StartError } from '../model/start-error.ts';

/** Times in milliseconds, sizes in bytes. */
export interface HttpLimits {
  /** 10 MiB is the most that the app takes (imports); the slack lets it answer a slightly larger one itself. */
  readonly bodyBytes: number;
  readonly headerBytes: number;
  /** Header lines; Kestrel's number. */
  readonly headerCount: number;
  readonly headersTimeout: number;
  readonly requestTimeout: number;
  readonly keepAliveTimeout: number;
  /** How often Node looks for connections that are over their time. */
  readonly checkEvery: number;
  /** How long a stop waits for running invocations. */
  readonly stopTimeout: number;
}

export const HTTP_LIMITS: HttpLimits = {
  bodyBytes: 10 * 1024 * 1024 + 64 * 1024,
  headerBytes: 16 * 1024,
  headerCount: 100,
  headersTimeout: 10_000,
  requestTimeout: 60_000,
  keepAliveTimeout: 30_000,
  checkEvery: 5_000,
  stopTimeout: 10_000,
};

export interface LoopbackServer {
  readonly port: number;
  /** Stops accepting and closes idle connections; what is being answered goes on. */
  stopAccepting(): void;
  /** Cuts every connection that is left. */
  cut(): void;
}

/**
 * Listens on 127.0.0.1 and, where the machine has it, ::1, both on one port: browsers try either for `localhost`, so a
 * foreign service on one of them would be taken for this one. Port 0 takes any that is free on both. Requests that are
 * no HTTP, are late or have oversized headers are answered 400, 408 or 431 by Node and never reach `handle`.
 * Throws StartError when the port is taken.
 */
export async function listenOnLoopback(
  port: number,
  limits: HttpLimits,
  handle: (req: IncomingMessage, res: ServerResponse) => void,
): Promise<LoopbackServer> {
  const make = (): Server => {
    const server = createServer(
      {
        maxHeaderSize: limits.headerBytes,
        headersTimeout: limits.headersTimeout,
        requestTimeout: limits.requestTimeout,
        keepAliveTimeout: limits.keepAliveTimeout,
        connectionsCheckingInterval: limits.checkEvery,
        joinDuplicateHeaders: true,
      },
      handle,
    );
    // Node would leave out silently what is over its own count; the count is checked with the request instead.
    server.maxHeadersCount = 0;
    return server;
  };
  const v4 = make();
  const v6 = make();
  for (let attempt = 0; ; attempt += 1) {
    const chosen = await listen(v4, port, '127.0.0.1');
    try {
      await listen(v6, chosen, '::1');
    } catch (error) {
      if (!hasCode(error, 'EADDRNOTAVAIL', 'EAFNOSUPPORT')) {
        v4.close();
        await once(v4, 'close');
        if (port === 0 && attempt < 5) continue;
        throw error;
      }
    }
    const servers = [v4, v6];
    return {
      port: chosen,
      stopAccepting: () => {
        for (const server of servers) server.close();
      },
      cut: () => {
        for (const server of servers) server.closeAllConnections();
      },
    };
  }
}

async function listen(server: Server, port: number, host: string): Promise<number> {
  server.listen({ port, host, exclusive: true });
  try {
    await once(server, 'listening');
  } catch (error) {
    if (!hasCode(error, 'EADDRINUSE', 'EACCES')) throw error;
    throw new StartError(
      {
        ja: `ポート ${port} は使えません（すでに使われている可能性があります）。使っているものを終了するか、設定 PORT で別の番号を指定してください。`,
        en: `Port ${port} cannot be used (something else may be using it): stop that, or set PORT to another number.`,
      },
      error,
    );
  }
  return (server.address() as AddressInfo).port;
}

function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
