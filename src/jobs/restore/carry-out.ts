import { differences, RESTORED, stepsTo } from '../../domain/backups/compare.ts';
import { changeOf } from '../../domain/backups/restore-changes.ts';
import { gateAfter } from '../../domain/backups/restore-state.ts';
import type { Change, TenantHandle } from '../../domain/tenant-handle.ts';
import { epochMs, instant, MINUTE, SECOND } from '../../model/instant.ts';
import { takeGeneration } from '../generations/take-generation.ts';
import { tidyBlobs } from '../generations/tidy-blobs.ts';
import { commitPortions } from './commit-portions.ts';
import { finish, release, tellFinished } from './end-restore.ts';
import { rebuildUniques } from './rebuild-uniques.ts';
import { holdGate, openGate } from './restore-gate.ts';
import type { RestoreParts } from './restore-parts.ts';
import { checkSource, RestoreFailed, sourceManifest } from './source-generation.ts';

/** Until no instance remembers the old gate. Source: how long `TenantHandles` relies on what it read. */
const FORGOTTEN_AFTER = 30 * SECOND;
/** How long it is tried to compare, or to keep the state before: the tenant is not kept closed any longer for that. */
const GIVE_UP_AFTER = 30 * MINUTE;

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
    if (tooLong) throw new RestoreFailed('gave-up');
    const manifest = await checkSource(parts, tenant);
    if (state.dryRun) {
      const compared = await differences(manifest, { tenant, blobs: parts.blobs, clock });
      await finish(parts, tenant, { phase: 'done', differences: compared });
    } else {
      await progress.update({ phase: 'closing', gates: { from: tenant.gate, to: gateAfter(tenant.gate) } });
    }
  } catch (error) {
    if (!(error instanceof RestoreFailed)) throw error;
    telemetry.alert('restore-failed', { tenant: tenantId, restore: state.id, reason: error.reason });
    if (error.cause !== undefined) telemetry.error(error.cause, { tenant: tenantId });
    await finish(parts, tenant, { phase: 'failed', reason: error.reason });
  }
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
    { ...parts, tenant, background: false },
    { purpose: 'before-restore', asked: () => true, done: ({ value, dueAt }) => ({ value, dueAt }) },
  );
  if (taken.outcome !== 'good') throw new Error(`the state before the restore was not kept: ${taken.outcome}`);
  await tidyBlobs(list, blobs);
  const reading = { tenant, blobs, clock };
  const compared = await differences(await sourceManifest(parts, reading), reading);
  await progress.update({ phase: 'writing', before: taken.id, differences: compared });
}

async function write(parts: RestoreParts): Promise<void> {
  const { progress, blobs, clock } = parts;
  const tenant = await hold(parts);
  const reading = { tenant, blobs, clock };
  const manifest = await sourceManifest(parts, reading);
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

function hold(parts: RestoreParts): Promise<TenantHandle> {
  const { gates } = parts.progress.state;
  if (gates === null) throw new RangeError('a restore closes a gate that it does not know');
  return holdGate(gateParts(parts), gates.from);
}

function gateParts({ progress, partition, handles, run }: RestoreParts) {
  return { tenantId: progress.tenantId, restore: progress.state.id, partition, handles, run };
}
