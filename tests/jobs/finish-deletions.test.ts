import { expect, test } from 'vitest';
import { VERSIONS } from '../../src/domain/collections/record-writes.ts';
import { changeChild, deleteChild } from '../../src/endpoints/records/record-endpoints.ts';
import { finishDeletions } from '../../src/jobs/finish-deletions.ts';
import { runJob } from '../../src/jobs/job.ts';
import { type Nursery, nursery, type Shown } from '../endpoints/records/nursery.ts';
import { ask } from '../support/ask.ts';
import { Killed } from '../support/counting-partition.ts';
import { RecordingTelemetry } from '../support/recording-telemetry.ts';

/** A child that was changed this many times: so many versions hang on it. */
async function changedChild(here: Nursery, facility: string, times: number): Promise<Pick<Shown, 'id' | 'etag'>> {
  const { id, etag } = await here.child(facility);
  let standing = etag;
  for (let at = 0; at < times; at += 1) {
    const edit = { params: { id }, body: { notes: `${at}` }, ifMatch: standing };
    standing = (await ask(changeChild, await here.me(), edit)).etag ?? '';
  }
  return { id, etag: standing };
}

async function remove(here: Nursery, { id, etag }: Pick<Shown, 'id' | 'etag'>): Promise<void> {
  await ask(deleteChild, await here.me(), { params: { id }, ifMatch: etag }, here.services);
}

function run(here: Nursery) {
  const control = { requests: here.requests, tenantState: here.control.container('tenant-state') };
  return runJob(finishDeletions, {
    clock: here.clock,
    telemetry: new RecordingTelemetry(),
    control,
    handles: here.handles,
  });
}

async function versions(here: Nursery) {
  return here.partitions.of('sakura').list({ kind: VERSIONS.name, parts: 'none', limit: 2000 });
}

const open = async (here: Nursery) => (await here.requests.ofPartition('sakura')).length;

test('what hangs on a deleted child goes, in portions, and one event tells of it and of the run', async () => {
  const here = await nursery();
  const garden = await here.facility();
  const older = await changedChild(here, garden.id, 2);
  await here.clock.advance(1);
  const child = await changedChild(here, garden.id, 60);
  await here.clock.advance(1);
  const younger = await changedChild(here, garden.id, 2);
  await remove(here, child);
  here.counted.reset();
  expect(await run(here)).toMatchObject({ outcome: 'done', done: 1 });
  const left = await versions(here);
  const owners = [older.id, older.id, younger.id, younger.id];
  expect(left.map(({ id }) => id.split(':')[1])).toEqual(owners);
  expect([here.counted.commits, await open(here)]).toEqual([3, 0]);
  const events = await here.events('record-remains-deleted');
  expect(events.map(({ clear }) => clear)).toMatchObject([{ targets: [child.id], facility: garden.id, actor: null }]);
  expect(String(events[0]?.clear?.['trace'])).toMatch(/^[0-9a-f-]{36}$/);
});

test('a child on which nothing hangs needs no write at all', async () => {
  const here = await nursery();
  const garden = await here.facility();
  await remove(here, await here.child(garden.id));
  here.counted.reset();
  await run(here);
  expect([here.counted.commits, await open(here)]).toEqual([0, 0]);
});

test('a request whose deletion never happened waits ten minutes for it, then is dropped, and nothing is removed', async () => {
  const here = await nursery();
  const garden = await here.facility();
  const child = await changedChild(here, garden.id, 2);
  const caller = await here.me();
  here.counted.dieAfter(1);
  const attempt = ask(deleteChild, caller, { params: { id: child.id }, ifMatch: child.etag }, here.services);
  await expect(attempt).rejects.toThrow(Killed);
  here.counted.dieAfter(undefined);
  await run(here);
  expect(await open(here)).toBe(1);
  await here.clock.advance(10 * 60_000 + 1);
  await run(here);
  expect([await open(here), (await versions(here)).length]).toEqual([0, 2]);

  // Tried again later, the deletion has a request of its own and is finished by it.
  await remove(here, child);
  await run(here);
  expect([await open(here), (await versions(here)).length]).toEqual([0, 0]);
});

test('an attempt that failed never takes the request of the one that succeeded away', async () => {
  const here = await nursery();
  const garden = await here.facility();
  const child = await changedChild(here, garden.id, 1);
  const caller = await here.me();
  here.counted.dieAfter(1);
  const attempt = ask(deleteChild, caller, { params: { id: child.id }, ifMatch: child.etag }, here.services);
  await expect(attempt).rejects.toThrow(Killed);
  here.counted.dieAfter(undefined);
  await here.clock.advance(10 * 60_000 + 1);
  await remove(here, child);
  expect(await open(here)).toBe(2);
  await run(here);
  expect([await open(here), (await versions(here)).length]).toEqual([0, 0]);
});

test('killed at any call to the store, and again in the next run, the job comes to the same end', async () => {
  const measured = await nursery();
  await remove(measured, await changedChild(measured, (await measured.facility()).id, 60));
  measured.counted.reset();
  await run(measured);
  const calls = measured.counted.reads + measured.counted.commits;
  expect(calls).toBeGreaterThan(5);

  for (let at = 0; at < calls; at += 1) {
    const here = await nursery();
    const child = await changedChild(here, (await here.facility()).id, 60);
    await remove(here, child);
    for (const died of [at, 1]) {
      here.counted.dieAfter(died);
      expect((await run(here)).outcome, `killed after ${died} calls`).toBe('failed');
      here.counted.dieAfter(undefined);
    }
    expect((await run(here)).outcome).toBe('done');
    expect([await open(here), (await versions(here)).length], `killed after ${at} calls`).toEqual([0, 0]);
    expect((await here.events('record-remains-deleted')).length).toBe(1);
  }
});

test('killed before the request is dropped, the next run drops it without another event', async () => {
  const here = await nursery();
  const child = await changedChild(here, (await here.facility()).id, 2);
  await remove(here, child);
  const control = {
    requests: {
      ...here.requests,
      remove: async () => {
        throw new Killed();
      },
    },
    tenantState: here.control.container('tenant-state'),
  };
  const telemetry = new RecordingTelemetry();
  await runJob(finishDeletions, { clock: here.clock, telemetry, control, handles: here.handles });
  expect([await open(here), (await versions(here)).length]).toEqual([1, 0]);
  await run(here);
  expect([await open(here), (await here.events('record-remains-deleted')).length]).toEqual([0, 1]);
});

test('requests of another kind are left to their job', async () => {
  const here = await nursery();
  await here.requests.create({ partition: 'sakura', id: 'restore:x', value: { kind: 'x' }, dueAt: null });
  expect(await run(here)).toMatchObject({ outcome: 'done', done: 0 });
  expect(await open(here)).toBe(1);
});
