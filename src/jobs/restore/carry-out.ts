import { differences, RESTORED, stepsTo } from '../../domain/backups/compare.ts';
import type { Manifest } from '../../domain/backups/generation-format.ts';
import { type Generation, kept } from '../../domain/backups/generation-list.ts';
import { GenerationDamaged, type ReadParts, readManifest } from '../../domain/backups/read-generation.ts';
import { changeOf } from '../../domain/backups/restore-changes.ts';
import { type FailureReason, FINISHED, gateAfter, type Restore } from '../../domain/backups/restore-state.ts';
import { verifyGeneration } from '../../domain/backups/verify-generation.ts';
import type { Change, TenantHandle } from '../../domain/tenant-handle.ts';
import type { TenantHandles } from '../../domain/tenant-handles.ts';
import { epochMs, instant, MINUTE, SECOND } from '../../model/instant.ts';
import type { BlobStore } from '../../ports/blob-store.ts';
import type { Clock } from '../../ports/clock.ts';
import type { JobPartitionStore } from '../../ports/partition-store.ts';
import { isStoreError } from '../../ports/store-error.ts';
import type { Telemetry } from '../../ports/telemetry.ts';
import type { GenerationStore } from '../generations/generation-store.ts';
import { takeGeneration } from '../generations/take-generation.ts';
import { tidyBlobs } from '../generations/tidy-blobs.ts';
import { commitPortions } from './commit-portions.ts';
import { rebuildUniques } from './rebuild-uniques.ts';
import { holdGate, openGate } from './restore-gate.ts';
import type { RestoreProgress } from './restore-progress.ts';

/** What one restore is carried out with. */
export interface RestoreParts {
  readonly progress: RestoreProgress;
  readonly list: GenerationStore;
  readonly blobs: BlobStore;
  readonly partition: JobPartitionStore;
  readonly handles: TenantHandles;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  /** Id of the job run. */
  readonly run: string;
}

/** Until no instance remembers the old gate. Source: how long `TenantHandles` relies on what it read. */
const FORGOTTEN_AFTER = 30 * SECOND;
/** How long it is tried to compare, or to keep the state before: the tenant is not kept closed any longer for that. */
const GIVE_UP_AFTER = 30 * MINUTE;

/** The restore ends here, and has changed nothing. */
class Failed extends Error {
  readonly reason: FailureReason;
  constructor(reason: FailureReason, options?: ErrorOptions) {
    super(reason, options);
    this.reason = reason;
  }
}

/**
 * Carries a restore, or the comparison of a dry run, on to its end from whatever phase an earlier run left it in. Each
 * phase can be done again: what is written already differs in nothing any more. Throws what the stores throw; the next run
 * goes on then.
 */
export async function carryOut(parts: RestoreParts): Promise<void> {
  const { progress } = parts;
  if (progress.state.phase === 'checking') await check(parts);
  if (progress.state.phase === 'closing') await close(parts);
  if (progress.state.phase === 'keeping') await keep(parts);
  if (progress.state.phase === 'writing') await write(parts);
  if (progress.state.phase === 'rebuilding') await rebuild(parts);
  if (progress.state.phase === 'opening') await open(parts);
  await release(parts);
}

/** Reads the generation back whole before anything changes, and keeps it from being pruned meanwhile. */
async function check(parts: RestoreParts): Promise<void> {
  const { progress, handles, clock, telemetry } = parts;
  const { tenantId, state } = progress;
  const tooLong = clock.now() - epochMs(state.startedAt) > GIVE_UP_AFTER;
  handles.forget(tenantId);
  const tenant = (await handles.open(tenantId)).handle;
  try {
    if (tooLong) throw new Failed('gave-up');
    const manifest = await source(parts, tenant);
    if (state.dryRun) {
      const compared = await differences(manifest, { tenant, blobs: parts.blobs });
      await finish(parts, tenant, { phase: 'done', differences: compared });
    } else {
      await progress.update({ phase: 'closing', gates: { from: tenant.gate, to: gateAfter(tenant.gate) } });
    }
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    telemetry.alert('restore-failed', { tenant: tenantId, restore: state.id, reason: error.reason });
    if (error.cause !== undefined) telemetry.error(error.cause, { tenant: tenantId });
    await finish(parts, tenant, { phase: 'failed', reason: error.reason });
  }
}

async function source(parts: RestoreParts, tenant: TenantHandle): Promise<Manifest> {
  const { progress, list } = parts;
  const { id, generation } = progress.state;
  const stored = await list.change(({ value }) => {
    const found = value.generations.some((each) => each.id === generation && each.good !== null);
    return found ? { value: { ...value, generations: pinned(value.generations, generation, id) } } : undefined;
  });
  if (stored === undefined) throw new Failed('generation-gone');
  try {
    const reading = { tenant, blobs: parts.blobs };
    const manifest = await manifestOf(parts, reading);
    const manifestSha256 = stored.value.generations.find((each) => each.id === generation)?.good?.manifestSha256 ?? '';
    await verifyGeneration({ manifest, manifestSha256 }, reading);
    return manifest;
  } catch (error) {
    if (!(error instanceof GenerationDamaged)) throw error;
    throw new Failed('generation-damaged', { cause: error });
  }
}

function pinned(generations: readonly Generation[], generation: string, restore: string): readonly Generation[] {
  return generations.map((each) => (each.id === generation ? { ...each, pinnedBy: restore } : each));
}

async function manifestOf({ list, progress }: RestoreParts, reading: ReadParts): Promise<Manifest> {
  const { generation } = progress.state;
  const entry = (await list.read())?.value.generations.find(({ id }) => id === generation);
  if (entry?.good == null) throw new Failed('generation-gone');
  return readManifest(generation, entry.good.manifestSha256, reading);
}

async function close(parts: RestoreParts): Promise<void> {
  await hold(parts);
  await parts.clock.sleep(FORGOTTEN_AFTER);
  await parts.progress.update({ phase: 'keeping' });
}

/** Takes the state before as a generation of its own, then counts what is going to change. */
async function keep(parts: RestoreParts): Promise<void> {
  const { progress, clock, list, blobs } = parts;
  if (clock.now() - epochMs(progress.state.startedAt) > GIVE_UP_AFTER) {
    return progress.update({ phase: 'opening', reason: 'gave-up' });
  }
  const tenant = await hold(parts);
  const taken = await takeGeneration(
    { ...parts, tenant },
    { purpose: 'before-restore', asked: () => true, done: ({ value, dueAt }) => ({ value, dueAt }) },
  );
  if (taken.outcome !== 'good') throw new Error(`the state before the restore was not kept: ${taken.outcome}`);
  await tidyBlobs(list, blobs);
  const reading = { tenant, blobs };
  const compared = await differences(await manifestOf(parts, reading), reading);
  await progress.update({ phase: 'writing', before: taken.id, differences: compared });
}

async function write(parts: RestoreParts): Promise<void> {
  const { progress, blobs } = parts;
  const tenant = await hold(parts);
  const reading = { tenant, blobs };
  const manifest = await manifestOf(parts, reading);
  for (const of of RESTORED) {
    const { id, written } = progress.state;
    if (written.includes(of.kind.name)) continue;
    await commitPortions(tenant, changes());
    await progress.update({ written: [...written, of.kind.name] });

    async function* changes(): AsyncGenerator<Change> {
      for await (const step of stepsTo(manifest, of, reading)) {
        const change = changeOf(step, id);
        if (change !== undefined) yield change;
      }
    }
  }
  await progress.update({ phase: 'rebuilding' });
}

async function rebuild(parts: RestoreParts): Promise<void> {
  const shared = await rebuildUniques(await hold(parts));
  await parts.progress.update({ phase: 'opening', shared });
}

/** Tells it in the audit log while nobody else can write, then opens the next gate. */
async function open(parts: RestoreParts): Promise<void> {
  const { progress, partition } = parts;
  const { gates, reason } = progress.state;
  if (gates === null) throw new RangeError('a restore is open that never closed anything');
  const end = reason === null ? ({ phase: 'done' } as const) : ({ phase: 'failed', reason } as const);
  if ((await partition.gate())?.name !== gates.to) {
    await tellFinished(parts, await hold(parts), end);
    await openGate(gateParts(parts), gates.to);
  }
  await progress.update({ ...end, finishedAt: instant(parts.clock.now()) });
}

/**
 * Lets go of what was kept for the restore, and of a state before that came to nothing. Done at each look at a restore that
 * is over, so that no kill leaves it undone.
 */
export async function release({
  progress,
  list,
  blobs,
  clock,
}: Pick<RestoreParts, 'progress' | 'list' | 'blobs' | 'clock'>): Promise<void> {
  const { id } = progress.state;
  await list.change(({ value }) => {
    const free = value.generations
      .filter(({ purpose, good }) => purpose !== 'before-restore' || good !== null)
      .map((each) => (each.pinnedBy === id ? { ...each, pinnedBy: null } : each));
    const held = value.generations.some(({ pinnedBy }) => pinnedBy === id);
    if (!held && free.length === value.generations.length) return undefined;
    return { value: { ...value, generations: kept(free, clock.now()) } };
  });
  await tidyBlobs(list, blobs);
}

type End = { readonly phase: 'done' } | { readonly phase: 'failed'; readonly reason: FailureReason };

async function finish(
  parts: RestoreParts,
  tenant: TenantHandle,
  end: End & Pick<Partial<Restore>, 'differences'>,
): Promise<void> {
  await tellFinished(parts, tenant, end);
  await parts.progress.update({ ...end, finishedAt: instant(parts.clock.now()) });
}

/** The event's id derives from the restore: told again it is met, not doubled. */
async function tellFinished({ progress, clock, run }: RestoreParts, tenant: TenantHandle, end: End): Promise<void> {
  const { id, generation, dryRun } = progress.state;
  const how = dryRun ? 'dry-run' : 'restore';
  try {
    await tenant.commit(
      [],
      [
        {
          id: tenant.derivedId(FINISHED, id),
          at: instant(clock.now()),
          action: 'restore-finished',
          ...{ actor: null, session: null, address: null, agent: null },
          ...{ targetKind: 'generation', targets: [generation, id], facility: null },
          ...{ result: end.phase, reason: end.phase === 'failed' ? end.reason : how, version: null, trace: run },
        },
      ],
    );
  } catch (error) {
    if (!isStoreError(error, 'conflict')) throw error;
  }
}

function hold(parts: RestoreParts): Promise<TenantHandle> {
  const { gates } = parts.progress.state;
  if (gates === null) throw new RangeError('a restore closes a gate that it does not know');
  return holdGate(gateParts(parts), gates.from);
}

function gateParts({ progress, partition, handles, run }: RestoreParts) {
  return { tenantId: progress.tenantId, restore: progress.state.id, partition, handles, run };
}
