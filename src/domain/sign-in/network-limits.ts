import type { Clock } from '../../ports/clock.ts';
import { type Address, networkOf } from './client-address.ts';
import { type Allowance, TokenBuckets } from './token-buckets.ts';

/**
 * Sign-in attempts and other uses of codes and passwords. A corporation may bring all its nurseries out of one address,
 * where everybody signs in within minutes on 1 April; the waits of each account do the rest against guessing.
 */
const PER_NETWORK: Allowance = { burst: 60, perSecond: 1 };
/** One person at one device, or a shared tablet at the change of shifts. */
const PER_DEVICE: Allowance = { burst: 20, perSecond: 0.2 };

/**
 * Bounds what one network can ask of sign-in before any store call. A device with a validly signed token has an
 * allowance of its own instead, so a crowd or an attacker behind the same address does not lock it out.
 */
export class NetworkLimits {
  readonly #networks: TokenBuckets;
  readonly #devices: TokenBuckets;

  constructor(clock: Clock) {
    this.#networks = new TokenBuckets(PER_NETWORK, clock);
    this.#devices = new TokenBuckets(PER_DEVICE, clock);
  }

  /**
   * Takes one attempt: undefined when it is allowed, else the whole seconds to wait. `deviceId` only from a checked
   * device token. Callers without a readable address share one allowance.
   */
  take(address: Address | undefined, deviceId: string | undefined): number | undefined {
    if (deviceId !== undefined) return this.#devices.take(deviceId);
    return this.#networks.take(address === undefined ? 'unknown' : networkOf(address));
  }
}
