import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openPartitions } from '../../src/adapters/sqlite/partition-store.ts';
import { ids } from '../contracts/partition-fixture.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { kill, startScript } from './child-process.ts';

const CHILDREN = 20;
/** Commits acknowledged before each kill: at different stages of the write-ahead log, one beyond its first checkpoint. */
const ACKNOWLEDGED = [1, 7, 30, 90] as const;

test('killed in the middle of writing, again and again: every acknowledged batch is there whole, none by half', async () => {
  const path = join(tempFolder(), 'data.sqlite');
  let next = 0;
  for (const wanted of ACKNOWLEDGED) {
    const { child, lines } = startScript('./committing-process.ts', path, String(next), String(CHILDREN));
    let acknowledged = -1;
    for (let n = 0; n < wanted; n += 1) acknowledged = Number((await lines.next()).value);
    await kill(child);
    // Whatever was printed before the end was acknowledged too.
    for (let line = await lines.next(); !line.done; line = await lines.next()) acknowledged = Number(line.value);
    expect(acknowledged).toBeGreaterThanOrEqual(next + wanted - 1);

    const partitions = openPartitions(path, { clock: new FakeClock() });
    const store = partitions.of('sakura');
    const [head, ...others] = await store.list({ kind: 'head', parts: 'none', limit: 10 });
    const newest = Number(head?.clear?.['batch']);
    expect(others).toEqual([]);
    // One more may have been on the disk when the process was killed before it could say so.
    expect([acknowledged, acknowledged + 1]).toContain(newest);
    expect(await store.count({ kind: 'child' })).toBe((newest + 1) * CHILDREN);
    for (let batch = 0; batch <= newest; batch += 1) {
      const found = await store.list({
        kind: 'child',
        facility: `f${batch % 7}`,
        class: `b${batch}`,
        parts: 'both',
        limit: 100,
      });
      expect(ids(found)).toHaveLength(CHILDREN);
      expect(found.every((each) => each.body?.length === 2000 && each.card === `card of ${each.id}`)).toBe(true);
    }
    partitions.close();
    next = newest + 1;
  }
});
