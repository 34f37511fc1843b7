import { createSecretKey, randomBytes } from 'node:crypto';
import { BoundedMap } from '../../domain/bounded-map.ts';
import type { OpenTenant } from '../../domain/open-tenant.ts';
import { lookUp } from '../../domain/sealing.ts';
import type { TenantHandles } from '../../domain/tenant-handles.ts';
import { Failure } from '../../model/failure.ts';
import { SECOND } from '../../model/instant.ts';
import type { Clock } from '../../ports/clock.ts';

/** How long an unknown tenant code is remembered, and how many of them: a guesser must not reach the store each time. */
const UNKNOWN_REMEMBERED = 5 * SECOND;
const UNKNOWN_AT_MOST = 10_000;

/**
 * The way in for people who have no session yet: one of the three places that make tenant handles. Only the sign-in
 * endpoints hold it.
 */
export class Entrance {
  readonly #handles: TenantHandles;
  readonly #clock: Clock;
  readonly #unknown = new BoundedMap<string, number>(UNKNOWN_AT_MOST);
  /** Stands in for the look-up key of tenants that do not exist. */
  readonly #strangersKey = createSecretKey(randomBytes(32));

  constructor(handles: TenantHandles, clock: Clock) {
    this.#handles = handles;
    this.#clock = clock;
  }

  /**
   * The tenant with this code if its contract lives; undefined when there is none, it has not begun or it has ended,
   * which callers treat alike. Throws Failure `starting` while it is being provisioned. Writes nothing.
   */
  async open(tenantId: string): Promise<OpenTenant | undefined> {
    const until = this.#unknown.get(tenantId);
    if (until !== undefined && this.#clock.monotonic() < until) return undefined;
    try {
      return await this.#handles.open(tenantId);
    } catch (error) {
      if (!(error instanceof Failure && error.code === 'contract-ended')) throw error;
      this.#unknown.set(tenantId, this.#clock.monotonic() + UNKNOWN_REMEMBERED);
      return undefined;
    }
  }

  /**
   * Like `open`, but with the contract as it stands at this moment: a new activation code works, and the one that it
   * replaced does not, without waiting for what is remembered. A code that was unknown a moment ago stays so.
   */
  openAnew(tenantId: string): Promise<OpenTenant | undefined> {
    this.#handles.forget(tenantId);
    return this.open(tenantId);
  }

  /** A look-up for a tenant that does not exist: the same work as any tenant's, under a key of this instance. */
  strangersLookUp(purpose: string, text: string): string {
    return lookUp(this.#strangersKey, purpose, text).toString('base64url');
  }
}
