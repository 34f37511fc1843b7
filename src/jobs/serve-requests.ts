import { EVENT_KIND } from '../domain/audit/events.ts';
import {
  isOver,
  REQUESTED,
  RESTORE_REQUEST_ID,
  type RestoreRequest,
  requestFacts,
} from '../domain/backups/restore-state.ts';
import { accessEnded, CONTRACT_ID, type Contract } from '../domain/contracts/contract.ts';
import { internalKind } from '../domain/kind.ts';
import type { TenantHandle } from '../domain/tenant-handle.ts';
import { epochMs, HOUR, instant, MINUTE } from '../model/instant.ts';
import type { ControlContainer, ControlReader, ControlRemover, StoredControlItem } from '../ports/control-store.ts';
import type { JobPartitionStore } from '../ports/partition-store.ts';
import { GenerationStore } from './generations/generation-store.ts';
import { openAnew } from './generations/open-anew.ts';
import type { Job } from './job.ts';
import type { JobRun } from './job-run.ts';
import { carryOut } from './restore/carry-out.ts';
import { release } from './restore/end-restore.ts';
import { openRestores, RestoreProgress } from './restore/restore-progress.ts';
import type { BackupContext } from './run-backups.ts';

export interface ServeRequestsContext extends BackupContext {
  readonly control: {
    readonly contracts: ControlReader<Contract>;
    readonly requests: ControlReader & ControlRemover;
    readonly tenantState: ControlContainer;
  };
  readonly partitions: { of(tenantId: string): JobPartitionStore };
}

type StoredRequest = StoredControlItem<RestoreRequest>;

const AT_ONCE = 4;
/** Restores in one run: with the wait for the old gate they take less than the lease, and the next run goes on. */
const PAGE = 40;
/** The request follows its event at once; one whose event is still not there after this long was not made by the API. */
const EVENT_STANDS_WITHIN = 10 * MINUTE;
/** A tenant waits while it is restored; after this long a person should look. */
const LATE_AFTER = HOUR;
/** How often a restore is looked at whose tenant's contract has ended meanwhile. */
const ENDED_AGAIN_AFTER = 5 * MINUTE;

/**
 * Serves what tenants ask for: dry runs and restores of a generation. Open ones are gone on with first, each from its own
 * state; a request is taken up only when the event of its asking stands in the tenant's audit log, which nobody but the
 * tenant's own session writes. Killed between any two steps, the next run goes on.
 */
export const serveRequests: Job<ServeRequestsContext> = {
  name: 'serve-requests',
  schedule: '*/15 * * * * *',
  role: 'jobs',
  leaseFor: 10 * MINUTE,
  async run(context, run) {
    const { clock, control } = context;
    const open = await openRestores(control.tenantState, clock.now(), PAGE);
    const asked = await restoreRequests(context).due({ id: RESTORE_REQUEST_ID, at: clock.now(), limit: PAGE });
    const busy = new Set(open.map(({ tenantId }) => tenantId));
    await run.each(
      open,
      AT_ONCE,
      ({ tenantId }) => tenantId,
      ({ tenantId, restore }) => goOn(context, run, tenantId, restore),
    );
    await run.each(
      asked.filter(({ partition }) => !busy.has(partition)),
      AT_ONCE,
      ({ partition }) => partition,
      (request) => takeUp(context, run, request),
    );
  },
};

async function goOn(context: ServeRequestsContext, run: JobRun, tenantId: string, restore: string): Promise<void> {
  const progress = await RestoreProgress.find(context.control.tenantState, tenantId, restore);
  if (progress !== undefined) await serve(context, run, progress);
}

async function takeUp(context: ServeRequestsContext, run: JobRun, request: StoredRequest): Promise<void> {
  const { control, clock } = context;
  const { partition: tenantId, value } = request;
  let progress = await RestoreProgress.find(control.tenantState, tenantId, value.id);
  if (progress === undefined) {
    const tenant = await openAnew(context.handles, tenantId);
    // After its end, erasing the tenant clears its requests too.
    if (tenant === 'ended' || tenant === 'not-now') return;
    if (!(await wasAskedFor(tenant, value))) {
      if (clock.now() - epochMs(value.askedAt) <= EVENT_STANDS_WITHIN) return;
      context.telemetry.alert('restore-without-event', { tenant: tenantId, restore: value.id });
      return dropRequest(context, tenantId, value.id);
    }
    progress = await RestoreProgress.create(control.tenantState, tenantId, value, instant(clock.now()));
  }
  await serve(context, run, progress);
}

async function serve(context: ServeRequestsContext, run: JobRun, progress: RestoreProgress): Promise<void> {
  const { clock, telemetry, handles } = context;
  const { tenantId, state } = progress;
  const list = new GenerationStore(context.control.tenantState, tenantId);
  const blobs = context.blobs.of(tenantId);
  const partition = context.partitions.of(tenantId);
  if (isOver(state)) await release({ progress, list, blobs, clock });
  else {
    if (!(await progress.open(clock.now()))) return;
    const contract = await context.control.contracts.get(tenantId, CONTRACT_ID);
    // Erasing the tenant removes all of this; a contract that is extended in time finds its restore going on.
    if (accessEnded(contract?.value, clock.now())) return progress.postpone(clock.now() + ENDED_AGAIN_AFTER);
    if (clock.now() - epochMs(state.startedAt) > LATE_AFTER) run.late(tenantId);
    await carryOut({ progress, list, blobs, partition, handles, clock, telemetry, run: run.id });
    const { phase, dryRun } = progress.state;
    telemetry.event('restore-served', { tenant: tenantId, restore: state.id, dryRun, phase });
  }
  await progress.close();
  await dropRequest(context, tenantId, state.id);
}

/** Whether the tenant's audit log tells that somebody asked for exactly this. */
async function wasAskedFor(tenant: TenantHandle, request: RestoreRequest): Promise<boolean> {
  const event = await tenant.get(internalKind(EVENT_KIND), tenant.derivedId(REQUESTED, request.id), 'none');
  const { action, targets, reason } = requestFacts(request);
  const told = event?.clear;
  return (
    told?.['action'] === action &&
    told['reason'] === reason &&
    told['result'] === 'done' &&
    JSON.stringify(told['targets']) === JSON.stringify(targets)
  );
}

/** Drops the request unless another one stands in its place. */
async function dropRequest(context: ServeRequestsContext, tenantId: string, restore: string): Promise<void> {
  const standing = await restoreRequests(context).get(tenantId, RESTORE_REQUEST_ID);
  if (standing?.value.id === restore) await context.control.requests.remove(tenantId, RESTORE_REQUEST_ID);
}

function restoreRequests({ control }: ServeRequestsContext): ControlReader<RestoreRequest> {
  return control.requests as ControlReader as ControlReader<RestoreRequest>;
}
