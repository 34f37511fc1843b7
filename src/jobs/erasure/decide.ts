import { CONTRACT_ID } from '../../domain/contracts/contract.ts';
import {
  begun,
  destroying,
  destructionDue,
  type TenantState,
  type Waiting,
  withdrawn,
} from '../../domain/contracts/tenant-state.ts';
import { mayDestroy, needsPerson, type Verdict } from '../../domain/guard.ts';
import { type EpochMs, instant, MINUTE } from '../../model/instant.ts';
import type { ControlContainer, StoredControlItem } from '../../ports/control-store.ts';
import type { EraseContext } from './erase-context.ts';

export type StoredState = StoredControlItem<TenantState>;

/** A tenant that waits for a person is asked about again after this long, so that the others' turn comes first. */
const ASK_AGAIN_AFTER = MINUTE;

/**
 * Decides about a tenant that lives, or whose erasure has begun: the state once it says `destroying`, or undefined when nothing
 * is to be destroyed. The mark stands before the contract is read for the last time: so whoever extends the contract and then
 * finds no mark has been in time. Throws StoreError `stale` when another instance decides at the same time.
 */
export async function decide(context: EraseContext, due: StoredState): Promise<StoredState | undefined> {
  const states = context.control.tenantState as ControlContainer<TenantState>;
  let state = due;
  if (state.value.phase !== 'erasure-begun') {
    const asked = await ask(context, state);
    if (!asked.verdict.destroy) {
      await stay(context, state, asked);
      return undefined;
    }
    state = await states.replace({ ...state, value: begun(state.value, asked.storeNow) }, state.etag);
  }
  const asked = await ask(context, state);
  if (!asked.verdict.destroy) {
    await states.replace({ ...state, ...waitingOf(context, state, asked, withdrawn(state.value)) }, state.etag);
    context.telemetry.event('erasure-withdrawn', { tenant: state.partition, because: asked.verdict.because });
    return undefined;
  }
  return states.replace({ ...state, value: destroying(state.value) }, state.etag);
}

interface Asked {
  readonly verdict: Verdict;
  readonly hostNow: EpochMs;
  readonly storeNow: EpochMs;
}

/** Asks the guard, with contract and clocks as they are now. */
async function ask({ clock, control, erasureNotice }: EraseContext, state: StoredState): Promise<Asked> {
  const contract = await control.contracts.get(state.partition, CONTRACT_ID);
  const storeNow = await control.now();
  const hostNow = clock.now();
  const { mirror } = state.value;
  const verdict = mayDestroy({ mirror, contract: contract?.value, hostNow, storeNow, notice: erasureNotice });
  return { verdict, hostNow, storeNow };
}

/** Writes down what a person must know, and when to ask again. Nothing where time, or the next look at the contracts, settles it. */
async function stay(context: EraseContext, state: StoredState, asked: Asked): Promise<void> {
  const next = waitingOf(context, state, asked, state.value);
  if (next.value === state.value) return;
  await context.control.tenantState.replace({ ...state, ...next }, state.etag);
}

/** The state that says why the tenant waits, and its due time. The alert comes before the write: twice rather than never. */
function waitingOf(
  { telemetry }: EraseContext,
  { partition: tenant, dueAt, value: { waiting: before } }: StoredState,
  { verdict, hostNow, storeNow }: Asked,
  value: TenantState,
): { readonly value: TenantState; readonly dueAt: EpochMs | null } {
  if (verdict.destroy) return { value, dueAt };
  const { because } = verdict;
  if (!needsPerson(because)) return { value, dueAt };
  const { endsAt } = value.mirror;
  const same = before?.because === because && before.endsAt === endsAt;
  if (!same) telemetry.alert('erasure-refused', { tenant, because });
  const waiting: Waiting = same ? before : { because, endsAt, since: instant(storeNow) };
  return { value: { ...value, waiting }, dueAt: Math.min(hostNow, storeNow) + ASK_AGAIN_AFTER };
}

/** Whether the tenant's destruction is due, as far as its own state goes. */
export function isDue({ value }: StoredState, now: EpochMs, notice: number): boolean {
  if (value.phase === 'tombstone') return false;
  if (value.phase === 'erasure-begun' || value.phase === 'destroying') return true;
  const due = destructionDue(value, notice);
  return due !== null && due <= now;
}
