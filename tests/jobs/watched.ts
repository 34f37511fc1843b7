import type { BlobStore } from '../../src/ports/blob-store.ts';
import type { LogArchive } from '../../src/ports/log-archive.ts';

/** Calls of stores and vaults go through this before and after they are made. */
export interface CallWatch {
  before(call: string): Promise<void> | void;
  after(call: string): Promise<void> | void;
}

/** The same port, with every call of it watched as `name.method`; a call that fails has no `after`. */
export function watchedPort<Port extends object>(port: Port, name: string, watch: CallWatch): Port {
  return new Proxy(port, {
    get(target, property, receiver) {
      const method: unknown = Reflect.get(target, property, receiver);
      if (typeof method !== 'function') return method;
      return (...args: unknown[]) =>
        watchedCall(`${name}.${String(property)}`, watch, async () => method.apply(target, args));
    },
  });
}

/** The same blobs, watched; a list counts as one call. */
export function watchedBlobs(blobs: BlobStore, watch: CallWatch): BlobStore {
  const { create, read, remove } = watchedPort(blobs, 'blobs', watch);
  const list = (prefix: string) => watchedList('blobs.list', watch, () => blobs.list(prefix));
  return { create, read, remove, list };
}

/** The same archive, watched; a list counts as one call. */
export function watchedArchive(archive: LogArchive, watch: CallWatch): LogArchive {
  const { create, read, removeExpired } = watchedPort(archive, 'archive', watch);
  const list = () => watchedList('archive.list', watch, () => archive.list());
  return { create, read, removeExpired, list };
}

async function* watchedList<T>(call: string, watch: CallWatch, list: () => AsyncIterable<T>) {
  yield* await watchedCall(call, watch, async () => {
    const listed: T[] = [];
    for await (const each of list()) listed.push(each);
    return listed;
  });
}

async function watchedCall<T>(call: string, watch: CallWatch, work: () => Promise<T>): Promise<T> {
  await watch.before(call);
  const result = await work();
  await watch.after(call);
  return result;
}
