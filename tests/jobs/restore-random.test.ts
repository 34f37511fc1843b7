import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runJob } from '../../src/jobs/job.ts';
import { runBackups } from '../../src/jobs/run-backups.ts';
import { ONE_IN } from '../support/fault-points.ts';
import { backupService, faults, goodIds, smallTenant, type writer } from './backup-fixture.ts';
import { askFor, contentOf, expectedAfter, restoreOf, serve } from './restore-fixture.ts';

type Write = ReturnType<typeof writer>;

/** What people do to children, as numbers that `act` makes sense of. */
const deeds = (maxLength: number) =>
  fc.array(fc.record({ deed: fc.integer({ min: 0, max: 9 }), child: fc.nat(30), number: fc.nat(6) }), { maxLength });

/** Does what can be done: a number that is taken is refused by the store, as it is for people. */
async function act(
  write: Write,
  garden: string,
  children: string[],
  { deed, child, number }: { readonly deed: number; readonly child: number; readonly number: number },
): Promise<void> {
  const fields = { givenName: `${deed}`, number: number === 0 ? '' : `${number}`, notes: `${child}` };
  const id = children[child % Math.max(1, children.length)];
  try {
    if (deed < 3 || id === undefined) children.push(await write.child(garden, fields));
    else if (deed < 7) await write.child(garden, fields, id);
    else if (deed < 8) await write.version(id, `${number}`);
    else {
      await write.erase(id);
      children.splice(children.indexOf(id), 1);
    }
  } catch (error) {
    if (!String(error).includes('conflict')) throw error;
  }
}

test('after any past, a restore comes to its generation but for what was deleted, and can be undone', async () => {
  await fc.assert(
    fc.asyncProperty(deeds(20), deeds(20), async (before, after) => {
      const on = await backupService();
      const { write, garden } = await smallTenant(on);
      const children: string[] = [];
      for (const deed of before) await act(write, garden, children, deed);
      await runJob(runBackups, on.process());
      await on.night();
      const [generation = ''] = await goodIds(on);
      const then = await contentOf(on);
      for (const deed of after) await act(write, garden, children, deed);
      const now = await contentOf(on);

      const id = await askFor(on, generation);
      await serve(on);
      expect(await contentOf(on)).toEqual(expectedAfter({ then, now }));
      const { before: undo, shared } = await restoreOf(on, id);
      expect(shared).toBe(0);
      await askFor(on, undo ?? '');
      await serve(on);
      expect(await contentOf(on)).toEqual(now);
      expect(await faults(on)).toEqual([]);
    }),
    { numRuns: Math.ceil(25 / ONE_IN) },
  );
});

test('a tenant of several pages and portions comes back whole', async () => {
  const on = await backupService();
  const { write, garden } = await smallTenant(on);
  const children: string[] = [];
  for (let n = 0; n < 230; n += 1) {
    children.push(await write.child(garden, { givenName: `${n}`, number: `${100 + n}` }));
  }
  await runJob(runBackups, on.process());
  await on.night();
  const [generation = ''] = await goodIds(on);
  const then = await contentOf(on);
  for (const [n, id] of children.entries()) await write.child(garden, { givenName: '別', number: `${1000 + n}` }, id);
  const now = await contentOf(on);
  await askFor(on, generation);
  await serve(on);
  expect(await contentOf(on)).toEqual(expectedAfter({ then, now }));
});
