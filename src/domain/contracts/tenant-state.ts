import { DAY, type EpochMs, epochMs, type Instant, instant } from '../../model/instant.ts';
import type { ControlItem } from '../../ports/control-store.ts';
import type { Refusal } from '../guard.ts';

/**
 * Where a tenant stands. `erasure-begun` can still be withdrawn, which leads back to `provisioned` (or `provisioning`, when
 * `provisionedAt` is null); from `destroying` there is no way back, and `tombstone` is never replaced.
 */
export type TenantPhase = 'provisioning' | 'provisioned' | 'erasure-begun' | 'destroying' | 'tombstone';

/** What the service has seen of the contract's end. It, and not what operators wrote, decides about destruction. */
export type EndMirror = {
  /** The contract's `endsAt` when the jobs last saw it change; null for a contract without an end. */
  readonly endsAt: Instant | null;
  /**
   * The store's commit time of the write that brought this end into the mirror, never the host's clock. Null for a contract
   * without an end, and between that write and the next one, which is the first that can know the time.
   */
  readonly firstSeenAt: Instant | null;
};

/** What the service did about one tenant: container `tenant-state`, partition tenantId, id `state`. Written by jobs only. */
export type TenantState = {
  readonly phase: TenantPhase;
  /** Id of the job run that claimed the tenant, before anything of it was made. */
  readonly claimedBy: string;
  /** The version of the tenant's key that the first gate names; null until it is provisioned. */
  readonly dataKeyVersion: string | null;
  readonly provisionedAt: Instant | null;
  readonly mirror: EndMirror;
  /** Why nothing is destroyed though it would be due, and a person must look; absent when nothing is in the way. */
  readonly waiting?: Waiting;
  /** How far the erasure is; absent before it begins. */
  readonly erasure?: Erasure;
};

/** What the guard of irreversible steps said last, when a person must look. */
export type Waiting = {
  readonly because: Refusal;
  /** The mirrored end for which it was said. */
  readonly endsAt: Instant | null;
  readonly since: Instant;
};

/** How far an erasure is: times by the store's clock, and counts. All that a tombstone tells, besides what it was before. */
export type Erasure = {
  readonly begunAt: Instant;
  /** When neither the key nor the deleted key was found in the vault any more. */
  readonly keyGoneAt: Instant | null;
  readonly erasedAt: Instant | null;
  /** Documents and blobs removed, at least: runs that were killed may have removed more. */
  readonly documents: number;
  readonly blobs: number;
};

/** The id of the item in the container `tenant-state`. */
export const STATE_ID = 'state';

/** An end must have been seen for this long before anything is destroyed for it, unless set otherwise. Source: the product's guarantee 5. */
export const KNOWN_FOR = DAY;

/** The state that claims a tenant: written create-only before its key is made, so that no key exists that nobody knows of. */
export function claimed(runId: string, endsAt: Instant | null): TenantState {
  const mirror = { endsAt, firstSeenAt: null };
  return { phase: 'provisioning', claimedBy: runId, dataKeyVersion: null, provisionedAt: null, mirror };
}

/** The state once key and gate stand. */
export function provisioned(state: TenantState, dataKeyVersion: string, now: EpochMs): TenantState {
  return { ...state, phase: 'provisioned', dataKeyVersion, provisionedAt: instant(now) };
}

/** Whether the tenant lives as far as the jobs are concerned: nothing may be made or mirrored for it in any other phase. */
export function lives(state: TenantState): boolean {
  return state.phase === 'provisioning' || state.phase === 'provisioned';
}

/** What mirroring changes: the next state, and whether access now ends earlier than the service knew. */
export interface Mirroring {
  readonly state: TenantState;
  readonly broughtForward: boolean;
}

/**
 * The next write that the mirror needs, or undefined when it says all that the contract says. `committedAt` is the store's
 * time of the write that `state` was read from. An end that changed takes two writes: the first holds it, the second the
 * commit time of the first. Any other end starts the time afresh, so that an end is never acted on that was not itself
 * seen for as long as the guard asks. An end where there was none counts as brought forward.
 */
export function mirroring(state: TenantState, committedAt: EpochMs, endsAt: Instant | null): Mirroring | undefined {
  const { mirror } = state;
  if (mirror.endsAt !== endsAt) {
    const broughtForward = endsAt !== null && (mirror.endsAt === null || epochMs(endsAt) < epochMs(mirror.endsAt));
    return { state: { ...state, mirror: { endsAt, firstSeenAt: null } }, broughtForward };
  }
  if (endsAt === null || mirror.firstSeenAt !== null) return undefined;
  return { state: { ...state, mirror: { endsAt, firstSeenAt: instant(committedAt) } }, broughtForward: false };
}

/**
 * From when on the tenant's data may be destroyed, as far as the mirror goes; null while that cannot be said. `notice` is
 * for how many milliseconds the end must have been seen.
 */
export function destructionDue({ mirror }: Pick<TenantState, 'mirror'>, notice: number = KNOWN_FOR): EpochMs | null {
  const { endsAt, firstSeenAt } = mirror;
  if (endsAt === null || firstSeenAt === null) return null;
  return Math.max(epochMs(endsAt), epochMs(firstSeenAt) + notice);
}

/** The item to write for a living tenant: its due time is when its destruction becomes due. */
export function stateItem(tenantId: string, state: TenantState): ControlItem<TenantState> {
  return { partition: tenantId, id: STATE_ID, value: state, dueAt: destructionDue(state) };
}

/** The state whose erasure has begun and can still be withdrawn. */
export function begun({ waiting: _, ...state }: TenantState, now: EpochMs): TenantState {
  const erasure = { begunAt: instant(now), keyGoneAt: null, erasedAt: null, documents: 0, blobs: 0 };
  return { ...state, phase: 'erasure-begun', erasure };
}

/** The state as it was before its erasure began. */
export function withdrawn({ erasure: _, ...state }: TenantState): TenantState {
  return { ...state, phase: state.provisionedAt === null ? 'provisioning' : 'provisioned' };
}

/** The state from which there is no way back. */
export function destroying(state: TenantState): TenantState {
  return { ...state, phase: 'destroying' };
}

/** The state of a tenant whose gate and key are gone for good: nothing of it can be read any more. */
export function keyGone(state: TenantState, now: EpochMs): TenantState {
  return { ...state, erasure: { ...erasureOf(state), keyGoneAt: instant(now) } };
}

/** The last state: everything is gone. Never replaced. */
export function tombstone(
  state: TenantState,
  removed: Pick<Erasure, 'documents' | 'blobs'>,
  now: EpochMs,
): TenantState {
  return { ...state, phase: 'tombstone', erasure: { ...erasureOf(state), ...removed, erasedAt: instant(now) } };
}

/** Throws RangeError for a state whose erasure has not begun. */
export function erasureOf({ erasure }: TenantState): Erasure {
  if (erasure === undefined) throw new RangeError('the erasure has not begun');
  return erasure;
}
