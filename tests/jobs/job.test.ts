import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Heartbeat, heartbeatId, SERVICE_PARTITION } from '../../src/domain/heartbeat.ts';
import { type Job, type JobPorts, nextStarts, runJob } from '../../src/jobs/job.ts';
import { JOBS } from '../../src/jobs/job-table.ts';
import { HOUR, MINUTE, SECOND } from '../../src/model/instant.ts';
import type { ControlContainer } from '../../src/ports/control-store.ts';
import { StoreError } from '../../src/ports/store-error.ts';
import { type Service, service } from './service-fixture.ts';

function job(run: Job<JobPorts>['run']): Job<JobPorts> {
  return { name: 'sweep-floors', schedule: '0 */5 * * * *', role: 'jobs', leaseFor: MINUTE, run };
}

async function heartbeat(on: Service): Promise<Heartbeat | undefined> {
  return (await on.control.container<Heartbeat>('tenant-state').get(SERVICE_PARTITION, heartbeatId('sweep-floors')))
    ?.value;
}

const idle = job(async () => {});

describe('the frame of a job', () => {
  test('leaves a heartbeat that says when it ran, how it went, and by when the next is expected', async () => {
    const on = await service();
    const report = await runJob(
      job(async ({ clock }, run) => {
        await run.each(
          ['a', 'b', 'c'],
          2,
          (tenant) => tenant,
          async () => {},
        );
        run.late('c');
        run.late('c');
        on.clock.set(clock.now() + 2 * SECOND);
      }),
      on.context,
    );
    expect(report).toEqual({ outcome: 'done', done: 3, failed: 0, overdue: 1 });
    expect(await heartbeat(on)).toEqual({
      startedAt: '2026-11-24T03:00:00.000Z',
      finishedAt: '2026-11-24T03:00:02.000Z',
      outcome: 'done',
      done: 3,
      failed: 0,
      overdue: 1,
      // The run after the next starts at 03:10; a lease and a minute later it is late.
      nextBy: '2026-11-24T03:12:00.000Z',
    });
    expect(on.telemetry.names('event')).toEqual(['job-done', 'job-overdue']);
  });

  test('an error of the whole run is reported, makes it failed, and the next run starts at once', async () => {
    const on = await service();
    const trouble = new Error('the floor is wet');
    const report = await runJob(
      job(() => Promise.reject(trouble)),
      on.context,
    );
    expect(report).toEqual({ outcome: 'failed', done: 0, failed: 1, overdue: 0 });
    expect(on.errors()).toEqual([trouble]);
    expect(on.telemetry.names('event')).toEqual(['job-failed']);
    expect(await heartbeat(on)).toMatchObject({ outcome: 'failed', failed: 1 });
    expect((await runJob(idle, on.context)).outcome).toBe('done');
  });

  test("an error in one tenant's work does not stop the others, is told with the tenant's name and is given back", async () => {
    const on = await service();
    const served: string[] = [];
    let failed: readonly string[] = [];
    const report = await runJob(
      job(async (_context, run) => {
        failed = await run.each(
          ['a', 'b', 'c', 'd'],
          2,
          (tenant) => tenant,
          async (tenant) => {
            if (tenant === 'b') throw new Error('wet');
            served.push(tenant);
          },
        );
      }),
      on.context,
    );
    expect(served).toEqual(['a', 'c', 'd']);
    expect(failed).toEqual(['b']);
    expect(report).toMatchObject({ outcome: 'failed', done: 3, failed: 1 });
    expect(on.telemetry.records.find(({ type }) => type === 'error')?.properties).toMatchObject({ tenant: 'b' });
  });

  test('works on as many tenants at a time as it is told, and on no more', async () => {
    const on = await service();
    let now = 0;
    let most = 0;
    await runJob(
      job(async (_context, run) => {
        await run.each(Array.from({ length: 20 }, String), 4, String, async () => {
          now += 1;
          most = Math.max(most, now);
          await Promise.resolve();
          now -= 1;
        });
      }),
      on.context,
    );
    expect(most).toBe(4);
  });

  test('a second run while the first holds the lease is skipped and writes nothing', async () => {
    const on = await service();
    let inside: unknown;
    await runJob(
      job(async () => {
        inside = await runJob(idle, on.context);
        expect(await heartbeat(on)).toBeUndefined();
      }),
      on.context,
    );
    expect(inside).toEqual({ outcome: 'skipped', done: 0, failed: 0, overdue: 0 });
    expect(on.telemetry.names('event')).toEqual(['job-done']);
  });

  test('the lease of a run that was killed runs out, and one from a clock that ran ahead does not count', async () => {
    const on = await service();
    const lease = (until: string) => ({
      partition: SERVICE_PARTITION,
      id: 'lease:sweep-floors',
      value: { holder: 'dead', until },
      dueAt: null,
    });
    const stored = await on.tenantState.create(lease('2026-11-24T03:00:30.000Z'));
    expect((await runJob(idle, on.context)).outcome).toBe('skipped');
    await on.clock.advance(30 * SECOND);
    expect((await runJob(idle, on.context)).outcome).toBe('done');
    const after = await on.tenantState.get(SERVICE_PARTITION, stored.id);
    await on.tenantState.replace(lease('2026-11-25T03:00:00.000Z'), after?.etag ?? '');
    expect((await runJob(idle, on.context)).outcome).toBe('done');
  });

  test('a run that outlives its lease leaves the lease of the one that took over alone', async () => {
    const on = await service();
    let second: Promise<unknown> = Promise.resolve();
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const first = runJob(
      job(async () => {
        await on.clock.advance(2 * MINUTE);
        second = runJob(
          job(() => held),
          on.context,
        );
        // Until the second has its lease and waits.
        while (
          (await on.tenantState.get(SERVICE_PARTITION, 'lease:sweep-floors'))?.value['until'] !==
          '2026-11-24T03:03:00.000Z'
        );
      }),
      on.context,
    );
    expect((await first).outcome).toBe('done');
    expect((await runJob(idle, on.context)).outcome).toBe('skipped');
    release();
    await second;
    expect((await runJob(idle, on.context)).outcome).toBe('done');
  });

  test.each(['the first', 'a later'])(
    'two runs that write %s heartbeat at the same moment are both done: one of them is enough',
    async (which) => {
      const on = await service();
      if (which === 'a later') await runJob(idle, on.context);
      const { tenantState } = on.context.control;
      const rival = { startedAt: '2026-11-24T03:00:00.000Z', outcome: 'done' };
      const overtaken: ControlContainer = new Proxy(tenantState, {
        get(target, property, receiver) {
          const method: unknown = Reflect.get(target, property, receiver);
          if (property !== 'get' || typeof method !== 'function') return method;
          return async (partition: string, id: string) => {
            const read = await target.get(partition, id);
            if (id !== heartbeatId('sweep-floors')) return read;
            const theirs = { partition, id, value: rival, dueAt: null };
            await (read === undefined ? target.create(theirs) : target.replace(theirs, read.etag));
            return read;
          };
        },
      });
      const report = await runJob(idle, { ...on.context, control: { tenantState: overtaken } });
      expect(report).toMatchObject({ outcome: 'done', failed: 0 });
      expect(on.errors()).toEqual([]);
      expect(await heartbeat(on)).toEqual(rival);
    },
  );

  test('a store that does not answer makes the run failed and told, never thrown', async () => {
    const on = await service();
    const down = new StoreError('unavailable', 'the test says so');
    const get = () => Promise.reject(down);
    const context = { ...on.context, control: { tenantState: { ...on.tenantState, get } } };
    expect(await runJob(idle, context)).toMatchObject({ outcome: 'failed' });
    expect(on.errors()).toEqual([down]);
    expect(on.telemetry.names('event')).toEqual(['job-failed']);
  });
});

describe('the table of jobs', () => {
  test('names each job once, in words that heartbeats and alert rules can hold', () => {
    const names = JOBS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
  });

  test.each(JOBS.map(({ name, schedule }) => [name, schedule]))(
    '%s has a schedule of six fields that starts again and again',
    (_name, schedule) => {
      expect(schedule.split(' ')).toHaveLength(6);
      const [first, second] = nextStarts(schedule, 2, Date.parse('2026-11-24T03:00:00Z'));
      expect((second ?? 0) - (first ?? 0)).toBeGreaterThan(0);
      expect((second ?? 0) - (first ?? 0)).toBeLessThanOrEqual(24 * HOUR);
    },
  );

  test.each(JOBS.map(({ name, leaseFor }) => [name, leaseFor]))(
    'the host gives %s the time that its lease counts on, before it ends the process and all that runs beside it',
    (_name, leaseFor) => {
      const host = JSON.parse(readFileSync(new URL('../../host.json', import.meta.url), 'utf8'));
      const [hours = 0, minutes = 0, seconds = 0] = host.functionTimeout.split(':').map(Number);
      expect(hours * HOUR + minutes * MINUTE + seconds * SECOND).toBeGreaterThanOrEqual(leaseFor);
    },
  );
});
