import { type RequestListener, type Server, createServer as withoutTls } from 'node:http';
import { createServer as withTls } from 'node:https';
import type { AddressInfo } from 'node:net';

/** Where a double stands as Azure's own services do: behind TLS, for who carries a token of it, and at the real time. */
export interface CloudPlace {
  /** PEM. */
  readonly key: string;
  readonly cert: string;
  /** Whether a request's authorization header carries the token of the double whose address is `endpoint`. */
  admits(authorization: string, endpoint: string): boolean;
}

/** Listens on a free port of loopback: in a cloud's place, or plainly without one. */
export async function listening(place: CloudPlace | undefined, answer: RequestListener): Promise<Server> {
  const server = place === undefined ? withoutTls(answer) : withTls({ key: place.key, cert: place.cert }, answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server as Server;
}

/** The address of what listens, without a slash at its end. */
export function originOf(server: Server, place: CloudPlace | undefined): string {
  const { port } = server.address() as AddressInfo;
  return `${place === undefined ? 'http' : 'https'}://127.0.0.1:${port}`;
}
