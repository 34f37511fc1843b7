import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { entryHash, LOG_START } from '../../src/domain/audit/digest.ts';
import { verifyExport } from '../../src/domain/audit/export-verification.ts';
import { DAY, HOUR, MINUTE } from '../../src/model/instant.ts';
import { StoreError } from '../../src/ports/store-error.ts';
import { ONE_IN } from '../support/fault-points.ts';
import { type KeptLogs, keptLogs, watchedLogs } from './log-fixture.ts';
import type { CallWatch } from './watched.ts';

/** Stores that answer a call with `unavailable` now and then, also after they have done what was asked. */
function outages(unlucky: () => boolean): CallWatch {
  const perhaps = () => {
    if (unlucky()) throw new StoreError('unavailable', 'the test says so', { unclear: true });
  };
  return { before: perhaps, after: perhaps };
}

async function exportOf(here: KeptLogs): Promise<Uint8Array[]> {
  const lines: Uint8Array[] = [];
  for (const { name } of await here.entries()) lines.push((await here.archive.read(name)) ?? new Uint8Array());
  return lines;
}

test('a month with random outages: every event is in exactly one digest, every digest verifies, and no alarm is false', async () => {
  await fc.assert(
    fc.asyncProperty(fc.infiniteStream(fc.nat({ max: 999 })), async (chance) => {
      const next = () => chance.next().value ?? 0;
      const here = await keptLogs();
      const written: string[] = [];
      const start = here.clock.now();
      let down = 0;
      let failed = 0;
      const unreliable = outages(() => next() < 60);
      while (here.clock.now() < start + 30 * DAY) {
        for (let events = next() % 4; events > 0; events -= 1) written.push(await here.log());
        // A host that stands still for a while, a clock that is put back by some minutes, a store with trouble.
        if (next() < 10) await here.clock.advance(next() * MINUTE);
        if (next() < 10) here.clock.set(here.clock.now() - (next() % 8) * MINUTE);
        if (next() < 20) down = next() % 12;
        const trouble = down > 0;
        if (trouble) down -= 1;
        await here.clock.advance(HOUR);
        const using = trouble ? watchedLogs(here.context, unreliable) : here.context;
        if ((await here.keep(using)).outcome === 'failed') failed += 1;
      }
      await here.hourly();
      await here.hourly();
      expect(failed).toBeGreaterThan(5);
      const archived = (await here.digests()).flatMap((digest) => digest?.events.map(({ id }) => id) ?? ['unreadable']);
      expect(archived.toSorted()).toEqual(written.toSorted());
      const { found, digests } = await here.verify();
      expect([found, digests]).toEqual([0, (await here.state())?.head.number]);
      const lines = await exportOf(here);
      const report = await verifyExport(lines, { last: (await here.state())?.head ?? LOG_START });
      expect(report).toMatchObject({ findings: [], digests, events: written.length });
      expect(report.last?.hash).toBe(entryHash(lines.at(-1) ?? new Uint8Array()));
      expect(here.alerts()).toEqual([]);
    }),
    { numRuns: 3 / ONE_IN },
  );
});
