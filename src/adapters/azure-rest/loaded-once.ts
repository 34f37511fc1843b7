import { StoreError } from '../../ports/store-error.ts';

/**
 * Makes something of a library when it is first asked for, and gives that one from then on: a start does not pay for what
 * it may not need. Whoever asks meanwhile waits for the same load. When it fails, all of them get StoreError `unavailable`
 * (nothing was sent), and who asks after that loads again.
 */
export function loadedOnce<T>(library: string, load: () => Promise<T>): () => Promise<T> {
  let loading: Promise<T> | undefined;
  return () => {
    loading ??= load().catch((cause: unknown) => {
      loading = undefined;
      throw new StoreError('unavailable', `${library} cannot be loaded`, { cause });
    });
    return loading;
  };
}
