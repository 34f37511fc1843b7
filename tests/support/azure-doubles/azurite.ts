import { request as ask, type IncomingMessage, type Server } from 'node:http';
import { createRequire } from 'node:module';
import {
  AccountSASPermissions,
  ContainerClient,
  generateAccountSASQueryParameters,
  StorageSharedKeyCredential,
} from '@azure/storage-blob';
import { DAY } from '../../../src/model/instant.ts';
import { type CloudPlace, listening, originOf } from './cloud-place.ts';
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

export interface AzuriteOptions {
  /** The name of its one container. */
  readonly container?: string;
  /** How long a blob cannot be removed, in days; none unless told. */
  readonly keepDays?: number;
  readonly place?: CloudPlace;
}

/**
 * Azurite in this process and in memory, behind a front that brings faults on demand and keeps what Azurite accepts and
 * does not enforce: a write-once policy by days. In a cloud's place the front checks the token, and stands at the root of
 * its address; Azurite itself takes neither. Store time is this process's `Date`.
 */
export class Azurite {
  readonly faults = new HttpFaults();
  readonly credential = new StorageSharedKeyCredential(ACCOUNT, KEY);
  readonly container: string;
  readonly #azurite: BlobServer;
  readonly #keepDays: number;
  readonly #place: CloudPlace | undefined;
  readonly #createdAt = new Map<string, number>();
  #front!: Server;
  readonly #complaints: unknown[] = [];

  private constructor(azurite: BlobServer, { container = 'things', keepDays = 0, place }: AzuriteOptions) {
    this.#azurite = azurite;
    this.container = container;
    this.#keepDays = keepDays;
    this.#place = place;
  }

  /** With one container, which is empty. */
  static async start(options: AzuriteOptions = {}): Promise<Azurite> {
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
    const started = new Azurite(azurite, options);
    started.#front = await listening(options.place, (request, response) => {
      started.faults
        .serve(request, response, () => started.#carryOut(request))
        .catch((error: unknown) => {
          started.#complaints.push(error);
          response.destroy();
        });
    });
    await started.containerClient().create();
    return started;
  }

  get endpoint(): string {
    const origin = originOf(this.#front, this.#place);
    return this.#place === undefined ? `${origin}/${ACCOUNT}` : origin;
  }

  /** The container past the front. */
  containerClient(): ContainerClient {
    const azurite = this.#azurite.getHttpServerAddress();
    return new ContainerClient(`${azurite}/${ACCOUNT}/${this.container}`, this.credential);
  }

  /** All blobs of the container by their paths. */
  async everyBlob(): Promise<ReadonlyMap<string, Buffer>> {
    const container = this.containerClient();
    const blobs = new Map<string, Buffer>();
    for await (const { name } of container.listBlobsFlat()) {
      blobs.set(name, await container.getBlobClient(name).downloadToBuffer());
    }
    return blobs;
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
    if (this.#place?.admits(request.headers.authorization ?? '', this.endpoint) === false) {
      return { status: 401, headers: { 'x-ms-error-code': 'InvalidAuthenticationInfo' }, body: Buffer.alloc(0) };
    }
    const createdAt = this.#createdAt.get(path);
    if (request.method === 'DELETE' && createdAt !== undefined && Date.now() < createdAt + this.#keepDays * DAY) {
      return { status: 409, headers: { 'x-ms-error-code': 'BlobImmutableDueToPolicy' }, body: Buffer.alloc(0) };
    }
    const answer = await this.#forward(request, body);
    if (request.method === 'PUT' && answer.status === 201) this.#createdAt.set(path, Date.now());
    return answer;
  }

  #forward(request: IncomingMessage, body: Buffer): Promise<TrueAnswer> {
    const { method = '', url = '', headers } = this.#place === undefined ? request : this.#ownRequest(request);
    return new Promise((resolve, reject) => {
      const sent = ask(`${this.#azurite.getHttpServerAddress()}${url}`, { method, headers }, (answer) => {
        const { 'transfer-encoding': _chunked, ...kept } = answer.headers;
        bodyOf(answer).then((bytes) => resolve({ status: answer.statusCode ?? 0, headers: kept, body: bytes }), reject);
      });
      sent.on('error', reject);
      sent.end(body);
    });
  }

  /** The same request as Azurite takes it: below the account's name, and by a signature of this account. */
  #ownRequest({
    method = '',
    url = '',
    headers,
  }: IncomingMessage): Pick<IncomingMessage, 'method' | 'url' | 'headers'> {
    const { authorization: _token, ...kept } = headers;
    const all = { services: 'b', resourceTypes: 'sco', permissions: AccountSASPermissions.parse('rwdlac') };
    const signature = generateAccountSASQueryParameters(
      { ...all, expiresOn: new Date(Date.now() + DAY) },
      this.credential,
    );
    return { method, url: `/${ACCOUNT}${url}${url.includes('?') ? '&' : '?'}${signature}`, headers: kept };
  }
}
