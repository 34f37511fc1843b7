import { randomUUID } from 'node:crypto';
import type { Server, ServerResponse } from 'node:http';
import { DAY, SECOND } from '../../../src/model/instant.ts';
import { listening, originOf } from './cloud-place.ts';

/** What a process needs to be the identity. Source: the App Service source of the library for managed identities. */
interface IdentityEnv {
  readonly AZURE_CLIENT_ID: string;
  readonly IDENTITY_ENDPOINT: string;
  readonly IDENTITY_HEADER: string;
}

/**
 * The endpoint by which a Functions app gets tokens of its identity, over HTTP as there: it wants its header and the
 * client id of its identity, and hands out a token for each resource that it knows, and for no other.
 */
export class IdentityDouble {
  /** The resources for which tokens were asked, refused ones included. */
  readonly asked: string[] = [];
  readonly #clientId = randomUUID();
  readonly #header = randomUUID();
  readonly #tokens = new Map<string, string>();
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<IdentityDouble> {
    const server = await listening(undefined, (request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '', 'http://identity');
      const resource = searchParams.get('resource') ?? '';
      double.asked.push(resource);
      if (pathname !== '/msi/token' || searchParams.get('api-version') !== '2019-08-01') return refuse(response, 400);
      if (request.headers['x-identity-header'] !== double.#header) return refuse(response, 401);
      if (searchParams.get('client_id') !== double.#clientId) return refuse(response, 400);
      const token = double.#tokens.get(resource);
      if (token === undefined) return refuse(response, 400);
      const expiresOn = Math.floor((Date.now() + DAY) / SECOND);
      response.writeHead(200, { 'content-type': 'application/json' }).end(
        JSON.stringify({
          ...{ access_token: token, expires_on: String(expiresOn), resource },
          ...{ token_type: 'Bearer', client_id: double.#clientId },
        }),
      );
    });
    const double = new IdentityDouble(server);
    return double;
  }

  get env(): IdentityEnv {
    return {
      AZURE_CLIENT_ID: this.#clientId,
      IDENTITY_ENDPOINT: `${originOf(this.#server, undefined)}/msi/token`,
      IDENTITY_HEADER: this.#header,
    };
  }

  /** The token of a resource, which is known from now on. */
  tokenOf(resource: string): string {
    const token = this.#tokens.get(resource) ?? `token-${randomUUID()}`;
    this.#tokens.set(resource, token);
    return token;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((closed) => this.#server.close(closed));
  }
}

function refuse(response: ServerResponse, statusCode: number): void {
  const body = { statusCode, message: 'the words of the identity endpoint' };
  response.writeHead(statusCode, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
