import { StoreError } from '../../../src/ports/store-error.ts';

/** The StoreError that a call ends with. */
export async function failure(call: Promise<unknown>): Promise<StoreError> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof StoreError) return error;
  throw new Error('the call did not end with a StoreError', { cause: error });
}
