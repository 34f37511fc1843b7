import { expect, test } from 'vitest';
import { fileOf, registers, send } from './registers.ts';

test('a run that is out of time says where to go on, and the same file again from there finishes it', async () => {
  const here = await registers();
  const rows: number[] = [];
  let fromRow: number | null = 1;
  while (fromRow !== null && rows.length < 100) {
    const answer = await send(here, fileOf(10), { budget: 0, rowsAtOnce: 4, query: { fromRow: String(fromRow) } });
    expect(answer.counts.created).toBe(answer.rows.length);
    rows.push(...answer.rows.map(({ row }) => row));
    fromRow = answer.nextRow;
  }
  expect(rows).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  expect((await here.everybody()).length).toBe(10);
});

test('an answer is bounded: with very many problems it says where to go on', async () => {
  const here = await registers();
  const file = `氏名\r\n${'山田花子\r\n'.repeat(1500)}`;
  const first = await send(here, file);
  expect(first.problems.length).toBeLessThan(1100);
  const rest = await send(here, file, { query: { fromRow: String(first.nextRow) } });
  expect([first.rows.length + rest.rows.length, rest.nextRow]).toEqual([1500, null]);
});

test.each([1, 7, 96])(
  'a file full of problems is done in as many runs as it takes, %d rows at once',
  async (rowsAtOnce) => {
    const here = await registers();
    const file = `氏名,${Array.from({ length: 20 }, (_, at) => `電話${at}`).join(',')}\r\n${`山田花子${',1'.repeat(20)}\r\n`.repeat(300)}`;
    const rows: number[] = [];
    for (let fromRow: number | null = 1; fromRow !== null; ) {
      const answer = await send(here, file, { rowsAtOnce, query: { dryRun: 'true', fromRow: String(fromRow) } });
      expect(answer.problems.length).toBeLessThan(1000 + 21 * (rowsAtOnce + 1));
      rows.push(...answer.rows.map(({ row }) => row));
      fromRow = answer.nextRow;
    }
    expect(rows).toEqual(Array.from({ length: 300 }, (_, at) => at + 2));
  },
);
