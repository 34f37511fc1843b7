import { expect, test } from 'vitest';
import { codes, registers, send } from './registers.ts';

const HEADER = 'クラス,氏名,ふりがな,生年月日,利用区分';

test('in a file with the class on first rows only, who comes without a class is taken in without one', async () => {
  const here = await registers();
  const file = [
    HEADER,
    'ひよこ組,見本　一,みほん いち,2026/5/1,通常',
    ',見本　二,みほん に,2026/5/2,',
    ',見本　三,みほん さん,2026/5/3,一時預かり',
    '',
  ];
  const answer = await send(here, file.join('\r\n'));
  expect([answer.counts.created, answer.problems]).toEqual([3, []]);
  const records = await Promise.all(answer.rows.map(({ child }) => here.record(child ?? '')));
  expect(records.map(({ classes }) => classes.map((stay) => stay.class))).toEqual([
    [here.chicks.id],
    [here.chicks.id],
    [],
  ]);
});

test('a class from the row above is warned about when it is for children of another age, and taken all the same', async () => {
  const here = await registers();
  const file = [
    HEADER,
    'ひよこ組,見本　一,みほん いち,2026/5/1,',
    ',見本　二,みほん に,2026/5/2,',
    'らいおん組,見本　三,みほん さん,2020/5/1,',
    ',見本　四,みほん し,2020/5/2,',
    ',見本　五,みほん ご,2024/5/1,',
    ',見本　六,みほん ろく,2024/5/2,通常',
    '',
  ];
  const answer = await send(here, file.join('\r\n'));
  expect([codes(answer), answer.counts.created]).toEqual([['6 クラス class-from-above'], 6]);
  expect(answer.problems[0]).toMatchObject({
    severity: 'warning',
    message: { ja: expect.stringContaining('らいおん組') },
  });
});

test('a class beside 一時預かり is refused with what to write in the file', async () => {
  const here = await registers();
  const row = (name: string) => `${HEADER}\r\n${name},見本　一,みほん いち,2026/5/1,一時預かり\r\n`;
  const refused = await send(here, row('ひよこ組'));
  expect(codes(refused)).toEqual(['2 クラス class-not-for-this-use']);
  expect(refused.problems[0]?.message.ja).toContain('クラスの欄を「―」に');
  expect((await send(here, row('―'))).counts.created).toBe(1);
});
