import iconv from 'iconv-lite';
import { expect, test } from 'vitest';
import { fileOf, registers, send } from './registers.ts';

test.each([';', '\t'])(
  'a register in Shift_JIS with cells separated by %j is taken over, and again changes nothing',
  async (separator) => {
    const here = await registers();
    const file = iconv.encode(fileOf(60).replaceAll(',', separator), 'cp932');
    const answer = await send(here, file);
    expect(answer.file).toMatchObject({ encoding: 'cp932', separator, ignored: [] });
    expect([answer.counts.created, answer.problems]).toEqual([60, []]);
    here.counted.reset();
    expect([(await send(here, file)).counts.left, here.counted.commits]).toEqual([60, 0]);
  },
);
