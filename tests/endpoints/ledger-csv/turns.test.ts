import { expect, test } from 'vitest';
import type { Services } from '../../../src/endpoints/pipeline/services.ts';
import { fileOf, type Registers, registers, send } from './registers.ts';

/** The same place with a clock for which every look at it takes a millisecond. */
function underLoad(here: Registers): Registers {
  let elapsed = 0;
  const clock = Object.assign(Object.create(here.clock), { monotonic: () => (elapsed += 1) });
  const services: Services = new Proxy(here.services, {
    get: (services, property) => (property === 'clock' ? clock : Reflect.get(services, property)),
  });
  return { ...here, services };
}

/** How often others have their turn while something is done. */
async function turnsDuring(work: () => Promise<unknown>): Promise<number> {
  let turns = 0;
  let next = setImmediate(turn);
  function turn(): void {
    turns += 1;
    next = setImmediate(turn);
  }
  await work();
  clearImmediate(next);
  return turns;
}

const ROWS = 3000;

test.each([
  ['is read', '園児番号,氏名\r\n', '1,山田花子\r\n', ROWS],
  [
    'is opened, to see whether a class stands once per group, and read',
    'クラス,氏名\r\nひよこ,\r\n',
    ',山田花子\r\n',
    2 * ROWS,
  ],
  ['is read where nothing in it is a row', '園児番号,氏名\r\n', '合計,3名\r\n', ROWS],
])('while a file %s others have their turn after a few milliseconds', async (_name, header, row, looks) => {
  const here = underLoad(await registers());
  const asked = { budget: 0, query: { dryRun: 'true' } };
  const turns = await turnsDuring(() => send(here, header + row.repeat(ROWS), asked));
  // One look at the clock for each row, 5 ms of work to a turn, and two more looks for it.
  expect(turns).toBeGreaterThan(looks / 8);
});

test('while rows are planned and written, and children are looked through, others have their turn as well', async () => {
  const here = underLoad(await registers());
  const rows = 300;
  const written = await turnsDuring(() => send(here, fileOf(rows)));
  // Each row is read, looked at, planned and written.
  expect(written).toBeGreaterThan((4 * rows) / 8);
  const again = await turnsDuring(() => send(here, fileOf(rows)));
  expect(again).toBeGreaterThan((4 * rows) / 8);
});
