import { internalKind } from '../../domain/kind.ts';
import {
  type Attempt,
  attempt,
  type DevicePool,
  FAILURES_REMEMBERED_FOR,
  NO_FAILURES,
  type ThrottleState,
} from '../../domain/sign-in/throttle.ts';
import type { Change, TenantHandle } from '../../domain/tenant-handle.ts';
import { Failure } from '../../model/failure.ts';
import { SECOND } from '../../model/instant.ts';
import { isStoreError } from '../../ports/store-error.ts';
import type { Services } from '../pipeline/services.ts';

/** Failures in a row; id = what they are counted by, clear `{ failures, lastAt }`. */
export const THROTTLES = internalKind<never, never>('throttle');

/** What failures are counted by, and whether that count can close. */
export interface Counter {
  readonly id: string;
  readonly pool: DevicePool;
}

/** Passwords given for an account ID (by its look-up) from one known device, or from all unknown devices together. */
export function passwordCounter(lookUpId: string, knownDevice: string | undefined): Counter {
  return knownDevice === undefined
    ? { id: `${lookUpId}:unknown`, pool: 'unknown' }
    : { id: `${lookUpId}:${knownDevice}`, pool: 'known' };
}

/**
 * Recovery codes given for an account ID. Counted apart from passwords, and never closed: a recovery code is what
 * helps when the passwords' count has closed, and nobody guesses 100 bits.
 */
export function recoveryCounter(lookUpId: string, knownDevice: string | undefined): Counter {
  return { id: `recovery:${lookUpId}:${knownDevice ?? 'unknown'}`, pool: 'known' };
}

/**
 * Passwords given again within a session. Each session counts for itself: whoever sits at a tablet left open makes
 * nobody wait who signs in or confirms elsewhere.
 */
export function sessionCounter(sessionId: string): Counter {
  return { id: `session:${sessionId}`, pool: 'known' };
}

/** What a success also writes: the count begins anew. */
export function startedAnew(...counters: readonly Counter[]): readonly Change[] {
  const ids = new Set(counters.map(({ id }) => id));
  return [...ids].map((id) => ({ type: 'delete', kind: THROTTLES.name, id }));
}

/**
 * Takes an attempt, then evaluates it. Taking is one write of the wait under If-Match, as if the attempt had failed, so
 * attempts of one instant cannot share an allowance. Without a tenant it is taken in this instance's memory. Throws
 * Failure `wait-before-next-attempt` with Retry-After, or `known-device-needed`, unevaluated: while waiting, and when
 * another attempt came first.
 */
export async function attempted<T>(
  tenant: TenantHandle | undefined,
  key: string,
  counter: Counter,
  services: Services,
  evaluate: () => Promise<T>,
): Promise<T> {
  const end = services.attempts.begin(key);
  if (end === undefined) throw overtaken(services);
  try {
    if (tenant === undefined) refuseUnlessTaken(services.attempts.takeStranger(key, services.clock.now()), services);
    else await take(tenant, counter, services);
    return await evaluate();
  } finally {
    end();
  }
}

async function take(tenant: TenantHandle, { id, pool }: Counter, services: Services): Promise<void> {
  const item = await tenant.get(THROTTLES, id, 'none');
  const before = item === undefined ? NO_FAILURES : (item.clear as unknown as ThrottleState);
  const { failures, lastAt } = refuseUnlessTaken(attempt(before, services.clock.now(), pool), services);
  const record = { kind: THROTTLES, id, clear: { failures, lastAt }, expiresAt: lastAt + FAILURES_REMEMBERED_FOR };
  const change: Change = item === undefined ? { type: 'create', record } : { type: 'replace', record, etag: item.etag };
  try {
    await tenant.commitWithoutEvent('throttle-wait', [change]);
  } catch (error) {
    if (!isStoreError(error, 'stale', 'conflict', 'not-found')) throw error;
    throw overtaken(services);
  }
}

function refuseUnlessTaken(asked: Attempt, services: Services): ThrottleState {
  if (asked.result === 'taken') return asked.state;
  if (asked.result === 'wait') throw wait(Math.ceil(asked.waitMs / SECOND), 'waiting', services);
  services.telemetry.event('attempt-not-evaluated', { reason: 'known-device-needed' });
  throw new Failure('known-device-needed');
}

function overtaken(services: Services): Failure {
  return wait(1, 'overtaken', services);
}

function wait(seconds: number, reason: string, { telemetry }: Services): Failure {
  telemetry.event('attempt-not-evaluated', { reason });
  return new Failure('wait-before-next-attempt', { retryAfter: seconds });
}
