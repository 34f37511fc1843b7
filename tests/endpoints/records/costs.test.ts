import { expect, test } from 'vitest';
import {
  changeChild,
  createChild,
  createClass,
  listChildren,
  readChild,
  readFacility,
} from '../../../src/endpoints/records/record-endpoints.ts';
import { ask } from '../../support/ask.ts';
import { aChild, nursery } from './nursery.ts';

test('reading a child costs account and record, and one commit an hour for the read log', async () => {
  const here = await nursery();
  const garden = await here.facility();
  const { id } = await here.child(garden.id);
  const read = async () => ask(readChild, await here.me(), { params: { id } });

  here.counted.reset();
  await read();
  expect([here.counted.reads, here.counted.commits]).toEqual([2, 1]);
  here.counted.reset();
  await read();
  await read();
  expect([here.counted.reads, here.counted.commits]).toEqual([4, 0]);
  await here.clock.advance(3_600_000);
  await read();
  expect((await here.events('record-read')).length).toBe(2);
});

test('reading a facility costs account and record and writes nothing', async () => {
  const here = await nursery();
  const garden = await here.facility();
  here.counted.reset();
  await ask(readFacility, await here.me(), { params: { id: garden.id } });
  expect([here.counted.reads, here.counted.commits]).toEqual([2, 0]);
});

test('creating a child costs account, own id, one read per reference and one count, and a single commit', async () => {
  const here = await nursery();
  const garden = await here.facility();
  const chicks = await here.schoolClass(garden.id);
  here.counted.reset();
  const classes = [{ class: chicks.id, from: '2026-04-01' }];
  const body = aChild(garden.id, { id: '01890000-0000-7000-8000-000000000001', classes, number: '12' });
  const answer = await ask(createChild, await here.me(), { body });
  expect(answer.status).toBe(201);
  expect(here.counted.counts.gets.map((key) => key.split(':')[0])).toEqual(['account', 'child', 'facility', 'class']);
  expect(here.counted.counts.counts).toEqual(['child']);
  expect(here.counted.counts.lists).toEqual([]);
  expect(here.counted.commits).toBe(1);
});

test('changing a child costs account and record and a single commit; a new class one read more', async () => {
  const here = await nursery();
  const garden = await here.facility();
  const chicks = await here.schoolClass(garden.id);
  const { id, etag } = await here.child(garden.id, { number: '1' });
  here.counted.reset();
  const changed = await ask(changeChild, await here.me(), { params: { id }, body: { notes: 'x' }, ifMatch: etag });
  expect([here.counted.reads, here.counted.commits]).toEqual([2, 1]);
  const written = here.counted.counts.commits.flat().map((one) => (one.type === 'delete' ? one.kind : one.item.kind));
  expect(written).toEqual(['child', 'version', 'event']);
  here.counted.reset();
  const classes = [{ class: chicks.id, from: '2026-04-01' }];
  const ifMatch = changed.etag ?? '';
  await ask(changeChild, await here.me(), { params: { id }, body: { classes }, ifMatch });
  expect([here.counted.reads, here.counted.commits]).toEqual([3, 1]);
});

test('the list of a facility is one read however many its cards, and opens no body', async () => {
  const here = await nursery();
  const garden = await here.facility();
  for (const number of ['1', '2', '3']) await here.child(garden.id, { number });
  here.counted.reset();
  const list = async () => ask(listChildren, await here.me(), { query: { facility: garden.id } });
  await list();
  expect([here.counted.counts.lists, here.counted.commits]).toEqual([['child'], 1]);
  here.counted.reset();
  await list();
  expect([here.counted.reads, here.counted.commits]).toEqual([2, 0]);
  expect((await here.events('record-read')).length).toBe(0);
});

test('a change that is refused by its schema reads no reference and writes nothing', async () => {
  const here = await nursery();
  const garden = await here.facility();
  here.counted.reset();
  const body = { facility: garden.id, schoolYear: 2026, name: '' };
  await expect(ask(createClass, await here.me(), { body })).rejects.toThrow('invalid-input');
  expect([here.counted.reads, here.counted.commits]).toEqual([1, 0]);
});
