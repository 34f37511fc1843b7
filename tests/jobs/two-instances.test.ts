import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { VERSIONS } from '../../src/domain/collections/record-writes.ts';
import { newId } from '../../src/domain/ids.ts';
import { SIGNING_SECRET, SigningKeys } from '../../src/domain/sign-in/signing-keys.ts';
import { TenantHandles } from '../../src/domain/tenant-handles.ts';
import { deleteChild } from '../../src/endpoints/records/record-endpoints.ts';
import { finishDeletions } from '../../src/jobs/finish-deletions.ts';
import { type Job, type JobPorts, runJob } from '../../src/jobs/job.ts';
import { JOBS } from '../../src/jobs/job-table.ts';
import { keepKeys } from '../../src/jobs/keep-keys.ts';
import { verifyLogs } from '../../src/jobs/verify-logs.ts';
import { CLOCK_ID, watchClock } from '../../src/jobs/watch-clock.ts';
import { MINUTE } from '../../src/model/instant.ts';
import { anEvent } from '../domain/event.ts';
import { nursery } from '../endpoints/records/nursery.ts';
import { ask } from '../support/ask.ts';
import { RecordingTelemetry } from '../support/recording-telemetry.ts';
import { FrozenProcess } from './call-watches.ts';
import { keptLogs, watchedLogs } from './log-fixture.ts';
import { service, watched } from './service-fixture.ts';
import { type CallWatch, watchedPort } from './watched.ts';

const HERE = 'two-instances.test.ts';

/** Where it is proven that of two instances, one of which is frozen past its lease and woken later, the end is the same. */
const PROVEN: Readonly<Record<string, readonly [file: string, name: string]>> = {
  'provision-tenants': [
    'provision-tenants.test.ts',
    'an instance frozen before any call, while another does all the work',
  ],
  'erase-ended-tenants': [
    'erasure-killed.test.ts',
    'an instance frozen past its lease, and woken while another does the work',
  ],
  'keep-keys': [HERE, 'keep-keys: a key signs'],
  'serve-requests': [
    'restore-faults.test.ts',
    'a run that is frozen at any call, while another one does the whole work',
  ],
  'finish-deletions': [HERE, 'finish-deletions: what hung on the child is gone'],
  'run-backups': ['run-backups.test.ts', 'a run that is frozen at any call, while another one does the whole work'],
  'keep-logs': ['logs-killed.test.ts', 'an instance frozen before any call, while others do all the work'],
  'verify-logs': [HERE, 'verify-logs: the whole log is verified'],
  'watch-clock': [HERE, 'watch-clock: what the second instance measured'],
};

test.each(JOBS.map(({ name }) => name))('%s has its proof with two instances', (job) => {
  const [file, name] = PROVEN[job] ?? ['', ''];
  expect(file).not.toBe('');
  const text = readFileSync(new URL(file, import.meta.url), 'utf8');
  expect(["'", '`'].some((quote) => text.includes(quote + name))).toBe(true);
});

test('no job is named here that the clock does not start', () => {
  expect(Object.keys(PROVEN)).toEqual(JOBS.map(({ name }) => name));
});

interface Scene<Context extends JobPorts> {
  readonly job: Job<Context>;
  readonly instance: (watch: CallWatch) => Context;
  readonly clock: { advance(ms: number): Promise<void> };
  /** What must be the same in the end. */
  readonly expectEnd: () => Promise<void>;
}

/**
 * Freezes one instance before each of its calls in turn, until its lease has run out; and wakes it before each call of a second
 * one in turn, or before one of so many, and after its last. Returns at how many pairs of calls.
 */
async function everyPair<Context extends JobPorts>(scene: () => Promise<Scene<Context>>, oneOf = 1): Promise<number> {
  let pairs = 0;
  for (let first = 0, over = false; !over; first += 1) {
    for (let second = first % oneOf, ended = false; !ended && !over; second += oneOf) {
      const { job, instance, clock, expectEnd } = await scene();
      const one = new FrozenProcess(first);
      const old = runJob(job, instance(one));
      await Promise.race([one.frozen, old]);
      over = !one.isFrozen;
      await clock.advance(job.leaseFor + MINUTE);
      const other = new FrozenProcess(second);
      const work = runJob(job, instance(other));
      await Promise.race([other.frozen, work]);
      ended = !other.isFrozen;
      one.wake();
      await old;
      other.wake();
      await work;
      await clock.advance(job.leaseFor + MINUTE);
      expect(await runJob(job, instance(new FrozenProcess(-1)))).toMatchObject({ outcome: 'done' });
      await expectEnd();
      if (!ended && !over) pairs += 1;
    }
  }
  console.info(`two instances at ${pairs} pairs of calls`);
  return pairs;
}

/** Every pair of the jobs with more calls in the long run only: `LONG_RUN=1 npx vitest run tests/jobs/two-instances.test.ts`. */
const ONE_OF = process.env['LONG_RUN'] === undefined ? 5 : 1;

/** Errors in tenants' work. That two instances wrote one heartbeat at the same time is told too, and harms nothing. */
function aboutTenants({ records }: RecordingTelemetry): readonly unknown[] {
  return records.filter((record) => record.type === 'error' && record.properties['tenant'] !== undefined);
}

describe('one instance frozen past its lease at any call, and woken at every call of another', () => {
  test('keep-keys: a key signs, and every version that was made is accepted', async () => {
    const pairs = await everyPair(async () => {
      const on = await service();
      const made: string[] = [];
      const serviceKeys = {
        get: (name: string, version?: string) => on.context.serviceKeys.get(name, version),
        set: async (name: string, value: string) => {
          const key = await on.context.serviceKeys.set(name, value);
          made.push(key.version);
          return key;
        },
      };
      return {
        job: keepKeys,
        clock: on.clock,
        instance: (watch) => watched({ ...on.context, serviceKeys }, watch),
        async expectEnd() {
          const keys = new SigningKeys(on.context.serviceKeys, on.clock);
          expect(made).toContain((await keys.signing()).version);
          for (const version of made) expect(await keys.accepted(version)).toBeDefined();
          expect(made).toContain((await on.context.serviceKeys.get(SIGNING_SECRET))?.version);
        },
      };
    });
    expect(pairs).toBeGreaterThan(30);
  });

  test('finish-deletions: what hung on the child is gone, told once, and nobody asks any more', async () => {
    const pairs = await everyPair(async () => {
      const here = await nursery();
      const garden = await here.facility();
      const child = await here.child(garden.id);
      for (const at of [1, 2, 3]) {
        const record = { kind: VERSIONS, id: `child:${child.id}:${at}`, body: { notes: '前の内容' } };
        await here.handle.commit([{ type: 'create', record }], [anEvent({ id: newId(here.clock.now()) })]);
      }
      await ask(deleteChild, await here.me(), { params: { id: child.id }, ifMatch: child.etag }, here.services);
      const telemetry = new RecordingTelemetry();
      return {
        job: finishDeletions,
        clock: here.clock,
        instance: (watch) => {
          const partitions = { of: (id: string) => watchedPort(here.partitions.of(id), 'partition', watch) };
          const { contracts, keys, clock } = here;
          const handles = new TenantHandles({ partitions, contracts, keys, clock });
          const control = {
            requests: watchedPort(here.requests, 'requests', watch),
            tenantState: watchedPort(here.control.container('tenant-state'), 'tenant-state', watch),
          };
          return { clock, telemetry, control, handles };
        },
        async expectEnd() {
          const left = await here.partitions.of('sakura').list({ kind: VERSIONS.name, parts: 'none', limit: 10 });
          expect(left).toEqual([]);
          expect(await here.requests.ofPartition('sakura')).toEqual([]);
          expect(await here.events('record-remains-deleted')).toHaveLength(1);
          expect(aboutTenants(telemetry)).toEqual([]);
        },
      };
    }, ONE_OF);
    expect(pairs).toBeGreaterThan(20);
  });

  test('verify-logs: the whole log is verified, and no alarm is false', async () => {
    const pairs = await everyPair(async () => {
      const here = await keptLogs();
      await here.keep();
      await here.log();
      await here.hourly();
      await here.log();
      await here.hourly();
      return {
        job: verifyLogs,
        clock: here.clock,
        instance: (watch) => watchedLogs(here.context, watch),
        async expectEnd() {
          expect(await here.check()).toMatchObject({ running: null, last: { digests: 2, events: 2, found: 0 } });
          expect(here.alerts()).toEqual([]);
          expect(aboutTenants(here.telemetry)).toEqual([]);
        },
      };
    }, ONE_OF);
    expect(pairs).toBeGreaterThan(40);
  });

  test('watch-clock: what the second instance measured stands, and no alarm is false', async () => {
    const pairs = await everyPair(async () => {
      const on = await service();
      return {
        job: watchClock,
        clock: on.clock,
        instance: (watch) => watched(on.context, watch),
        async expectEnd() {
          const stored = await on.tenantState.get('$service', CLOCK_ID);
          expect(stored?.value).toMatchObject({ offsetMs: 0 });
          expect(on.telemetry.names('alert')).toEqual([]);
        },
      };
    });
    expect(pairs).toBeGreaterThan(10);
  });
});
