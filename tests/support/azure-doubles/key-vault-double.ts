import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { KeyVaultOptions } from '../../../src/adapters/key-vault/secret-requests.ts';
import type { EpochMs } from '../../../src/model/instant.ts';
import { FAKE_START } from '../fake-clock.ts';
import { type CloudPlace, listening, originOf } from './cloud-place.ts';
import { bodyOf, HttpFaults, type TrueAnswer } from './http-faults.ts';

interface Version {
  readonly id: string;
  readonly value: string;
  readonly createdAt: EpochMs;
  enabled: boolean;
}

interface Secret {
  readonly versions: Version[];
  /** Steps until the deletion has taken effect; undefined for a secret that stands. */
  pending?: number;
}

const TOKEN = 'token-of-the-service';
const TENANT = 'https://login.microsoftonline.com/00000000-0000-0000-0000-000000000000';
const RESOURCE = 'https://vault.azure.net';
/**
 * The resource of a vault in a cloud's place. The SDK takes a challenge only from a host below the one that the resource
 * names, and loopback has no other names everywhere: by the letters 127.0.0.1 ends with ".0.0.1".
 */
export const PLACED_RESOURCE = 'vault://0.0.1';

/** How many steps a deletion takes. */
const DELETION_STEPS = 2;

/** Key Vault gives 25 at most. */
const PAGE = 3;

/**
 * A vault in this process, over HTTP on loopback, that is right about what the adapter rests on: the challenge before the
 * first token, versions and disabled ones, deletions that take effect with delay, conflicts, pages, and faults on
 * demand. In a cloud's place deletions come nearer with each request, elsewhere by `settle`. Whatever the adapter does not use answers 501 and fails the test at `stop`.
 */
export class KeyVaultDouble {
  readonly faults = new HttpFaults();
  readonly credential = { getToken: async () => ({ token: TOKEN, expiresOnTimestamp: 2 ** 45 }) };
  time: EpochMs = FAKE_START;
  readonly #place: CloudPlace | undefined;
  readonly #secrets = new Map<string, Secret>();
  #server!: Server;
  readonly #complaints: unknown[] = [];

  private constructor(place: CloudPlace | undefined) {
    this.#place = place;
  }

  static async start(place?: CloudPlace): Promise<KeyVaultDouble> {
    const double = new KeyVaultDouble(place);
    const resource = place === undefined ? RESOURCE : PLACED_RESOURCE;
    double.#server = await listening(place, (request, response) => {
      if (request.headers.authorization === undefined) {
        const challenge = `Bearer authorization="${TENANT}", resource="${resource}"`;
        response.writeHead(401, { 'www-authenticate': challenge }).end();
        return;
      }
      double.faults
        .serve(request, response, async () => double.#answer(request, await bodyOf(request)))
        .catch((error: unknown) => {
          double.#complaints.push(error);
          response.writeHead(501).end();
        });
    });
    return double;
  }

  get endpoint(): string {
    return originOf(this.#server, this.#place);
  }

  /** What the adapter needs to reach it; without TLS, which the SDK refuses unless told. */
  get reach(): Pick<KeyVaultOptions, 'endpoint' | 'credential' | 'client'> {
    return {
      endpoint: this.endpoint,
      credential: this.credential,
      client: { allowInsecureConnection: true, disableChallengeResourceVerification: true },
    };
  }

  disable(name: string, version: string): void {
    for (const each of this.#secrets.get(name)?.versions ?? []) if (each.id === version) each.enabled = false;
  }

  /** Names and values of all secrets, deleted and disabled ones included, until they are purged. */
  everySecret(): ReadonlyMap<string, readonly string[]> {
    return new Map([...this.#secrets].map(([name, { versions }]) => [name, versions.map(({ value }) => value)]));
  }

  /** Lets deletions come one step nearer. */
  settle(): void {
    for (const secret of this.#secrets.values()) {
      if (secret.pending !== undefined && secret.pending > 0) secret.pending -= 1;
    }
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((closed) => this.#server.close(closed));
    if (this.#complaints.length > 0) throw new AggregateError(this.#complaints, String(this.#complaints[0]));
  }

  #answer({ method, url, headers: { authorization = '' } }: IncomingMessage, body: Buffer): TrueAnswer {
    const admitted = this.#place?.admits(authorization, this.endpoint) ?? authorization === `Bearer ${TOKEN}`;
    if (!admitted) return refusal(401, 'Unauthorized');
    if (this.#place !== undefined) {
      this.time = Date.now();
      this.settle();
    }
    const { pathname, searchParams } = new URL(url ?? '', 'http://vault');
    if (!/^\d/.test(searchParams.get('api-version') ?? '')) throw new Error('no version of the interface');
    const [, kind, name = '', version = ''] = pathname.split('/');
    const what = `${method} ${kind}${name === '' ? '' : '/name'}`;
    switch (what) {
      case 'GET secrets':
      case 'GET deletedsecrets':
        return this.#page(kind ?? '', Number(searchParams.get('$skiptoken') ?? 0));
      case 'PUT secrets/name':
        return this.#set(name, (JSON.parse(body.toString()) as { value: string }).value);
      case 'GET secrets/name':
        return this.#get(name, version);
      case 'DELETE secrets/name':
        return this.#delete(name);
      case 'GET deletedsecrets/name':
        return this.#deleted(name) ? answer(200, this.#bundle(name, undefined, true)) : refusal(404, 'SecretNotFound');
      case 'DELETE deletedsecrets/name':
        return this.#purge(name);
      default:
        throw new Error(`the double does not know ${method} ${pathname}`);
    }
  }

  #standing(name: string): Secret | undefined {
    const secret = this.#secrets.get(name);
    return secret?.pending === undefined ? secret : undefined;
  }

  #deleted(name: string): boolean {
    return this.#secrets.get(name)?.pending === 0;
  }

  #set(name: string, value: string): TrueAnswer {
    const secret = this.#secrets.get(name) ?? { versions: [] };
    if (secret.pending !== undefined) {
      return refusal(409, 'Conflict', secret.pending > 0 ? 'ObjectIsBeingDeleted' : 'ObjectIsDeletedButRecoverable');
    }
    const added = { id: randomUUID().replaceAll('-', ''), value, createdAt: this.time, enabled: true };
    secret.versions.push(added);
    this.#secrets.set(name, secret);
    return answer(200, this.#bundle(name, added));
  }

  #get(name: string, version: string): TrueAnswer {
    const versions = this.#standing(name)?.versions ?? [];
    const found = version === '' ? versions.at(-1) : versions.find(({ id }) => id === version);
    if (found === undefined) return refusal(404, 'SecretNotFound');
    return found.enabled ? answer(200, this.#bundle(name, found)) : refusal(403, 'Forbidden', 'SecretDisabled');
  }

  #delete(name: string): TrueAnswer {
    const secret = this.#standing(name);
    if (secret === undefined) return refusal(404, 'SecretNotFound');
    secret.pending = DELETION_STEPS;
    return answer(200, this.#bundle(name, undefined, true));
  }

  #purge(name: string): TrueAnswer {
    const secret = this.#secrets.get(name);
    if (secret?.pending === undefined) return refusal(404, 'SecretNotFound');
    if (secret.pending > 0) return refusal(409, 'Conflict', 'ObjectIsBeingDeleted');
    this.#secrets.delete(name);
    return { status: 204, headers: {}, body: Buffer.alloc(0) };
  }

  #page(kind: string, from: number): TrueAnswer {
    const deleted = kind === 'deletedsecrets';
    const names = [...this.#secrets.keys()].filter((name) => (deleted ? this.#deleted(name) : this.#standing(name)));
    const value = names.slice(from, from + PAGE).map((name) => ({
      id: `https://double.vault.azure.net/secrets/${name}`,
      attributes: { enabled: true },
    }));
    const more = from + PAGE < names.length;
    const nextLink = more ? `${this.endpoint}/${kind}?api-version=7.6&$skiptoken=${from + PAGE}` : null;
    return answer(200, { value, nextLink });
  }

  #bundle(name: string, version?: Version, deleted = false): object {
    const seconds = Math.floor((version?.createdAt ?? this.time) / 1000);
    return {
      id: `https://double.vault.azure.net/secrets/${name}${version === undefined ? '' : `/${version.id}`}`,
      ...(version !== undefined && { value: version.value }),
      attributes: {
        enabled: true,
        created: seconds,
        updated: seconds,
        recoveryLevel: 'CustomizedRecoverable+Purgeable',
      },
      ...(deleted && {
        recoveryId: `https://double.vault.azure.net/deletedsecrets/${name}`,
        deletedDate: seconds,
        scheduledPurgeDate: seconds + 7 * 86_400,
      }),
    };
  }
}

function answer(status: number, body: object): TrueAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: Buffer.from(JSON.stringify(body)),
  };
}

/** A refusal as Key Vault words it: it quotes names. */
export function refusal(status: number, code: string, inner?: string): TrueAnswer {
  const error = { code, message: 'the words of the server', ...(inner && { innererror: { code: inner } }) };
  return answer(status, { error });
}
