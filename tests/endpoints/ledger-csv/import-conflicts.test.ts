import { expect, test } from 'vitest';
import { changeChild, createChild, readChild } from '../../../src/endpoints/records/record-endpoints.ts';
import { ask } from '../../support/ask.ts';
import { aChild } from '../records/nursery.ts';
import { codes, fileOf, HEADER, type Registers, registers, send } from './registers.ts';

/** Does things of somebody else at the moments when the next imports are about to commit, one at each. */
function interrupt(here: Registers, ...acts: (() => Promise<unknown>)[]): void {
  let busy = false;
  here.beforeCommit(async (operations) => {
    const imports = operations.some(
      (one) => one.type !== 'delete' && one.item.kind === 'event' && one.item.clear?.['action'] === 'records-imported',
    );
    const act = busy || !imports ? undefined : acts.shift();
    if (act === undefined) return;
    busy = true;
    await act();
    busy = false;
  });
}

async function edit(here: Registers, id: string, body: object): Promise<void> {
  const { etag } = await ask(readChild, await here.me(), { params: { id } });
  await ask(changeChild, await here.me(), { params: { id }, body, ifMatch: etag ?? '' });
}

test('two people who import the same file at once make each child once', async () => {
  const here = await registers();
  const both = await Promise.all([send(here, fileOf(60)), send(here, fileOf(60))]);
  expect((await here.everybody()).length).toBe(60);
  expect(both.map(({ counts }) => counts.refused)).toEqual([0, 0]);
  expect(both.map(({ counts }) => counts.created + counts.left)).toEqual([60, 60]);
  expect(both[0]?.rows.map(({ child }) => child)).toEqual(both[1]?.rows.map(({ child }) => child));
});

test('an import that begins while another has made the children finds them, row by row', async () => {
  const here = await registers();
  interrupt(here, () => send(here, fileOf(3)));
  const answer = await send(here, fileOf(5));
  expect(answer.counts).toEqual({ created: 2, changed: 0, left: 3, refused: 0 });
  expect((await here.everybody()).length).toBe(5);
});

test('a record that somebody edits meanwhile keeps that edit and still takes the row', async () => {
  const here = await registers();
  const first = await send(here, fileOf(3));
  const id = first.rows[1]?.child ?? '';
  interrupt(here, () => edit(here, id, { address: '東京都渋谷区' }));
  const answer = await send(
    here,
    fileOf(3, (at) => `090-0000-${2000 + at}`),
  );
  expect(answer.counts).toEqual({ created: 0, changed: 3, left: 0, refused: 0 });
  expect(await here.record(id)).toMatchObject({ address: '東京都渋谷区', phone: '090-0000-2001' });
  const told = (await here.events('records-imported')).map(({ clear }) => clear?.['targets']);
  expect(told.filter((targets) => Array.isArray(targets) && targets.length === 1).length).toBe(3);
});

test('a number that another child takes meanwhile refuses its own row and no other', async () => {
  const here = await registers();
  interrupt(here, async () =>
    ask(createChild, await here.me(), { body: aChild(here.garden.id, { number: '2', birthDate: '2022-01-01' }) }),
  );
  const answer = await send(here, fileOf(3));
  expect(answer.counts).toEqual({ created: 2, changed: 0, left: 0, refused: 1 });
  expect(codes(answer)).toEqual(['3 園児番号 taken']);
});

test('a child that moves to another facility meanwhile is left alone there', async () => {
  const here = await registers();
  const other = await here.facility();
  const first = await send(here, fileOf(2));
  const id = first.rows[0]?.child ?? '';
  interrupt(here, () => edit(here, id, { facility: other.id, classes: [] }));
  const answer = await send(
    here,
    fileOf(2, () => '090-0000-0000'),
  );
  expect(answer.counts).toEqual({ created: 0, changed: 1, left: 0, refused: 1 });
  expect(codes(answer)).toEqual(['2  changed-meanwhile']);
  expect(await here.record(id)).toMatchObject({ facility: other.id, phone: '03-0000-1000' });
});

test('rows that are overtaken again while they are written one by one are found too, and none is made twice', async () => {
  const here = await registers();
  const last = `${HEADER}\r\n${fileOf(3).split('\r\n')[3]}\r\n`;
  interrupt(
    here,
    () => send(here, last),
    () => send(here, fileOf(1)),
  );
  const answer = await send(here, fileOf(3));
  expect(answer.rows.map(({ outcome }) => outcome)).toEqual(['left', 'created', 'left']);
  expect((await here.everybody()).length).toBe(3);
});
