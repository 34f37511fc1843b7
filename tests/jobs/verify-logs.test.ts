import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { entryName } from '../../src/domain/audit/digest.ts';
import { CHECK_ID } from '../../src/domain/audit/log-state.ts';
import type { Finding } from '../../src/domain/audit/verification.ts';
import type { TenantPhase } from '../../src/domain/contracts/tenant-state.ts';
import { newId } from '../../src/domain/ids.ts';
import { runJob } from '../../src/jobs/job.ts';
import { JobRun } from '../../src/jobs/job-run.ts';
import { verifyLogs } from '../../src/jobs/verify-logs.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../src/model/instant.ts';
import { KilledProcess } from './call-watches.ts';
import { handOnEvents } from './hand-on-items.ts';
import { handOnFiles, type KeptLogs, keptLogs, TENANT, watchedLogs } from './log-fixture.ts';

const DIGESTS = 5;

/** A log of five digests of three events each, two of them committed in the same instant, and the hands of a tamperer. */
async function tampered() {
  const here = await keptLogs();
  await here.keep();
  for (let digest = 0; digest < DIGESTS; digest += 1) {
    await here.log({ facility: 'garden' });
    await here.log();
    await here.clock.advance(MINUTE);
    await here.log();
    await here.hourly();
  }
  const hand = await handOnEvents(here.folder, TENANT);
  const files = handOnFiles(here);
  const kept = new Map(files.names().map((name) => [name, files.read(name)]));
  const digests = await here.digests();
  const events = digests.flatMap(
    (digest) => digest?.events.map(({ id }) => ({ id, entry: entryName(digest.number) })) ?? [],
  );
  const writtenAt = here.clock.now();
  return {
    here,
    events,
    files,
    hand,
    /** Undoes everything. */
    undo: () => {
      hand.undo();
      for (const name of files.names()) if (!kept.has(name)) files.remove(name);
      for (const [name, bytes] of kept) files.write(name, bytes, writtenAt);
    },
  };
}

type Tampered = Awaited<ReturnType<typeof tampered>>;

/** One thing that is done to a log, and what must be found; undefined when it changed nothing. */
type Deed = (
  on: Tampered,
  random: { readonly pick: number; readonly other: number; readonly byte: number },
) => Found | undefined;
type Found = readonly (readonly [Finding['fault'], 'archive' | 'partition', string | null, string | null])[];

const DEEDS: Readonly<Record<string, Deed>> = {
  "an event's content is edited": ({ events, hand }, { pick, byte }) => {
    const { id, entry } = at(events, pick);
    const field = ['actor', 'action', 'at', 'address', 'result', 'trace', 'new'][byte % 7];
    hand.edit(id, ({ clear }) => ({ clear: { ...clear, [field ?? '']: 'forged' } }));
    return [['altered', 'partition', entry, id]];
  },
  'an event is hidden from those who list by time or facility': ({ events, hand }, { pick, byte }) => {
    const { id, entry } = at(events, pick);
    hand.edit(id, ({ at: time, facility }) => {
      const changes = [{ at: time + 1 }, { facility: `${facility}x` }, { class: 'x' }, { day: '2026-01-01' }];
      return at(changes, byte);
    });
    return [['altered', 'partition', entry, id]];
  },
  'an event is set to expire': ({ events, hand }, { pick, byte }) => {
    const { id, entry } = at(events, pick);
    hand.edit(id, () => ({ expiresAt: byte % 2 === 0 ? 1 : 9_999_999_999_999 }));
    return [[byte % 2 === 0 ? 'missing' : 'altered', 'partition', entry, id]];
  },
  'an event is deleted': ({ events, hand }, { pick }) => {
    const { id, entry } = at(events, pick);
    hand.remove(id);
    return [['missing', 'partition', entry, id]];
  },
  'the newest events are cut off': ({ events, hand }, { pick }) => {
    const cut = events.slice(pick % events.length);
    for (const { id } of cut) hand.remove(id);
    return cut.map(({ id, entry }) => ['missing', 'partition', entry, id]);
  },
  'an event is invented': ({ events, hand }, { pick }) => {
    const { id, entry } = at(events, pick);
    const forged = newId(0);
    hand.copy(id, forged);
    return [['invented', 'partition', entry, forged]];
  },
  'two events change places': ({ events, hand }, { pick, other }) => {
    const [one, two] = [at(events, pick), at(events, other)];
    if (one.id === two.id) return undefined;
    hand.edit(one.id, () => ({ id: 'swap' }));
    hand.edit(two.id, () => ({ id: one.id }));
    hand.edit('swap', () => ({ id: two.id }));
    // In another digest the event is missing from its own and strange in the other.
    return one.entry === two.entry
      ? []
      : [
          ['missing', 'partition', one.entry, one.id],
          ['invented', 'partition', two.entry, one.id],
        ];
  },
  'an event is moved to another commit time': ({ events, hand }, { pick, byte }) => {
    const { id, entry } = at(events, pick);
    const seconds = (byte % 2 === 0 ? 1 : -1) * (1 + (byte % 30));
    hand.edit(id, ({ committedAt }) => ({ committedAt: committedAt + seconds * SECOND }));
    return [['altered', 'partition', entry, id]];
  },
  'an event is moved to a time that no digest covers yet': ({ events, hand }, { pick }) => {
    const { id, entry } = at(events, pick);
    hand.edit(id, ({ committedAt }) => ({ committedAt: committedAt + 30 * HOUR }));
    return [['missing', 'partition', entry, id]];
  },
  'a byte of an entry is changed': ({ files }, { pick, byte }) => {
    const name = at(files.names(), pick);
    const bytes = Buffer.from(files.read(name));
    bytes.writeUInt8(bytes.readUInt8(byte % bytes.length) ^ 1, byte % bytes.length);
    files.write(name, bytes, 0);
    return [['altered', 'archive', name, null]];
  },
  "an entry's event is edited, and all that can be made to fit fits": ({ files }, { pick }) => {
    const name = at(files.names(), pick);
    files.write(name, Buffer.from(files.read(name).toString().replace('record-changed', 'record-deleted')), 0);
    return [['altered', 'archive', name, null]];
  },
  'an entry is cut short': ({ files }, { pick, byte }) => {
    const name = at(files.names(), pick);
    const bytes = files.read(name);
    files.write(name, bytes.subarray(0, byte % bytes.length), 0);
    return [['altered', 'archive', name, null]];
  },
  'an entry is deleted': ({ files }, { pick }) => {
    const name = at(files.names(), pick);
    files.remove(name);
    return [['missing', 'archive', name, null]];
  },
  'the newest entries are cut off': ({ files }, { pick }) => {
    const cut = files.names().slice(pick % DIGESTS);
    for (const name of cut) files.remove(name);
    return cut.map((name) => ['missing', 'archive', name, null]);
  },
  'two entries change places': ({ files }, { pick, other }) => {
    const [one, two] = [at(files.names(), pick), at(files.names(), other)];
    if (one === two) return undefined;
    const [first, second] = [files.read(one), files.read(two)];
    files.write(one, second, 0);
    files.write(two, first, 0);
    // The later one is vouched for; nothing sound vouches for the earlier one any more where they are neighbours.
    return [['altered', 'archive', [one, two].toSorted()[1] ?? one, null]];
  },
  'an entry is invented beside the chain': ({ files }, { pick, byte }) => {
    const name = byte % 2 === 0 ? entryName(DIGESTS + 2 + pick) : `note-${pick}`;
    files.write(name, files.read(entryName(1)), 0);
    return [['invented', 'archive', name, null]];
  },
};

function at<T>(list: readonly T[], pick: number): T {
  const found = list[pick % list.length];
  if (found === undefined) throw new Error('an empty list');
  return found;
}

describe('a verification', () => {
  test.each(Object.entries(DEEDS))('finds it and names the place when %s', async (_, deed) => {
    const on = await tampered();
    const pick = fc.nat({ max: 1000 });
    await fc.assert(
      fc.asyncProperty(fc.record({ pick, other: pick, byte: fc.nat({ max: 5000 }) }), async (random) => {
        const expected = deed(on, random);
        fc.pre(expected !== undefined);
        on.here.telemetry.records.length = 0;
        const { found, findings } = await on.here.verify();
        on.undo();
        expect(found).toBeGreaterThan(0);
        expect(on.here.alerts()).toContain('log-tampered');
        const places = findings.map(({ fault, where, entry, event }) => [fault, where, entry, event]);
        for (const place of expected ?? []) expect(places).toContainEqual(place);
      }),
      { numRuns: 25 },
    );
    expect((await on.here.verify()).found).toBe(0);
  });

  test('of an untouched log counts all of it, finds nothing and raises no alert', async () => {
    const here = await keptLogs();
    await here.keep();
    for (let digest = 0; digest < 4; digest += 1) {
      await here.log();
      await here.hourly();
    }
    const state = await here.state();
    expect(await here.verify()).toMatchObject({ digests: 4, events: 4, found: 0, findings: [], head: state?.head });
    expect(here.alerts()).toEqual([]);
  });

  test('begins a day after the last one began, and by itself', async () => {
    const here = await keptLogs();
    await here.keep();
    const runs: string[] = [];
    for (let ticks = 0; ticks < 5 * 12 * 24; ticks += 12) {
      await here.clock.advance(HOUR);
      await runJob(verifyLogs, here.context);
      const last = (await here.check())?.last?.startedAt;
      if (last !== undefined && runs.at(-1) !== last) runs.push(last);
    }
    expect(runs).toHaveLength(5);
    expect(Date.parse(runs[1] ?? '') - Date.parse(runs[0] ?? '')).toBe(DAY);
  });

  test('of a long log takes several runs, and a digest written meanwhile is left to the next one', async () => {
    const here = await keptLogs();
    await here.keep();
    for (let digest = 0; digest < 205; digest += 1) {
      await here.log();
      await here.hourly();
    }
    const item = await here.tenantState.get(TENANT, CHECK_ID);
    if (item === undefined) throw new Error('no check');
    await here.tenantState.replace({ ...item, dueAt: here.clock.now() }, item.etag);
    await runJob(verifyLogs, here.context);
    expect(await here.check()).toMatchObject({ running: { digests: 200 }, last: null });
    await here.log();
    await here.hourly();
    await runJob(verifyLogs, here.context);
    expect(await here.check()).toMatchObject({ running: null, last: { digests: 205, events: 205, found: 0 } });
  });

  test.each(['before', 'after'] as const)('killed %s every single call, the next one finds the same', async (when) => {
    const on = await tampered();
    const { id } = at(on.events, 4);
    on.hand.remove(id);
    const expected = await on.here.verify();
    for (let call = 0; ; call += 1) {
      const item = await on.here.tenantState.get(TENANT, CHECK_ID);
      if (item === undefined) throw new Error('no check');
      await on.here.tenantState.replace({ ...item, value: { running: null, last: null }, dueAt: 0 }, item.etag);
      const killed = new KilledProcess(call, when);
      await runJob(verifyLogs, watchedLogs(on.here.context, killed));
      await on.here.clock.advance(6 * MINUTE);
      await runJob(verifyLogs, on.here.context);
      const last = (await on.here.check())?.last;
      expect(last).toMatchObject({ digests: DIGESTS, found: 1, findings: expected.findings });
      if (!killed.dead) break;
    }
  });

  test('by two instances at once, past their lease, ends with one result', async () => {
    const here = await keptLogs();
    await here.keep();
    await here.log();
    await here.hourly();
    const runs = ['a', 'b'].map((id) => new JobRun('verify-logs', id, here.telemetry));
    await Promise.all(runs.map((run) => verifyLogs.run(here.context, run)));
    expect(await here.check()).toMatchObject({ running: null, last: { digests: 1, found: 0 } });
    expect(here.errors()).toEqual([]);
  });

  test('ends for good only when nothing is left of a log whose tenant is a tombstone', async () => {
    const here = await keptLogs();
    await here.keep();
    const dueIn = async (phase: TenantPhase) => {
      const state = await here.stateItemOf(TENANT);
      if (state === undefined) throw new Error('no state');
      await here.tenantState.replace({ ...state, value: { ...state.value, phase } }, state.etag);
      await here.verify();
      return (await here.tenantState.get(TENANT, CHECK_ID))?.dueAt;
    };
    expect(await dueIn('destroying')).toBe(here.clock.now() + DAY);
    expect(await dueIn('tombstone')).toBeNull();
  });

  test('of a log whose tenant is being erased looks at the archive alone', async () => {
    const here = await keptLogs();
    await here.keep();
    await here.log();
    await here.hourly();
    await erase(here);
    expect(await here.verify()).toMatchObject({ digests: 1, events: 1, found: 0 });
    expect(here.alerts()).toEqual([]);
  });
});

async function erase(here: KeptLogs): Promise<void> {
  const state = await here.stateItemOf(TENANT);
  if (state === undefined) throw new Error('no state');
  await here.partition.closeGate();
  await here.tenantState.replace({ ...state, value: { ...state.value, phase: 'destroying' } }, state.etag);
  await here.partition.sweep(500);
}
