import { expect, test } from 'vitest';
import { CLEARING_ID } from '../../src/domain/contracts/clearing.ts';
import { MINUTE } from '../../src/model/instant.ts';
import { leftOut, ONE_IN, SAMPLED } from '../support/fault-points.ts';
import { FrozenProcess, KilledProcess } from './call-watches.ts';
import { copyOf, type ErasureService, endingTenant, NEIGHBOUR, TENANT } from './erasure-fixture.ts';

/** Lets the processes do the erasure, one after another: each until it dies, the last one to the end. */
async function eraseWith(on: ErasureService, killed: readonly KilledProcess[]): Promise<void> {
  const processes = killed.map((process) => ({ process, context: on.eraser(process) }));
  await on.clock.advance(MINUTE);
  for (let ticks = 0; ticks < 8 + killed.length; ticks += 1) {
    const alive = processes.find(({ process }) => !process.dead);
    await on.tick(alive?.context ?? on.calm);
  }
}

/** What must be the same in the end, whatever happened on the way. */
async function expectErased(on: ErasureService, before: readonly string[]): Promise<void> {
  const state = await on.stateOf(TENANT);
  expect(state).toMatchObject({ phase: 'tombstone', erasure: { erasedAt: expect.any(String) } });
  expect(state?.waiting).toBeUndefined();
  expect(await on.partition().gate()).toBeUndefined();
  expect(await on.partition().sweep(1)).toBe(0);
  expect(await on.blobNames(TENANT)).toEqual([]);
  expect(await on.keyState()).toBe('absent');
  expect(await on.context.control.requests.ofPartition(TENANT)).toEqual([]);
  const items = await on.tenantState.ofPartition(TENANT);
  expect(items.map(({ id }) => id)).toEqual([CLEARING_ID, 'log-check', 'logs', 'state']);
  const { findings, events } = await on.archived();
  expect(findings).toEqual([]);
  const own = events.slice(-2).map(({ clear }) => clear?.['action']);
  expect(own).toEqual(['key-destroyed', 'tenant-erased']);
  expect(events.map(({ id }) => id).slice(0, -2)).toEqual(before);
  expect(on.alerts()).toEqual([]);
  // The neighbour is as it was.
  expect((await on.partition(NEIGHBOUR).gate())?.name).toBe('gate:1');
  expect(await on.keyState(NEIGHBOUR)).toBe('present');
  expect((await on.blobNames(NEIGHBOUR)).length).toBeGreaterThan(1);
}

/** In the long run every pair of points, else one of so many: `LONG_RUN=1 npx vitest run tests/jobs/erasure-killed.test.ts`. */
const ONE_OF = process.env['LONG_RUN'] === undefined ? 23 : 1;
const GROUPS = 8;

test.each(['before', 'after'] as const)(
  `killed %s every single call, the next runs come to the same end${SAMPLED}`,
  async (when) => {
    const prepared = await endingTenant();
    const before = await prepared.eventIds();
    for (let at = 0; ; at += 1) {
      if (leftOut(at)) continue;
      const on = await copyOf(prepared);
      const killed = new KilledProcess(at, when);
      await eraseWith(on, [killed]);
      await expectErased(on, before);
      if (killed.dead) continue;
      console.info(`erasure killed ${when} each of ${at} calls`);
      return expect(at).toBeGreaterThan(90);
    }
  },
);

test.each(Array.from({ length: GROUPS }, (_, group) => group))(
  `killed again in the recovery, the runs after that come to the same end (%i)${SAMPLED}`,
  async (group) => {
    const prepared = await endingTenant();
    const before = await prepared.eventIds();
    let pairs = 0;
    for (let first = group, over = false; !over; first += GROUPS) {
      if (leftOut(first)) continue;
      for (let second = first % ONE_OF; ; second += ONE_OF) {
        const on = await copyOf(prepared);
        const killed = [new KilledProcess(first, 'after'), new KilledProcess(second, 'after')] as const;
        await eraseWith(on, killed);
        await expectErased(on, before);
        over = !killed[0].dead;
        if (over || !killed[1].dead) break;
        pairs += 1;
      }
    }
    console.info(`erasure killed twice at ${pairs} pairs of calls`);
    expect(pairs).toBeGreaterThan(20 / ONE_IN);
  },
);

test.each(Array.from({ length: GROUPS }, (_, group) => group))(
  `an instance frozen past its lease, and woken while another does the work, changes nothing of the end (%i)${SAMPLED}`,
  async (group) => {
    const prepared = await endingTenant();
    const before = await prepared.eventIds();
    let pairs = 0;
    for (let first = group, over = false; !over; first += GROUPS) {
      if (leftOut(first)) continue;
      for (let second = first % ONE_OF, ended = false; !ended && !over; second += ONE_OF) {
        const on = await copyOf(prepared);
        await on.clock.advance(MINUTE);
        const frozen = new FrozenProcess(first);
        const old = (async () => {
          for (let ticks = 0; ticks < 5 && !frozen.isFrozen; ticks += 1) await on.tick(on.eraser(frozen));
        })();
        await Promise.race([frozen.frozen, old]);
        over = !frozen.isFrozen;
        const other = new FrozenProcess(second);
        const work = (async () => {
          for (let ticks = 0; ticks < 6; ticks += 1) await on.tick(on.eraser(other));
        })();
        await Promise.race([other.frozen, work]);
        ended = !other.isFrozen;
        frozen.wake();
        await old;
        other.wake();
        await work;
        for (let ticks = 0; ticks < 2; ticks += 1) await on.tick();
        await expectErased(on, before);
        expect(on.errors()).toEqual([]);
        if (!ended && !over) pairs += 1;
      }
    }
    console.info(`erasure by two instances at ${pairs} pairs of calls`);
    expect(pairs).toBeGreaterThan(20 / ONE_IN);
  },
);
