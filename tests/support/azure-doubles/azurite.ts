import { request as ask, createServer, type IncomingMessage, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { ContainerClient, StorageSharedKeyCredential } from '@azure/storage-blob';
import { DAY } from '../../../src/model/instant.ts';
import { bodyOf, HttpFaults, type TrueAnswer } from './http-faults.ts';

/** Azurite's own account; its key is public. */
const ACCOUNT = 'devstoreaccount1';
const KEY = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

/** The part of Azurite that is used here; it comes without types. */
interface BlobServer {
  start(): Promise<void>;
  close(): Promise<void>;
  getHttpServerAddress(): string;
}
const load = createRequire(import.meta.url);
const Configuration = load('azurite/dist/src/blob/BlobConfiguration').default as new (...args: unknown[]) => object;
const Server_ = load('azurite/dist/src/blob/BlobServer').default as new (configuration: object) => BlobServer;

/**
 * Azurite in this process and in memory, behind a front that brings faults on demand and keeps what Azurite accepts and
 * does not enforce: a write-once policy by days. Store time is this process's `Date`.
 */
export class Azurite {
  readonly faults = new HttpFaults();
  readonly credential = new StorageSharedKeyCredential(ACCOUNT, KEY);
  readonly container = 'things';
  readonly #azurite: BlobServer;
  readonly #keepDays: number;
  readonly #createdAt = new Map<string, number>();
  readonly #front: Server;
  readonly #complaints: unknown[] = [];

  private constructor(azurite: BlobServer, keepDays: number) {
    this.#azurite = azurite;
    this.#keepDays = keepDays;
    this.#front = createServer((request, response) => {
      this.faults
        .serve(request, response, () => this.#carryOut(request))
        .catch((error: unknown) => {
          this.#complaints.push(error);
          response.destroy();
        });
    });
  }

  /** With one container, which is empty. `keepDays`: how long a blob cannot be removed. */
  static async start(keepDays = 0): Promise<Azurite> {
    const inMemory = [
      '127.0.0.1',
      0,
      5,
      '',
      '',
      [],
      false,
      null,
      false,
      '',
      false,
      true,
      '',
      '',
      '',
      undefined,
      false,
      true,
    ];
    const azurite = new Server_(new Configuration(...inMemory));
    await azurite.start();
    const started = new Azurite(azurite, keepDays);
    await new Promise<void>((listening) => started.#front.listen(0, '127.0.0.1', listening));
    await started.containerClient().create();
    started.faults.requests.length = 0;
    return started;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#front.address() as AddressInfo).port}/${ACCOUNT}`;
  }

  containerClient(): ContainerClient {
    return new ContainerClient(`${this.endpoint}/${this.container}`, this.credential);
  }

  async stop(): Promise<void> {
    this.#front.closeAllConnections();
    await new Promise((closed) => this.#front.close(closed));
    await this.#azurite.close();
    if (this.#complaints.length > 0) throw new AggregateError(this.#complaints, String(this.#complaints[0]));
  }

  async #carryOut(request: IncomingMessage): Promise<TrueAnswer> {
    const path = (request.url ?? '').split('?')[0] ?? '';
    const body = await bodyOf(request);
    const createdAt = this.#createdAt.get(path);
    if (request.method === 'DELETE' && createdAt !== undefined && Date.now() < createdAt + this.#keepDays * DAY) {
      return { status: 409, headers: { 'x-ms-error-code': 'BlobImmutableDueToPolicy' }, body: Buffer.alloc(0) };
    }
    const answer = await this.#forward(request, body);
    if (request.method === 'PUT' && answer.status === 201) this.#createdAt.set(path, Date.now());
    return answer;
  }

  #forward({ method, url, headers }: IncomingMessage, body: Buffer): Promise<TrueAnswer> {
    return new Promise((resolve, reject) => {
      const sent = ask(`${this.#azurite.getHttpServerAddress()}${url}`, { method: method ?? '', headers }, (answer) => {
        const { 'transfer-encoding': _chunked, ...kept } = answer.headers;
        bodyOf(answer).then((bytes) => resolve({ status: answer.statusCode ?? 0, headers: kept, body: bytes }), reject);
      });
      sent.on('error', reject);
      sent.end(body);
    });
  }
}
