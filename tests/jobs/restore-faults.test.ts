import { expect, test } from 'vitest';
import { leftOut, SAMPLED } from '../support/fault-points.ts';
import { copyOf, faults, goodIds } from './backup-fixture.ts';
import { CountedCalls, KilledProcess } from './call-watches.ts';
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

// In shares, because each fault keeps its own stores open until its test ends.
const SHARES = 16;
const shares = Array.from({ length: SHARES }, (_, share) => share);

async function prepared(dryRun: boolean) {
  const made = await changedTenant();
  const id = await askFor(made.on, made.generation, { dryRun });
  const counted = new CountedCalls();
  const measured = await copyOf(made.on);
  await serve(measured, measured.process(counted));
  expect(await restoreOf(measured, id)).toMatchObject({ phase: 'done' });
  return { ...made, id, calls: counted.calls };
}

test.each(shares)(
  `a restore that is killed at any call, and again while it recovers, comes to the same end (%i)${SAMPLED}`,
  async (share) => {
    const made = await prepared(false);
    const { calls, id, generation } = made;
    const expected = expectedAfter(made);
    expect(calls.length).toBeGreaterThan(120);
    for (let at = share; at < calls.length; at += SHARES) {
      if (leftOut(at)) continue;
      for (const when of ['before', 'after'] as const) {
        const on = await copyOf(made.on);
        const where = `killed ${when} call ${at}, ${calls[at]}`;
        const first = new KilledProcess(at, when);
        await serve(on, on.process(first));
        expect(first.dead, where).toBe(true);
        await serveLater(on, on.process(new KilledProcess((at * 7) % calls.length, when)));
        await serveLater(on);
        const { before, ...restore } = await restoreOf(on, id);
        expect(restore, where).toMatchObject({ phase: 'done', differences: [{ removed: 1 }, {}, { changed: 2 }, {}] });
        expect(await contentOf(on), where).toEqual(expected);
        expect(await faults(on), where).toEqual([]);
        expect(await goodIds(on), where).toEqual([generation, before]);
        expect(
          (await on.generations()).map(({ pinnedBy }) => pinnedBy),
          where,
        ).not.toContain(id);
        expect(await gateOf(on), where).toBe('gate:2');
        expect(await on.context.control.requests.ofPartition('sakura'), where).toEqual([]);
        expect((await on.tenantState.get('sakura', 'open-restore'))?.dueAt ?? null, where).toBe(null);
        expect(await eventsOf(on, 'restore-finished'), where).toHaveLength(1);
      }
    }
  },
);

test(`a dry run that is killed at any call comes to the same end, and changes nothing${SAMPLED}`, async () => {
  const made = await prepared(true);
  const { calls, id } = made;
  for (let at = 0; at < calls.length; at += 1) {
    if (leftOut(at)) continue;
    for (const when of ['before', 'after'] as const) {
      const on = await copyOf(made.on);
      const where = `killed ${when} call ${at}, ${calls[at]}`;
      await serve(on, on.process(new KilledProcess(at, when)));
      await serveLater(on);
      expect(await restoreOf(on, id), where).toMatchObject({ phase: 'done', dryRun: true });
      expect([await contentOf(on), await gateOf(on)], where).toEqual([made.now, 'gate:1']);
      expect(await on.context.control.requests.ofPartition('sakura'), where).toEqual([]);
      expect(await eventsOf(on, 'restore-finished'), where).toHaveLength(1);
    }
  }
});

test.each(shares)(
  `a run that is frozen at any call, while another one does the whole work, spoils nothing when it wakes (%i)${SAMPLED}`,
  async (share) => {
    const made = await prepared(false);
    const { calls, id } = made;
    for (let at = share; at < calls.length; at += SHARES) {
      if (leftOut(at)) continue;
      const on = await copyOf(made.on);
      let seen = 0;
      const frozen: CallWatch = {
        async before() {
          seen += 1;
          if (seen === at + 1) await serveLater(on);
        },
        after: () => undefined,
      };
      await serve(on, on.process(frozen));
      await serveLater(on);
      const where = `frozen before call ${at}, ${calls[at]}`;
      expect(await restoreOf(on, id), where).toMatchObject({ phase: 'done' });
      expect(await contentOf(on), where).toEqual(expectedAfter(made));
      expect([await gateOf(on), await faults(on)], where).toEqual(['gate:2', []]);
      expect(await eventsOf(on, 'restore-finished'), where).toHaveLength(1);
    }
  },
);
