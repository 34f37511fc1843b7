import { describe, expect, test } from 'vitest';
import { newId } from '../../src/domain/ids.ts';
import { SIGN_IN_RULES, SIGN_IN_RULES_ID } from '../../src/domain/sign-in/sign-in-rules.ts';
import { runJob } from '../../src/jobs/job.ts';
import { runBackups } from '../../src/jobs/run-backups.ts';
import { serveRequests } from '../../src/jobs/serve-requests.ts';
import { DAY, HOUR, MINUTE } from '../../src/model/instant.ts';
import type { BlobStore } from '../../src/ports/blob-store.ts';
import { StoreError } from '../../src/ports/store-error.ts';
import { anEvent } from '../domain/event.ts';
import { refusal } from '../support/ask.ts';
import { staff } from '../support/staff.ts';
import { faults, goodIds, untilNight } from './backup-fixture.ts';
import {
  askFor,
  changedTenant,
  contentOf,
  eventsOf,
  expectedAfter,
  gateOf,
  restoreOf,
  serve,
  serveLater,
} from './restore-fixture.ts';
import type { CallWatch } from './watched.ts';

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

const full = (blobs: BlobStore): BlobStore => ({
  ...blobs,
  create: () => Promise.reject(new Error('the disk is full')),
});

const DIFFERENCES = [
  { kind: 'facility', added: 0, changed: 0, removed: 1, stayDeleted: 0 },
  { kind: 'class', added: 0, changed: 0, removed: 0, stayDeleted: 0 },
  { kind: 'child', added: 0, changed: 2, removed: 1, stayDeleted: 1 },
  { kind: 'version', added: 0, changed: 0, removed: 0, stayDeleted: 0 },
];

describe('a dry run', () => {
  test('tells what a restore would change in each collection, and changes nothing', async () => {
    const { on, generation, now } = await changedTenant();
    const id = await askFor(on, generation, { dryRun: true });
    expect(await serve(on)).toMatchObject({ outcome: 'done', done: 1 });
    expect(await restoreOf(on, id)).toMatchObject({
      phase: 'done',
      dryRun: true,
      differences: DIFFERENCES,
      gates: null,
    });
    expect(await contentOf(on)).toEqual(now);
    expect([await gateOf(on), await on.context.control.requests.ofPartition('sakura')]).toEqual(['gate:1', []]);
    expect(await eventsOf(on, 'restore-finished')).toMatchObject([
      { targets: [generation, id], reason: 'dry-run', result: 'done' },
    ]);
    expect([await goodIds(on), await faults(on)]).toEqual([[generation], []]);
  });

  test('of the state that stands tells that nothing would change', async () => {
    const { on } = await changedTenant();
    await on.night();
    const newest = (await goodIds(on)).at(-1) ?? '';
    const id = await askFor(on, newest, { dryRun: true });
    await serve(on);
    for (const each of (await restoreOf(on, id)).differences ?? []) {
      expect(each).toMatchObject({ added: 0, changed: 0, removed: 0, stayDeleted: 0 });
    }
  });
});

test('what cannot be compared for half an hour is given up, and another one can be asked for', async () => {
  const { on, generation } = await changedTenant();
  const down = (blobs: BlobStore): BlobStore => ({
    ...blobs,
    read: () => Promise.reject(new StoreError('unavailable', 'the test says so')),
  });
  const id = await askFor(on, generation, { dryRun: true });
  for (let tries = 0; tries < 4; tries += 1) await serveLater(on, on.process(undefined, down));
  expect(await restoreOf(on, id)).toMatchObject({ phase: 'failed', reason: 'gave-up', gates: null });
  const next = await askFor(on, generation, { dryRun: true });
  await serve(on);
  expect(await restoreOf(on, next)).toMatchObject({ phase: 'done' });
});

describe('a restore', () => {
  test('makes the records what the generation has; what people deleted stays deleted, and history stays', async () => {
    const made = await changedTenant();
    const { on, generation } = made;
    const id = await askFor(on, generation);
    expect(await serve(on)).toMatchObject({ outcome: 'done', done: 1, failed: 0 });
    expect(await contentOf(on)).toEqual(expectedAfter(made));
    expect(await restoreOf(on, id)).toMatchObject({
      ...{ phase: 'done', reason: null, differences: DIFFERENCES, shared: 0 },
      ...{ gates: { from: 'gate:1', to: 'gate:2' }, written: ['facility', 'class', 'child', 'version'] },
    });
    expect([await gateOf(on), await on.context.control.requests.ofPartition('sakura')]).toEqual(['gate:2', []]);
    expect(await eventsOf(on, 'restore-finished')).toMatchObject([
      { targets: [generation, id], reason: 'restore', result: 'done' },
    ]);
  });

  test('keeps the state before as the extra generation, and restoring that one undoes it', async () => {
    const { on, generation, now } = await changedTenant();
    const first = await askFor(on, generation);
    await serve(on);
    const { before } = await restoreOf(on, first);
    expect(await on.generations()).toMatchObject([
      { id: generation, purpose: 'daily', pinnedBy: null },
      { id: before, purpose: 'before-restore', good: { documents: { child: 5 } } },
    ]);
    expect(await faults(on)).toEqual([]);
    const second = await askFor(on, before ?? '');
    await serve(on);
    expect(await contentOf(on)).toEqual(now);
    expect((await restoreOf(on, second)).differences).toContainEqual({
      ...{ kind: 'child', added: 1, changed: 2, removed: 0, stayDeleted: 0 },
    });
    const third = (await restoreOf(on, second)).before;
    expect((await on.generations()).map(({ id }) => id)).toEqual([generation, third]);
    expect([await faults(on), await gateOf(on)]).toEqual([[], 'gate:3']);
    await on.clock.advance(8 * DAY);
    await on.backUp();
    expect((await on.generations()).filter(({ purpose }) => purpose === 'before-restore')).toEqual([]);
    expect(await faults(on)).toEqual([]);
  });

  test('never rolls back accounts, sign-in rules and audit events', async () => {
    const { on, generation } = await changedTenant();
    const handles = on.process().handles;
    const people = staff(handles, on.clock);
    const id = await people.add({ children: { level: 'read', facilities: 'all' } }, { login: 'hoiku' });
    const rules = { allowedNetworks: ['192.0.2.0/24'], sessionHours: 24 };
    const record = { kind: SIGN_IN_RULES, id: SIGN_IN_RULES_ID, body: rules };
    await (await on.tenant()).commit([{ type: 'create', record }], [anEvent({ id: newId(on.clock.now()) })]);
    const account = await people.accountOf(id);
    const events = (await (await on.tenant()).timeline({ kind: 'event', limit: 500 })).map((event) => event.id);
    await askFor(on, generation);
    await serve(on);
    handles.forget('sakura');
    expect(await people.accountOf(id)).toEqual(account);
    expect((await handles.open('sakura')).rules).toEqual(rules);
    const after = (await (await on.tenant()).timeline({ kind: 'event', limit: 500 })).map((event) => event.id);
    expect(after).toEqual(expect.arrayContaining(events));
  });

  test('leaves every number with the record that has it, and free numbers free', async () => {
    const { on, generation, write, garden, annex, hanako, taro, late } = await changedTenant();
    await askFor(on, generation);
    await serve(on);
    // Taking over a number that another child has is refused by the store, as ever.
    await expect(write.child(garden, { givenName: '五郎', number: '1' })).rejects.toThrow('conflict');
    await write.child(annex, { givenName: '五郎', number: '7' });
    await write.child(garden, { givenName: '花子', number: '5' }, hanako);
    await write.child(garden, { givenName: '太郎', number: '1' }, taro);
    expect((await contentOf(on))[`child:${late}`]).toBe('deleted');
  });

  test('closes the tenant meanwhile: a commit in flight writes nothing, and nobody is let in before it is over', async () => {
    const made = await changedTenant();
    const { on, generation } = made;
    const api = on.process();
    const held = (await api.handles.open('sakura')).handle;
    const outcomes: unknown[] = [];
    const meanwhile = async () => {
      const record = { kind: SIGN_IN_RULES, id: SIGN_IN_RULES_ID, body: {} };
      const late = held.commit([{ type: 'create', record } as never], [anEvent({ id: newId(on.clock.now()) })]);
      outcomes.push((await refusal(late)).code);
      outcomes.push((await refusal(on.process().handles.open('sakura'))).code);
    };
    await askFor(on, generation);
    await serve(on, on.process(onceBefore('partition.commit', 2, meanwhile)));
    expect(outcomes).toEqual(['starting', 'starting']);
    expect(await contentOf(on)).toEqual(expectedAfter(made));
    expect((await api.handles.open('sakura')).rules.sessionHours).toBe(336);
    expect((await held.get(SIGN_IN_RULES, SIGN_IN_RULES_ID, 'none'))?.id).toBeUndefined();
  });

  test('waits until no instance remembers the old gate before it takes the state before', async () => {
    const { on, generation } = await changedTenant();
    await askFor(on, generation);
    const running = runJob(serveRequests, on.process());
    while (on.clock.sleeping === 0) await new Promise(setImmediate);
    expect([(await gateOf(on))?.startsWith('gate:restore-'), (await on.generations()).length]).toEqual([true, 1]);
    await on.clock.advance(29_999);
    expect((await on.generations()).length).toBe(1);
    await on.clock.advance(1);
    await running;
    expect(await on.generations()).toHaveLength(2);
  });

  test('of a generation that is damaged, or not kept any more, fails before anything changes, and says so', async () => {
    const { on, generation, now } = await changedTenant();
    const gone = await askFor(on, newId(0));
    await serve(on);
    expect(await restoreOf(on, gone)).toMatchObject({ phase: 'failed', reason: 'generation-gone', gates: null });
    await on.blobs.of('sakura').remove(`generations/${generation}/part-000002`);
    const damaged = await askFor(on, generation);
    await serve(on);
    expect(await restoreOf(on, damaged)).toMatchObject({ phase: 'failed', reason: 'generation-damaged', gates: null });
    expect(on.errors()).toMatchObject([{ name: 'GenerationDamaged', blob: `generations/${generation}/part-000002` }]);
    expect([await contentOf(on), await gateOf(on)]).toEqual([now, 'gate:1']);
    expect(await eventsOf(on, 'restore-finished')).toMatchObject([{ result: 'failed' }, { result: 'failed' }]);
    expect(on.telemetry.names('alert')).toEqual(['restore-failed', 'restore-failed']);
    expect(await on.context.control.requests.ofPartition('sakura')).toEqual([]);
    expect((await on.generations()).map(({ pinnedBy }) => pinnedBy)).toEqual([null]);
  });

  test('whose state before cannot be kept is given up after half an hour: the tenant is open, nothing has changed', async () => {
    const { on, generation, now } = await changedTenant();
    const id = await askFor(on, generation);
    const broken = on.process(undefined, full);
    expect(await serve(on, broken)).toMatchObject({ outcome: 'failed' });
    expect((await refusal(on.process().handles.open('sakura'))).code).toBe('starting');
    for (let tries = 0; tries < 3; tries += 1) await serveLater(on, broken);
    expect(await restoreOf(on, id)).toMatchObject({ phase: 'failed', reason: 'gave-up' });
    expect([await contentOf(on), await gateOf(on)]).toEqual([now, 'gate:2']);
    await on.backUp();
    expect(await faults(on)).toEqual([]);
  });

  test('is done only for what the audit log tells that it was asked for', async () => {
    for (const event of ['none', 'of-a-dry-run'] as const) {
      const { on, generation, now } = await changedTenant();
      await askFor(on, generation, { event });
      await serve(on);
      expect(await on.context.control.requests.ofPartition('sakura')).toHaveLength(1);
      await on.clock.advance(10 * MINUTE + 1);
      await serve(on);
      expect(await on.context.control.requests.ofPartition('sakura')).toEqual([]);
      expect([await contentOf(on), await gateOf(on)]).toEqual([now, 'gate:1']);
      expect(on.telemetry.names('alert')).toEqual(['restore-without-event']);
    }
  });

  test('that was asked for again late is not done twice', async () => {
    const { on, generation, write, garden, hanako } = await changedTenant();
    const id = await askFor(on, generation);
    await serve(on);
    await write.child(garden, { givenName: '花子', number: '8' }, hanako);
    const now = await contentOf(on);
    // As the API would leave it, had it read the state before the job wrote it.
    await on.context.control.requests.create({
      ...{ partition: 'sakura', id: 'restore', dueAt: on.clock.now() },
      value: { id, generation, dryRun: false, askedAt: '2026-11-24T17:00:00.000Z' },
    });
    await serve(on);
    expect([await contentOf(on), await gateOf(on)]).toEqual([now, 'gate:2']);
    expect(await on.context.control.requests.ofPartition('sakura')).toEqual([]);
  });

  test('that is over never takes the request of the next one away', async () => {
    const { on, generation } = await changedTenant();
    await askFor(on, generation);
    const next: string[] = [];
    const overtake = async () => {
      await serveLater(on);
      await on.clock.advance(MINUTE);
      next.push(await askFor(on, generation, { dryRun: true }));
    };
    await serve(on, on.process(onceBefore('requests.get', 1, overtake)));
    expect(await on.context.control.requests.ofPartition('sakura')).toMatchObject([{ value: { id: next[0] } }]);
  });

  test('is gone on with when its request has vanished', async () => {
    const made = await changedTenant();
    const { on, generation } = made;
    await askFor(on, generation);
    const vanish = () => on.context.control.requests.remove('sakura', 'restore');
    const dying: CallWatch = {
      before: async (call) => {
        if (call !== 'partition.commit') return;
        await vanish();
        throw new Error('killed');
      },
      after: () => undefined,
    };
    await serve(on, on.process(dying));
    await serveLater(on);
    expect([await contentOf(on), await gateOf(on)]).toEqual([expectedAfter(made), 'gate:2']);
  });

  test('keeps the generation that it reads, although the nights go on', async () => {
    const made = await changedTenant();
    const { on, generation } = made;
    for (let night = 0; night < 6; night += 1) await on.night();
    expect((await goodIds(on))[0]).toBe(generation);
    await on.clock.advance(untilNight(on.clock.now()) - 10 * MINUTE);
    await askFor(on, generation);
    const night = async () => {
      await on.clock.advance(10 * MINUTE);
      await runJob(runBackups, on.process());
      expect((await on.generations()).filter(({ purpose }) => purpose === 'daily')).toHaveLength(8);
    };
    // The gate is about to be moved: the night's generation is still taken, and is the eighth.
    await serve(on, on.process(onceBefore('partition.moveGate', 1, night)));
    expect(await contentOf(on)).toEqual(expectedAfter(made));
    const daily = (await on.generations()).filter(({ purpose }) => purpose === 'daily');
    expect([daily.length, daily.some(({ id }) => id === generation)]).toEqual([7, false]);
    expect(await faults(on)).toEqual([]);
  });

  test('of a tenant whose contract ends meanwhile rests, and goes on when it is extended', async () => {
    const made = await changedTenant();
    const { on, generation } = made;
    await askFor(on, generation);
    const die = () => Promise.reject(new Error('killed'));
    await serve(on, on.process(onceBefore('partition.commit', 2, die)));
    await on.put('sakura', '2026-11-25');
    await on.clock.advance(24 * HOUR);
    expect(await serve(on)).toMatchObject({ outcome: 'done', failed: 0 });
    expect((await gateOf(on))?.startsWith('gate:restore-')).toBe(true);
    await on.put('sakura', '2027-03-31');
    await on.clock.advance(5 * MINUTE);
    await serve(on);
    expect([await contentOf(on), await gateOf(on)]).toEqual([expectedAfter(made), 'gate:2']);
  });

  test('two instances at once come to one restore', async () => {
    const made = await changedTenant();
    const { on, generation } = made;
    const id = await askFor(on, generation);
    // While the first is frozen, before its n-th commit or gate, its lease runs out and another one does the whole work.
    const overtake = () => serveLater(on);
    await serve(on, on.process(onceBefore('partition.moveGate', 1, overtake)));
    expect(await restoreOf(on, id)).toMatchObject({ phase: 'done' });
    expect([await contentOf(on), await gateOf(on)]).toEqual([expectedAfter(made), 'gate:2']);
    await serveLater(on);
    expect([await eventsOf(on, 'restore-finished'), await faults(on)]).toMatchObject([{ length: 1 }, []]);
  });
});
