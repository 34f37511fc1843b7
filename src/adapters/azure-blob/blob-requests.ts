import { buffer } from 'node:stream/consumers';
import type { TokenCredential } from '@azure/identity';
import type { ContainerClient, StorageSharedKeyCredential } from '@azure/storage-blob';
import type { EpochMs } from '../../model/instant.ts';
import type { Clock } from '../../ports/clock.ts';
import { StoreError } from '../../ports/store-error.ts';
import { attempts } from '../azure-rest/attempts.ts';
import { loadedOnce } from '../azure-rest/loaded-once.ts';
import { refusedWith, restFailure } from '../azure-rest/rest-failure.ts';

export interface AzureContainerOptions {
  /** Address of the account, e.g. `https://example.blob.core.windows.net`. */
  readonly endpoint: string;
  /** A container that exists. */
  readonly container: string;
  /** On Azure always a token's: the accounts take no keys. Tokens leave over https only. */
  readonly credential: TokenCredential | StorageSharedKeyCredential;
  /** Measures attempts and waits. */
  readonly clock: Clock;
}

/** A blob as a list shows it. */
export interface FoundBlob {
  readonly path: string;
  readonly bytes: number;
  /** The store's own time, whole seconds. */
  readonly createdAt: EpochMs;
}

interface PageSettings {
  readonly maxPageSize: number;
  readonly continuationToken?: string;
}

/** Enough for the largest blob, some 9 MiB, at 3 Mbit/s; within a region it takes well under a second. */
const ATTEMPT_MS = 30_000;

/** Blobs per page of a list; Blob Storage gives 5,000 at most. */
const PAGE = 1000;

/** That a create met a blob of that name. The last is said to those who may add blobs and not overwrite them. */
const TAKEN = ['BlobAlreadyExists', 'ConditionNotMet', 'BlobImmutableDueToPolicy', 'UnauthorizedBlobOverwrite'];

/** Tenants' names are the first segment of every path. */
const TENANT = /^[a-z][a-z0-9-]{2,31}$/;

/**
 * The requests that the stores make of one container, all of them ending in time and with StoreError as `attempts` says.
 * The library is loaded by the first of them. A container that is gone is `unavailable`, never empty.
 */
export class BlobRequests {
  readonly #container: () => Promise<ContainerClient>;
  readonly #clock: Clock;
  readonly #place: string;

  constructor({ endpoint, container, credential, clock }: AzureContainerOptions) {
    const url = `${endpoint.replace(/\/$/, '')}/${container}`;
    this.#container = loadedOnce("Blob Storage's library", async () => {
      const { containerClient } = await import('./container-client.ts');
      return containerClient(url, credential);
    });
    this.#clock = clock;
    this.#place = `${new URL(url).host} ${container}`;
  }

  /** Writes the blob whole, in one request, or not at all. Throws `conflict` when the path is taken. */
  async create(path: string, bytes: Uint8Array): Promise<void> {
    await this.#send('create', true, async (container, abortSignal) => {
      try {
        const client = container.getBlockBlobClient(path);
        await client.upload(bytes, bytes.length, { conditions: { ifNoneMatch: '*' }, abortSignal });
      } catch (error) {
        if (refusedWith(error, ...TAKEN)) throw new StoreError('conflict', `${this.#place}: ${path} exists`);
        throw error;
      }
    });
  }

  /** The whole blob, or undefined when there is none. */
  read(path: string): Promise<Uint8Array | undefined> {
    return this.#send('read', false, async (container, abortSignal) => {
      try {
        const answer = await container.getBlobClient(path).download(0, undefined, { abortSignal, maxRetryRequests: 0 });
        // Only Blob Storage says so: whatever stands between must never pass for a blob.
        if (answer.blobType !== 'BlockBlob' || answer.readableStreamBody === undefined) throw this.#strange('read');
        return await buffer(answer.readableStreamBody);
      } catch (error) {
        if (refusedWith(error, 'BlobNotFound')) return undefined;
        throw error;
      }
    });
  }

  /** Removes a blob; succeeds when there is none. Throws `conflict` while the store's policy keeps it. */
  async remove(path: string): Promise<void> {
    await this.#send('remove', true, async (container, abortSignal) => {
      try {
        await container.getBlobClient(path).delete({ abortSignal });
      } catch (error) {
        const { codes } = restFailure(error);
        if (codes.includes('BlobNotFound')) return;
        if (!codes.some((code) => code.startsWith('BlobImmutable'))) throw error;
        throw new StoreError('conflict', `${this.#place}: ${path} is to be kept`);
      }
    });
  }

  /** All blobs whose path begins with `prefix`, in the order of their paths' code units. */
  blobs(prefix: string): AsyncIterable<FoundBlob> {
    return this.#pages(
      (container, settings, abortSignal) => container.listBlobsFlat({ prefix, abortSignal }).byPage(settings),
      ({ segment }) =>
        segment.blobItems.map(({ name, properties: { contentLength: bytes, createdOn, lastModified } }) => {
          const createdAt = (createdOn ?? lastModified).getTime();
          if (bytes === undefined || Number.isNaN(createdAt)) throw this.#strange('list');
          return { path: name, bytes, createdAt };
        }),
    );
  }

  /** First segments of all paths, in order. */
  folders(): AsyncIterable<string> {
    return this.#pages(
      (container, settings, abortSignal) => container.listBlobsByHierarchy('/', { abortSignal }).byPage(settings),
      ({ segment }) => (segment.blobPrefixes ?? []).map(({ name }) => name.slice(0, -1)),
    );
  }

  /** Each page is a request of its own, asked for again alone. One that `pick` cannot read is no answer. */
  async *#pages<P extends { readonly continuationToken?: string }, T>(
    from: (container: ContainerClient, settings: PageSettings, abortSignal: AbortSignal) => AsyncIterator<P>,
    pick: (page: P) => readonly T[],
  ): AsyncIterable<T> {
    let continuationToken: string | undefined;
    do {
      const settings = { maxPageSize: PAGE, ...(continuationToken && { continuationToken }) };
      const { found, next } = await this.#send('list', false, async (container, abortSignal) => {
        const { value: page } = await from(container, settings, abortSignal).next();
        return { found: pick(page), next: page.continuationToken };
      });
      yield* found;
      continuationToken = next;
    } while (continuationToken);
  }

  async #send<T>(
    operation: string,
    writing: boolean,
    call: (container: ContainerClient, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const container = await this.#container();
    const what = `${this.#place} ${operation}`;
    return attempts(this.#clock, { what, writing, repeatable: true, attemptMs: ATTEMPT_MS }, (signal) =>
      call(container, signal),
    );
  }

  #strange(operation: string): StoreError {
    return new StoreError('unavailable', `${this.#place} ${operation}: an answer of another shape`);
  }
}

/** Throws RangeError for a name that is no tenant's: it could reach into another one's paths. */
export function requireTenant(tenantId: string): void {
  if (!isTenant(tenantId)) throw new RangeError('not a tenant');
}

export function isTenant(name: string): boolean {
  return TENANT.test(name);
}
