import { expect, test } from 'vitest';
import { GenerationStore } from '../../src/jobs/generations/generation-store.ts';
import { tidyBlobs } from '../../src/jobs/generations/tidy-blobs.ts';
import { runJob } from '../../src/jobs/job.ts';
import { runBackups } from '../../src/jobs/run-backups.ts';
import { HOUR, MINUTE } from '../../src/model/instant.ts';
import type { BlobStore } from '../../src/ports/blob-store.ts';
import { leftOut, SAMPLED } from '../support/fault-points.ts';
import {
  type BackupService,
  backupService,
  copyOf,
  faults,
  goodIds,
  smallTenant,
  untilNight,
} from './backup-fixture.ts';
import { CountedCalls, KilledProcess } from './call-watches.ts';
import type { CallWatch } from './watched.ts';

const DAMAGED = { name: 'GenerationDamaged' };

/** Blobs of which the part that a test names comes back changed. */
const flipped =
  (suffix: string) =>
  (blobs: BlobStore): BlobStore => ({
    ...blobs,
    async read(name) {
      const bytes = await blobs.read(name);
      if (bytes === undefined || !name.endsWith(suffix)) return bytes;
      return bytes.map((byte, at) => (at === bytes.length - 20 ? byte ^ 1 : byte));
    },
  });

/** A watch that does something once, just before the n-th call (from 1) of a name. */
function onceBefore(call: string, nth: number, act: () => Promise<unknown>): CallWatch {
  let seen = 0;
  return {
    async before(name) {
      if (name !== call) return;
      seen += 1;
      if (seen === nth) await act();
    },
    after: () => undefined,
  };
}

test('the first generation is taken at 02:00 in Japan of the night that follows, once, and told', async () => {
  const on = await backupService();
  await smallTenant(on);
  await runJob(runBackups, on.process());
  expect([await on.generations(), (await on.backupsItem())?.dueAt]).toEqual([[], Date.parse('2026-11-24T17:00:00Z')]);
  await on.clock.advance(untilNight(on.clock.now()) - 1);
  expect(await runJob(runBackups, on.process())).toMatchObject({ outcome: 'done', done: 0 });
  expect(await on.generations()).toEqual([]);
  await on.clock.advance(1);
  expect(await runJob(runBackups, on.process())).toMatchObject({ outcome: 'done', done: 1, overdue: 0 });
  const [generation, ...others] = await on.generations();
  expect(others).toEqual([]);
  expect(generation).toMatchObject({
    purpose: 'daily',
    gate: 'gate:1',
    startedAt: '2026-11-24T17:00:00.000Z',
    good: { verifiedAt: '2026-11-24T17:00:00.000Z', documents: { version: 2, child: 4, class: 1, facility: 2 } },
  });
  expect((await on.backupsItem())?.dueAt).toBe(Date.parse('2026-11-25T17:00:00Z'));
  expect(await runJob(runBackups, on.process())).toMatchObject({ outcome: 'done', done: 0 });
  expect(await faults(on)).toEqual([]);
  const where = [{ field: 'action', is: 'backup-made' }];
  const events = await (await on.tenant()).timeline({ kind: 'event', where, limit: 10 });
  expect(events.map(({ clear }) => clear)).toMatchObject([{ targets: [generation?.id], reason: 'daily', actor: null }]);
});

test('exactly the seven newest good ones are kept over many nights, of which some fail', async () => {
  const on = await backupService();
  const { write, garden } = await smallTenant(on);
  const taken: string[] = [];
  for (let night = 0; night < 20; night += 1) {
    await write.child(garden, { givenName: `${night}` });
    const before = await goodIds(on);
    if (night % 5 === 3) {
      const failed = await on.night(on.process(undefined, flipped('part-000002')));
      expect(failed).toMatchObject({ outcome: 'failed', failed: 1 });
      expect(await goodIds(on)).toEqual(before);
    } else await on.night();
    for (const id of await goodIds(on)) if (!taken.includes(id)) taken.push(id);
    expect(await goodIds(on)).toEqual(taken.slice(-7));
  }
  expect(taken).toHaveLength(16);
  expect(await goodIds(on)).toHaveLength(7);
  expect(await faults(on)).toEqual([]);
});

test('over a year of nights, some failed, some missed, some cut short, it is always the seven newest good ones', async () => {
  const on = await backupService();
  await on.provision('sakura');
  await runJob(runBackups, on.process());
  const taken: string[] = [];
  for (let night = 0; night < 365; night += 1) {
    // A year that is the same each time: the multiplier spreads the nights over the kinds of trouble.
    const luck = (night * 7919) % 100;
    if (luck < 10) await on.clock.advance(untilNight(on.clock.now()));
    else if (luck < 20) await on.night(on.process(undefined, flipped('manifest')));
    else if (luck < 30) await on.night(on.process(new KilledProcess(luck + (night % 13), 'after')));
    else await on.night();
    const good = await goodIds(on);
    for (const id of good) if (!taken.includes(id)) taken.push(id);
    expect(good).toEqual(taken.slice(-7));
  }
  expect(taken.length).toBeGreaterThan(250);
  await on.night();
  expect([(await goodIds(on)).length, await faults(on)]).toEqual([7, []]);
});

test('a night that failed is tried again through the night, and what failed leaves nothing behind', async () => {
  const on = await backupService();
  await smallTenant(on);
  const broken = on.process(undefined, flipped('manifest'));
  await runJob(runBackups, broken);
  await on.night(broken);
  expect(on.errors()).toMatchObject([DAMAGED]);
  await on.clock.advance(5 * MINUTE);
  expect(await runJob(runBackups, on.process())).toMatchObject({ done: 0 });
  await on.clock.advance(10 * MINUTE);
  expect(await runJob(runBackups, on.process())).toMatchObject({ outcome: 'done', done: 1, overdue: 0 });
  expect([(await goodIds(on)).length, await faults(on), on.telemetry.names('alert')]).toEqual([1, [], []]);
});

test.each(['manifest', 'part-000001', 'part-000002', 'part-000003', 'part-000004'])(
  'a generation whose %s does not read back as it was written never counts as good, and the blob is named',
  async (suffix) => {
    const on = await backupService();
    await smallTenant(on);
    await runJob(runBackups, on.process());
    await on.night();
    const good = await goodIds(on);
    await on.night(on.process(undefined, flipped(suffix)));
    expect(await goodIds(on)).toEqual(good);
    expect(on.errors()).toMatchObject([{ ...DAMAGED, blob: expect.stringContaining(suffix) }]);
  },
);

test('nights that were missed are caught up by one generation, and one alert is raised for them', async () => {
  const on = await backupService();
  await smallTenant(on);
  await runJob(runBackups, on.process());
  await on.clock.advance(untilNight(on.clock.now()) + 51 * HOUR);
  const failing = on.process(undefined, flipped('manifest'));
  for (let tries = 0; tries < 3; tries += 1) {
    expect(await on.backUp(failing)).toMatchObject({ outcome: 'failed', overdue: 1 });
  }
  expect(await on.backUp()).toMatchObject({ outcome: 'done', done: 1, overdue: 1 });
  const alerts = on.telemetry.records.filter(({ type }) => type === 'alert');
  const properties = { tenant: 'sakura', slot: '2026-11-24T17:00:00.000Z', nights: 3 };
  expect(alerts).toEqual([{ type: 'alert', name: 'backup-missed', properties }]);
  expect([(await goodIds(on)).length, await faults(on)]).toEqual([1, []]);
  expect((await on.backupsItem())?.dueAt).toBe(Date.parse('2026-11-27T17:00:00Z'));
});

test('when the gate moves during the run the generation is thrown away, and due again', async () => {
  for (let nth = 1; nth <= 5; nth += 1) {
    const on = await backupService();
    await smallTenant(on);
    await runJob(runBackups, on.process());
    const partition = on.context.partitions.of('sakura');
    const content = (await partition.gate())?.content ?? {};
    const move = () => partition.moveGate('gate:1', { name: 'gate:2', content });
    expect(await on.night(on.process(onceBefore('blobs.create', nth, move)))).toMatchObject({ outcome: 'done' });
    expect([await on.generations(), await on.blobNames()], `before blob ${nth}`).toEqual([[], []]);
    await on.clock.advance(15 * MINUTE);
    await runJob(runBackups, on.process());
    expect(await on.generations()).toMatchObject([{ gate: 'gate:2', good: { verifiedAt: expect.any(String) } }]);
    expect(await faults(on)).toEqual([]);
  }
});

test('while a restore keeps the tenant closed no generation is taken; afterwards it is', async () => {
  const on = await backupService();
  await smallTenant(on);
  await runJob(runBackups, on.process());
  const partition = on.context.partitions.of('sakura');
  const content = (await partition.gate())?.content ?? {};
  await partition.moveGate('gate:1', { name: 'gate:restore-x', content });
  expect(await on.night()).toMatchObject({ outcome: 'done' });
  expect([await on.generations(), await on.blobNames()]).toEqual([[], []]);
  await partition.moveGate('gate:restore-x', { name: 'gate:2', content });
  await on.backUp();
  expect(await goodIds(on)).toHaveLength(1);
});

test('a run that is no longer listed deletes what it wrote, and nothing else', async () => {
  for (let nth = 1; nth <= 5; nth += 1) {
    const on = await backupService();
    await smallTenant(on);
    await runJob(runBackups, on.process());
    // While the first run is frozen its lease runs out, and another one does the whole work.
    const overtake = () => on.backUp();
    await on.night(on.process(onceBefore('blobs.create', nth, overtake)));
    expect(await goodIds(on), `frozen before blob ${nth}`).toHaveLength(1);
    expect([await faults(on), on.errors()]).toEqual([[], []]);
  }
});

test(`a run that is frozen at any call, while another one does the whole work, spoils nothing when it wakes${SAMPLED}`, async () => {
  const prepared = await backupService();
  await smallTenant(prepared);
  await runJob(runBackups, prepared.process());
  const counted = new CountedCalls();
  const measured = await copyOf(prepared);
  await measured.night(measured.process(counted));
  for (let at = 0; at < counted.calls.length; at += 1) {
    if (leftOut(at)) continue;
    const on = await copyOf(prepared);
    let seen = 0;
    const frozen: CallWatch = {
      async before() {
        seen += 1;
        if (seen === at + 1) await on.backUp();
      },
      after: () => undefined,
    };
    await on.night(on.process(frozen));
    const where = `frozen before call ${at}, ${counted.calls[at]}`;
    expect(await goodIds(on), where).toHaveLength(1);
    expect(await faults(on), where).toEqual([]);
    expect((await on.backupsItem())?.dueAt, where).toBe(Date.parse('2026-11-25T17:00:00Z'));
  }
});

test('a tenant that is erased meanwhile keeps no blob: the run stops at the next one, and removes its own', async () => {
  for (let nth = 1; nth <= 5; nth += 1) {
    const on = await backupService();
    await smallTenant(on);
    await runJob(runBackups, on.process());
    const created: string[] = [];
    const wrap = (blobs: BlobStore): BlobStore => ({
      ...blobs,
      async create(name, bytes) {
        created.push(name);
        if (created.length === nth) await on.context.partitions.of('sakura').closeGate();
        await blobs.create(name, bytes);
      },
    });
    await on.night(on.process(undefined, wrap));
    expect([created.length, await on.blobNames(), await on.generations()]).toEqual([nth, [], []]);
  }
});

test('what failed runs left is removed before more is written, so that failing does not fill the disk', async () => {
  const on = await backupService();
  await smallTenant(on);
  await runJob(runBackups, on.process());
  await on.night();
  for (let tries = 0; tries < 3; tries += 1) {
    await on.night(on.process(undefined, flipped('manifest')));
    expect(new Set((await on.blobNames()).map((name) => name.split('/')[1])).size).toBe(2);
  }
});

test('when the list of generations has vanished nothing is removed on its account', async () => {
  const on = await backupService();
  await smallTenant(on);
  await runJob(runBackups, on.process());
  await on.night();
  const names = await on.blobNames();
  await on.tenantState.remove('sakura', 'backups');
  await tidyBlobs(new GenerationStore(on.tenantState, 'sakura'), on.blobs.of('sakura'));
  expect(await on.blobNames()).toEqual(names);
});

test('two instances at once come to one good generation', async () => {
  const on = await backupService();
  await smallTenant(on);
  await runJob(runBackups, on.process());
  await on.clock.advance(untilNight(on.clock.now()));
  const unleased = { ...runBackups, name: 'run-backups-too' };
  await Promise.all([runJob(runBackups, on.process()), runJob(unleased, on.process())]);
  expect([(await goodIds(on)).length, await faults(on), on.errors()]).toEqual([1, [], []]);
});

// In shares, because each fault keeps its own stores open until its test ends.
const SHARES = 10;
const shares = Array.from({ length: SHARES }, (_, share) => share);

test.each(shares)(
  `killed at any call to a store or vault, and again while it recovers, it comes to the same end (%i)${SAMPLED}`,
  async (share) => {
    const prepared = await backupService();
    await smallTenant(prepared);
    await runJob(runBackups, prepared.process());
    for (let night = 0; night < 7; night += 1) await prepared.night();
    const [, oldest] = await goodIds(prepared);
    const dueAfter = prepared.clock.now() + 2 * untilNight(prepared.clock.now());

    const counted = new CountedCalls();
    const measured = await copyOf(prepared);
    await measured.night(measured.process(counted));
    const calls = counted.calls.length;
    expect(calls).toBeGreaterThan(50);
    for (let at = share; at < calls; at += SHARES) {
      if (leftOut(at)) continue;
      for (const when of ['before', 'after'] as const) {
        const on = await copyOf(prepared);
        const where = `killed ${when} call ${at}, ${counted.calls[at]}`;
        const first = new KilledProcess(at, when);
        await on.night(on.process(first));
        expect(first.dead, where).toBe(true);
        await on.backUp(on.process(new KilledProcess((at * 7) % calls, when)));
        await on.backUp();
        await on.backUp();
        const good = await goodIds(on);
        expect([good[0], good.length], where).toEqual([oldest, 7]);
        expect(await faults(on), where).toEqual([]);
        expect((await on.backupsItem())?.dueAt, where).toBe(dueAfter);
      }
    }
  },
);

test("one tenant's trouble does not hold up the others, however many are due", async () => {
  const on = await backupService();
  const names = Array.from({ length: 30 }, (_, n) => `tenant-${String(n).padStart(2, '0')}`);
  await on.provision(...names);
  await runJob(runBackups, on.process());
  let atOnce = 0;
  let most = 0;
  const wrap = (blobs: BlobStore, tenantId: string): BlobStore => ({
    ...blobs,
    async create(name, bytes) {
      if (tenantId === 'tenant-03') throw new Error('this disk is full');
      atOnce += 1;
      most = Math.max(most, atOnce);
      await new Promise(setImmediate);
      await blobs.create(name, bytes);
      atOnce -= 1;
    },
  });
  expect(await on.night(on.process(undefined, wrap))).toMatchObject({ outcome: 'failed', done: 29, failed: 1 });
  expect(most).toBeLessThanOrEqual(4);
  for (const name of names) expect(await goodIds(on, name)).toHaveLength(name === 'tenant-03' ? 0 : 1);
});

test('a tenant whose contract has ended is left alone, and taken up again when it is extended', async () => {
  const on = await backupService();
  await smallTenant(on);
  await runJob(runBackups, on.process());
  await on.night();
  await on.put('sakura', '2026-11-25');
  await on.night();
  await on.night();
  expect([(await goodIds(on)).length, (await on.backupsItem())?.dueAt]).toEqual([1, null]);
  await on.put('sakura', '2027-03-31');
  await on.clock.advance(HOUR);
  await runJob(runBackups, on.process());
  expect((await goodIds(on)).length).toBe(2);
  expect(on.telemetry.names('alert').filter((name) => name === 'backup-missed')).toEqual([]);
});

test('a clock that was wrong for a while does not keep the nights away', async () => {
  const on = await backupService();
  await smallTenant(on);
  const right = on.clock.now();
  on.clock.set(right + 400 * 24 * HOUR);
  await runJob(runBackups, on.process());
  await on.night();
  on.clock.set(right + 2 * HOUR);
  await on.backUp();
  const before = (await goodIds(on)).length;
  await on.night();
  expect((await goodIds(on)).length).toBe(before + 1);
});

test('nothing of the content stands in the clear, and no other tenant can open it', async () => {
  const on: BackupService = await backupService();
  await smallTenant(on);
  await on.provision('momiji');
  await runJob(runBackups, on.process());
  await on.night();
  const momiji = await on.tenant('momiji');
  const names = (await on.blobNames()).filter((name) => !name.endsWith('manifest'));
  expect(names).toHaveLength(4);
  for (const name of await on.blobNames()) {
    const bytes = Buffer.from((await on.blobs.of('sakura').read(name)) ?? []);
    for (const text of ['花子', 'さくら', 'facility', 'documents']) expect(bytes.includes(text)).toBe(false);
    await expect(momiji.openBlob(name, bytes)).rejects.toThrow();
  }
});
