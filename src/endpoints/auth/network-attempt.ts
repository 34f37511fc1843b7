import { parseAddress } from '../../domain/sign-in/client-address.ts';
import { Failure } from '../../model/failure.ts';
import type { Visitor } from '../pipeline/caller.ts';
import type { Services } from '../pipeline/services.ts';

/**
 * Takes one attempt of the visitor's network, or of his device. Every use of a password or code asks this first, before
 * any store call. Throws Failure `too-many-requests` with Retry-After.
 */
export function takeNetworkAttempt({ address, device }: Visitor, { networkLimits }: Services): void {
  const from = address === null ? undefined : parseAddress(address);
  const wait = networkLimits.take(from, device ?? undefined);
  if (wait !== undefined) throw new Failure('too-many-requests', { retryAfter: wait });
}
