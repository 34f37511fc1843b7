import { expect, test } from 'vitest';
import { TenantHandles } from '../../src/domain/tenant-handles.ts';
import { TenantKeys } from '../../src/domain/tenant-keys.ts';
import { runJob } from '../../src/jobs/job.ts';
import { runBackups } from '../../src/jobs/run-backups.ts';
import type { ServeRequestsContext } from '../../src/jobs/serve-requests.ts';
import type { JobPartitionStore, ListQuery } from '../../src/ports/partition-store.ts';
import { type BackupService, goodIds, untilNight } from './backup-fixture.ts';
import { askFor, changedTenant, serve } from './restore-fixture.ts';

/** A process of the jobs, and every list that it reads with sealed parts. */
function reading(on: BackupService): { readonly context: ServeRequestsContext; readonly lists: ListQuery[] } {
  const lists: ListQuery[] = [];
  const context = on.process();
  const partitions = {
    of: (tenantId: string): JobPartitionStore => {
      const store = on.context.partitions.of(tenantId);
      return new Proxy(store, {
        get(target, property, receiver) {
          const method: unknown = Reflect.get(target, property, receiver);
          if (property !== 'list') return method;
          return (query: ListQuery) => {
            if (query.parts === 'both') lists.push(query);
            return target.list(query);
          };
        },
      });
    },
  };
  const { contracts } = context.control;
  const handles = new TenantHandles({
    partitions,
    contracts,
    keys: new TenantKeys(on.tenantKeys, on.clock),
    clock: on.clock,
  });
  return { context: { ...context, partitions, handles }, lists };
}

test('what the nightly backup reads may wait for the requests of people', async () => {
  const { on } = await changedTenant();
  const { context, lists } = reading(on);
  await on.clock.advance(untilNight(on.clock.now()));
  await runJob(runBackups, context);
  expect(await goodIds(on)).toHaveLength(2);
  expect(lists.length).toBeGreaterThanOrEqual(4);
  expect(lists.filter(({ background }) => !background)).toEqual([]);
});

test('what a restore reads, while the whole tenant waits for it, does not', async () => {
  const { on, generation } = await changedTenant();
  const { context, lists } = reading(on);
  await askFor(on, generation);
  await serve(on, context);
  expect(await goodIds(on)).toHaveLength(2);
  expect(lists.length).toBeGreaterThanOrEqual(8);
  expect(lists.filter(({ background }) => background)).toEqual([]);
});
