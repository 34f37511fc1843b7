import { networkOf, parseAddress } from '../../domain/sign-in/client-address.ts';
import { type Allowance, TokenBuckets } from '../../domain/sign-in/token-buckets.ts';
import { Failure } from '../../model/failure.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Visitor } from './caller.ts';

/** Source: the API's rules for requests. */
const PER_SESSION: Allowance = { burst: 100, perSecond: 20 };
/** A nursery where 60 tablets open the console at once, each with some 50 requests, behind one address. */
const PER_NETWORK: Allowance = { burst: 3_000, perSecond: 250 };
/** One device, with some room for several tabs. */
const PER_DEVICE: Allowance = { burst: 300, perSecond: 30 };

/**
 * Bounds how many requests one instance takes from whom, in a bounded memory. A session has a bucket of its own, so
 * that those behind one address never hinder each other. Only routes that need no session are bounded by network:
 * elsewhere a request without a token that this service signed is refused before anything is read.
 */
export class RequestLimits {
  readonly #sessions: TokenBuckets;
  readonly #networks: TokenBuckets;
  readonly #devices: TokenBuckets;

  constructor(clock: Clock) {
    this.#sessions = new TokenBuckets(PER_SESSION, clock);
    this.#networks = new TokenBuckets(PER_NETWORK, clock);
    this.#devices = new TokenBuckets(PER_DEVICE, clock);
  }

  /** One request to a public route. A signed device counts by itself. Throws Failure `too-many-requests` with Retry-After. */
  visit({ address, device }: Visitor): void {
    if (device !== null) {
      allow(this.#devices.take(device));
      return;
    }
    const parsed = address === null ? undefined : parseAddress(address);
    allow(this.#networks.take(parsed === undefined ? 'unknown' : networkOf(parsed)));
  }

  /**
   * One request with a signed token, named by whatever is the same for all requests of its session and no other's: 20
   * a second, bursts of 100. Throws Failure `too-many-requests` with Retry-After.
   */
  use(session: string): void {
    allow(this.#sessions.take(session));
  }
}

function allow(wait: number | undefined): void {
  if (wait !== undefined) throw new Failure('too-many-requests', { retryAfter: wait });
}
