import { type DeletionRequest, isAbandoned, isDeletionRequest } from '../domain/collections/deletion-request.ts';
import { isStub, REMAINS, remainsPrefix } from '../domain/collections/record-writes.ts';
import { internalKind } from '../domain/kind.ts';
import type { TenantHandle } from '../domain/tenant-handle.ts';
import type { TenantHandles } from '../domain/tenant-handles.ts';
import { Failure } from '../model/failure.ts';
import { instant, MINUTE } from '../model/instant.ts';
import type { ControlContainer, ControlReader, ControlRemover, StoredControlItem } from '../ports/control-store.ts';
import type { ItemKey } from '../ports/partition-store.ts';
import { isStoreError } from '../ports/store-error.ts';
import type { Job, JobPorts } from './job.ts';

export interface FinishDeletionsContext extends JobPorts {
  readonly control: {
    readonly requests: ControlReader & ControlRemover;
    readonly tenantState: ControlContainer;
  };
  readonly handles: TenantHandles;
}

type StoredRequest = StoredControlItem<DeletionRequest>;

const AT_ONCE = 4;
const PAGE = 500;
/** Items of one kind removed in one commit; well below what a commit takes. */
const PORTION = 50;
/** Portions for one request in one run: a tenant with much to remove does not hold up the others. */
const PORTIONS_PER_RUN = 20;

/**
 * Removes what hangs on deleted records. A request stands before its deletion is committed, so the record tells what to
 * do: a stub = remove, then drop the request; still there = the commit never happened, and the request is dropped once
 * it is too old to be followed by one. Killed between any two steps, the next run goes on: what vanishes must vanish
 * anyway, and the one event that tells of it has an id that derives from the request.
 */
export const finishDeletions: Job<FinishDeletionsContext> = {
  name: 'finish-deletions',
  schedule: '0 * * * * *',
  role: 'jobs',
  leaseFor: 5 * MINUTE,
  async run(context, run) {
    const requests = context.control.requests as ControlReader<DeletionRequest> & ControlRemover;
    let after: StoredRequest | undefined;
    do {
      const page: readonly StoredRequest[] = await requests.page({ limit: PAGE, ...(after && { after }) });
      await run.each(page.filter(isDeletionRequest), AT_ONCE, tenantOf, (request) => serve(context, run.id, request));
      after = page.length < PAGE ? undefined : page.at(-1);
    } while (after !== undefined);
  },
};

async function serve(context: FinishDeletionsContext, runId: string, request: StoredRequest): Promise<void> {
  const handle = await openHandle(context.handles, request.partition);
  if (handle === undefined) return;
  const { kind, id } = request.value;
  const record = await handle.get(internalKind(kind), id, 'none');
  if (record === undefined || !isStub(record)) {
    if (!isAbandoned(request.value, context.clock.now())) return;
  } else if (!(await removeRemains(context, handle, runId, request, record.index.facility ?? null))) return;
  await context.control.requests.remove(request.partition, request.id);
}

/** The tenant's handle, or undefined while there is none: before its gate stands, or after its end, when erasing it clears its requests too. */
async function openHandle(handles: TenantHandles, tenantId: string): Promise<TenantHandle | undefined> {
  try {
    return (await handles.open(tenantId)).handle;
  } catch (error) {
    if (error instanceof Failure && (error.code === 'contract-ended' || error.code === 'starting')) return undefined;
    throw error;
  }
}

/** Removes what hangs on the record, in portions. True when nothing is left. */
async function removeRemains(
  context: FinishDeletionsContext,
  handle: TenantHandle,
  runId: string,
  request: StoredRequest,
  facility: string | null,
): Promise<boolean> {
  for (let portions = 0; portions < PORTIONS_PER_RUN; portions += 1) {
    const remains = await nextRemains(handle, request.value);
    if (remains.length === 0) return true;
    if (portions === 0) await tell(context, handle, runId, request, facility);
    await handle.commitWithoutEvent(
      'remains-of-a-deletion',
      remains.map((key) => ({ type: 'delete', ...key })),
    );
  }
  return false;
}

async function nextRemains(handle: TenantHandle, { kind, id }: DeletionRequest): Promise<readonly ItemKey[]> {
  const prefix = remainsPrefix(kind, id);
  for (const remain of REMAINS) {
    const items = await handle.list({ kind: remain, after: prefix, parts: 'none', limit: PORTION });
    const keys = items.filter((item) => item.id.startsWith(prefix)).map((item) => ({ kind: remain, id: item.id }));
    if (keys.length > 0) return keys;
  }
  return [];
}

/** Writes the event before anything vanishes; an earlier run's is enough. */
async function tell(
  { clock }: FinishDeletionsContext,
  handle: TenantHandle,
  runId: string,
  request: StoredRequest,
  facility: string | null,
): Promise<void> {
  const { kind, id } = request.value;
  try {
    await handle.commit(
      [],
      [
        {
          id: handle.derivedId('remains-of-a-deletion', request.id),
          at: instant(clock.now()),
          action: 'record-remains-deleted',
          ...{ actor: null, session: null, address: null, agent: null },
          ...{ targetKind: kind, targets: [id], facility },
          ...{ result: 'done', reason: null, version: null, trace: runId },
        },
      ],
    );
  } catch (error) {
    if (!isStoreError(error, 'conflict')) throw error;
  }
}

function tenantOf(request: StoredRequest): string {
  return request.partition;
}
