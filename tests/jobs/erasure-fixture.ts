import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { entryHash, readEntry } from '../../src/domain/audit/digest.ts';
import { EVENT_KIND } from '../../src/domain/audit/events.ts';
import { verifyExport } from '../../src/domain/audit/export-verification.ts';
import { LOGS_ID, type LogState } from '../../src/domain/audit/log-state.ts';
import { newId } from '../../src/domain/ids.ts';
import { tenantSecretName } from '../../src/domain/tenant-keys.ts';
import { eraseEndedTenants } from '../../src/jobs/erase-ended-tenants.ts';
import type { EraseContext } from '../../src/jobs/erasure/erase-context.ts';
import { runJob } from '../../src/jobs/job.ts';
import { JobRun } from '../../src/jobs/job-run.ts';
import { keepLogs } from '../../src/jobs/keep-logs.ts';
import { provisionTenants } from '../../src/jobs/provision-tenants.ts';
import { runBackups } from '../../src/jobs/run-backups.ts';
import { instant, MINUTE, SECOND } from '../../src/model/instant.ts';
import type { ControlContainer } from '../../src/ports/control-store.ts';
import { anEvent } from '../domain/event.ts';
import { copyStores } from '../support/stores.ts';
import { backupService, smallTenant } from './backup-fixture.ts';
import { type CallWatch, watchedArchive, watchedBlobs, watchedPort } from './watched.ts';

export const TENANT = 'sakura';
/** A tenant that lives: nothing of it may ever change. */
export const NEIGHBOUR = 'momo';
/** When the tenant's contract ends, in the prepared service. */
export const END = Date.parse('2026-11-30T15:00:00.000Z');

/** The stores with blobs and a log archive, and processes of the erasing job over them. */
export async function erasureService(folder: string = quickFolder()) {
  const on = await backupService(folder);
  const { clock, telemetry, context, tenantKeys, blobs } = on;
  const { archives, partitions } = context;
  const { contracts, requests, tenantState } = context.control;
  const calm = { ...context, blobs };

  /** The same context with every call of a store, vault, archive or blob store watched. */
  function eraser(watch: CallWatch): EraseContext {
    const { now } = watchedPort({ now: calm.control.now }, 'control', watch);
    return {
      ...calm,
      control: {
        contracts: watchedPort(contracts, 'contracts', watch),
        requests: watchedPort(requests, 'requests', watch),
        tenantState: watchedPort(tenantState, 'tenant-state', watch),
        now,
      },
      partitions: { of: (tenantId) => watchedPort(partitions.of(tenantId), 'partition', watch) },
      tenantKeys: { ...watchedVault(watch), names: () => tenantKeys.names() },
      blobs: { ...blobs, of: (tenantId) => watchedBlobs(blobs.of(tenantId), watch) },
      archives: { of: (tenantId) => watchedArchive(archives.of(tenantId), watch) },
    };
  }

  function watchedVault(watch: CallWatch) {
    const vault = watchedPort(tenantKeys, 'tenant-keys', watch);
    return {
      delete: (name: string) => vault.delete(name),
      purge: (name: string) => vault.purge(name),
      state: (name: string) => vault.state(name),
    };
  }

  const logs = tenantState as ControlContainer<LogState>;
  return {
    ...on,
    archives,
    calm,
    eraser,
    partition: (tenantId = TENANT) => partitions.of(tenantId),
    /** Time passes, then the job runs, without its lease: nothing relies on that. */
    tick: async (using: EraseContext = calm) => {
      await clock.advance(35 * SECOND);
      const run = new JobRun(eraseEndedTenants.name, newId(clock.now()), telemetry);
      await run.attempt(() => eraseEndedTenants.run(using, run));
      return run;
    },
    /** Runs what mirrors contracts until the mirror knows all. */
    mirror: async () => {
      for (let at = 0; at < 2; at += 1) {
        await clock.advance(90 * SECOND);
        await runJob(provisionTenants, context);
      }
    },
    keyState: (tenantId = TENANT) => tenantKeys.state(tenantSecretName(tenantId)),
    alerts: () => telemetry.names('alert'),
    forgetTelemetry: () => telemetry.records.splice(0),
    /** The archive of a tenant's events: what it tells in order, and what is wrong with it. */
    archived: async (tenantId = TENANT) => {
      const lines: Uint8Array[] = [];
      const archive = archives.of(tenantId);
      for await (const { name } of archive.list()) lines.push((await archive.read(name)) ?? new Uint8Array());
      const { findings } = await verifyExport(lines);
      const head = (await logs.get(tenantId, LOGS_ID))?.value.head;
      const newest = lines.at(-1);
      if (newest !== undefined && head?.hash !== entryHash(newest)) throw new Error('the head is not the newest entry');
      return { findings, events: lines.flatMap((line) => readEntry(line)?.events ?? []) };
    },
    /** Ids of the events that stand in a tenant's partition. */
    eventIds: async (tenantId = TENANT) => {
      const items = await partitions.of(tenantId).committed({ kind: EVENT_KIND, from: 0, limit: 500 });
      return items.map(({ id }) => id);
    },
  };
}

export type ErasureService = Awaited<ReturnType<typeof erasureService>>;

/**
 * A tenant with records, a good generation, events in the archive and events that are not, and a request; its end is known for
 * days and comes in a minute, unless it is another time. Beside it a tenant that lives.
 */
export async function endingTenant({ now = END - MINUTE } = {}): Promise<ErasureService> {
  const on = await erasureService();
  await smallTenant(on, TENANT);
  await smallTenant(on, NEIGHBOUR);
  await runJob(runBackups, on.process());
  await on.put(TENANT, '2026-11-30');
  await on.mirror();
  await on.night();
  await on.clock.advance(MINUTE);
  await runJob(keepLogs, on.calm);
  on.clock.set(Math.min(now, END - MINUTE));
  await (await on.tenant()).commit([], [anEvent({ id: newId(on.clock.now()), at: instant(on.clock.now()) })]);
  on.clock.set(now);
  const asked = { id: 'r1', kind: 'child', recordId: 'c1', askedAt: '2026-11-30T14:59:00.000Z' };
  await on.context.control.requests.create({ partition: TENANT, id: 'deletion:c1', value: asked, dueAt: null });
  on.forgetTelemetry();
  return on;
}

/**
 * A new empty folder, in memory where the system has such a place: thousands of erasures are played here, which prove an order
 * of steps and not that a disk keeps them.
 */
function quickFolder(): string {
  const memory = '/dev/shm';
  const path = mkdtempSync(join(existsSync(memory) ? memory : tmpdir(), 'leyserkids-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** The same service as it stands now, in a folder of its own: so that each fault finds the same past. */
export async function copyOf(on: ErasureService): Promise<ErasureService> {
  const folder = quickFolder();
  await copyStores(on.folder, folder);
  const copy = await erasureService(folder);
  copy.clock.set(on.clock.now());
  return copy;
}
