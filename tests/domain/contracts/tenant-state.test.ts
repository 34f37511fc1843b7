import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  begun,
  claimed,
  destroying,
  destructionDue,
  keyGone,
  lives,
  mirroring,
  provisioned,
  stateItem,
  type TenantState,
  tombstone,
  withdrawn,
} from '../../../src/domain/contracts/tenant-state.ts';
import { DAY, epochMs, HOUR, instant } from '../../../src/model/instant.ts';

const NOW = Date.parse('2026-11-24T03:00:00.000Z');
const END = instant(NOW + 30 * DAY);

/** Mirrors until there is nothing more to write; each write is committed a second after the one before. */
function mirrored(state: TenantState, committedAt: number, endsAt: string | null) {
  let current = state;
  let at = committedAt;
  const forward: boolean[] = [];
  for (let next = mirroring(current, at, endsAt); next !== undefined; next = mirroring(current, at, endsAt)) {
    forward.push(next.broughtForward);
    current = next.state;
    at += 1000;
  }
  return { state: current, forward, at };
}

test('first seen is the commit time of the write that brought the end, told by the write after it', () => {
  const { state } = mirrored(claimed('run', END), NOW, END);
  expect(state.mirror).toEqual({ endsAt: END, firstSeenAt: instant(NOW) });
  const later = mirrored(state, NOW + HOUR, instant(NOW + 10 * DAY));
  expect(later.state.mirror.firstSeenAt).toBe(instant(NOW + HOUR + 1000));
  expect(later.forward).toEqual([true, false]);
});

test('an end is due when it comes, or a day after it was first seen when that is later, and never while that is unknown', () => {
  expect(destructionDue(claimed('run', null))).toBeNull();
  expect(destructionDue(claimed('run', END))).toBeNull();
  expect(destructionDue(mirrored(claimed('run', END), NOW, END).state)).toBe(epochMs(END));
  const soon = instant(NOW + 60_000);
  expect(destructionDue(mirrored(claimed('run', soon), NOW, soon).state)).toBe(NOW + DAY);
});

test('setting a tenant up keeps its mirror, and only living tenants are mirrored', () => {
  const state = provisioned(mirrored(claimed('run', END), NOW, END).state, 'v1', NOW);
  expect(state).toEqual({
    phase: 'provisioned',
    claimedBy: 'run',
    dataKeyVersion: 'v1',
    provisionedAt: instant(NOW),
    mirror: { endsAt: END, firstSeenAt: instant(NOW) },
  });
  expect(lives(state)).toBe(true);
  expect(lives({ ...state, phase: 'erasure-begun' })).toBe(false);
  expect(stateItem('sakura', state)).toEqual({ partition: 'sakura', id: 'state', value: state, dueAt: epochMs(END) });
});

test('the notice is a day unless another one is set', () => {
  const { state } = mirrored(claimed('run', instant(NOW + 60_000)), NOW, instant(NOW + 60_000));
  expect(destructionDue(state)).toBe(NOW + DAY);
  expect(destructionDue(state, 3 * DAY)).toBe(NOW + 3 * DAY);
  expect(destructionDue(state, 0)).toBe(NOW + 60_000);
});

test('an erasure that is withdrawn leaves the state as it was; one that is not ends as a tombstone with times and counts', () => {
  const setUp = provisioned(mirrored(claimed('run', END), NOW, END).state, 'v1', NOW);
  const waiting = { because: 'clocks-apart', endsAt: END, since: END } as const;
  const marked = begun({ ...setUp, waiting }, NOW + HOUR);
  expect([marked.phase, marked.waiting, lives(marked)]).toEqual(['erasure-begun', undefined, false]);
  expect(withdrawn(marked)).toEqual(setUp);
  const { state: unready } = mirrored(claimed('run', END), NOW, END);
  expect(withdrawn(begun(unready, NOW))).toEqual(unready);

  const gone = keyGone(destroying(marked), NOW + 2 * HOUR);
  const last = tombstone(gone, { documents: 3, blobs: 2 }, NOW + 3 * HOUR);
  expect(last).toEqual({
    ...setUp,
    phase: 'tombstone',
    erasure: {
      begunAt: instant(NOW + HOUR),
      keyGoneAt: instant(NOW + 2 * HOUR),
      erasedAt: instant(NOW + 3 * HOUR),
      documents: 3,
      blobs: 2,
    },
  });
  expect(() => keyGone(setUp, NOW)).toThrow(RangeError);
});

test('whatever operators write, nothing is due before this very end was seen for a day', () => {
  const end = fc.option(fc.integer({ min: 0, max: 100 }).map((days) => instant(NOW + days * DAY)));
  fc.assert(
    fc.property(fc.array(fc.tuple(end, fc.integer({ min: 2000, max: 20 * DAY })), { minLength: 1 }), (writes) => {
      let state = claimed('run', null);
      let at = NOW;
      let since = NOW;
      let last: string | null = null;
      for (const [endsAt, passes] of writes) {
        at += passes;
        if (endsAt !== last) since = at;
        const earlier = endsAt !== null && (last === null || endsAt < last);
        const next = mirrored(state, at, endsAt);
        expect(next.forward.includes(true)).toBe(earlier);
        ({ state } = next);
        last = endsAt;
        const due = destructionDue(state);
        if (endsAt === null) expect(due).toBeNull();
        else expect(due).toBeGreaterThanOrEqual(Math.max(epochMs(endsAt), since + DAY));
      }
    }),
  );
});
