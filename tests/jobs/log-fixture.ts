import { chmodSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readEntry } from '../../src/domain/audit/digest.ts';
import { type AuditEvent, EVENT_KIND, eventItem } from '../../src/domain/audit/events.ts';
import { CHECK_ID, LOGS_ID, type LogCheck, type LogState, NEVER_CHECKED } from '../../src/domain/audit/log-state.ts';
import { claimed, provisioned, stateItem } from '../../src/domain/contracts/tenant-state.ts';
import { newId } from '../../src/domain/ids.ts';
import { tenantSecretName } from '../../src/domain/tenant-keys.ts';
import { runJob } from '../../src/jobs/job.ts';
import { type KeepLogsContext, keepLogs } from '../../src/jobs/keep-logs.ts';
import { verifyLogs } from '../../src/jobs/verify-logs.ts';
import { HOUR, instant, MINUTE } from '../../src/model/instant.ts';
import type { ControlContainer } from '../../src/ports/control-store.ts';
import { anEvent } from '../domain/event.ts';
import { service } from './service-fixture.ts';
import { type CallWatch, watchedArchive, watchedPort } from './watched.ts';

export const TENANT = 'sakura';

/** The service with one tenant whose gate stands, an archive in files, and nothing logged yet. */
export async function keptLogs() {
  const on = await service();
  const { clock, context } = on;
  const { partitions, archives } = context;
  await on.put(TENANT, null);
  const partition = partitions.of(TENANT);
  // By hand: what provisions a tenant tells of it, and here nothing is logged yet.
  const { version } = await on.tenantKeys.set(tenantSecretName(TENANT), Buffer.alloc(32, 7).toString('base64'));
  await partition.openGate({ name: 'gate:1', content: { dataKey: version, lookupKey: version } });
  await on.tenantState.create(stateItem(TENANT, provisioned(claimed('test', null), version, clock.now())));
  const archive = archives.of(TENANT);
  const logs = on.tenantState as ControlContainer<LogState>;
  const checks = on.tenantState as ControlContainer<LogCheck>;

  const entries = async () => {
    const found: { name: string; writtenAt: number }[] = [];
    for await (const entry of archive.list()) found.push(entry);
    return found;
  };
  const keep = (using: KeepLogsContext = context) => runJob(keepLogs, using);
  return {
    ...on,
    partition,
    archive,
    /** Commits an event of now, or as told. */
    log: async (rest: Partial<AuditEvent> = {}): Promise<string> => {
      const event = anEvent({ id: newId(clock.now()), at: instant(clock.now()), ...rest });
      await partition.commit('gate:1', [{ type: 'create', item: eventItem(event) }]);
      return event.id;
    },
    keep,
    /** An hour passes, then the job runs. */
    hourly: async (using: KeepLogsContext = context) => {
      await clock.advance(HOUR);
      return keep(using);
    },
    state: async () => (await logs.get(TENANT, LOGS_ID))?.value,
    stateItem: () => logs.get(TENANT, LOGS_ID),
    entries,
    digests: async () => {
      const found = [];
      for (const { name } of await entries()) found.push(readEntry((await archive.read(name)) ?? new Uint8Array()));
      return found;
    },
    /** Ids of the partition's events, oldest commit first. */
    events: async () => {
      const items = await partition.committed({ kind: EVENT_KIND, from: 0, limit: 500 });
      return items.map(({ id }) => id);
    },
    check: async () => (await checks.get(TENANT, CHECK_ID))?.value,
    /** Verifies the whole log from the beginning, in as many runs as that takes. */
    verify: async (using: KeepLogsContext = context) => {
      const standing = await checks.get(TENANT, CHECK_ID);
      const item = { partition: TENANT, id: CHECK_ID, value: NEVER_CHECKED, dueAt: clock.now() };
      await (standing === undefined ? checks.create(item) : checks.replace(item, standing.etag));
      for (;;) {
        const report = await runJob(verifyLogs, using);
        if (report.outcome !== 'done') throw new Error(`the verification ended as ${report.outcome}`);
        const { last } = (await checks.get(TENANT, CHECK_ID))?.value ?? {};
        if (last) return last;
      }
    },
    alerts: () => on.telemetry.names('alert'),
  };
}

export type KeptLogs = Awaited<ReturnType<typeof keptLogs>>;

/** The same context, with every call of a store or archive watched; an archive's list counts as one call. */
export function watchedLogs(context: KeepLogsContext, watch: CallWatch): KeepLogsContext {
  const { control, partitions, archives, tenantKeys } = context;
  return {
    ...context,
    control: { ...control, tenantState: watchedPort(control.tenantState, 'tenant-state', watch) },
    partitions: { of: (tenantId) => watchedPort(partitions.of(tenantId), 'partition', watch) },
    archives: { of: (tenantId) => watchedArchive(archives.of(tenantId), watch) },
    tenantKeys: watchedPort(tenantKeys, 'tenant-keys', watch),
  };
}

/** The hand of somebody who owns the disk. */
export function handOnFiles({ folder }: Pick<KeptLogs, 'folder'>) {
  const place = join(folder, 'log-archive', TENANT);
  const fileOf = (name: string) => join(place, `${name}.json`);
  return {
    names: () =>
      readdirSync(place)
        .sort()
        .map((file) => file.slice(0, -'.json'.length)),
    read: (name: string) => readFileSync(fileOf(name)),
    remove: (name: string) => rmSync(fileOf(name)),
    /** Writes over what stands there, or anew. */
    write: (name: string, bytes: Uint8Array, writtenAt: number) => {
      rmSync(fileOf(name), { force: true });
      writeFileSync(fileOf(name), bytes);
      chmodSync(fileOf(name), 0o400);
      utimesSync(fileOf(name), writtenAt / 1000, writtenAt / 1000);
    },
  };
}

/** So many minutes until what was committed before is settled. */
export const SETTLED = 6 * MINUTE;
