import { expect, test } from 'vitest';
import {
  deleteChild,
  listChildren,
  listClasses,
  listFacilities,
} from '../../../src/endpoints/records/record-endpoints.ts';
import { ask, refusal, refusedAs } from '../../support/ask.ts';
import { ids, items, type Nursery, nursery, only } from './nursery.ts';

async function list(here: Nursery, query: object, token?: string) {
  return ask(listChildren, token === undefined ? await here.me() : await here.as(token), { query });
}

test('the class lists change on 1 April by the clock alone', async () => {
  const here = await nursery();
  const garden = await here.facility();
  const chicks = await here.schoolClass(garden.id);
  const rabbits = await here.schoolClass(garden.id, { schoolYear: 2027, name: 'うさぎ組', ages: [1] });
  const classes = [
    { class: chicks.id, order: 4, from: '2026-04-01' },
    { class: rabbits.id, order: 1, from: '2027-04-01' },
  ];
  const staying = await here.child(garden.id, { classes });
  const leaving = await here.child(garden.id, {
    classes: classes.slice(0, 1),
    enrolments: [{ from: '2024-04-01', to: '2027-03-31' }],
  });
  const coming = await here.child(garden.id, {
    classes: classes.slice(1),
    enrolments: [{ from: '2027-04-01' }],
  });
  const caller = await here.me();
  const listed = async (now: number, query: object) => ask(listChildren, { ...caller, now }, { query });
  const lists = async (now: number) => [
    new Set(ids(await listed(now, { class: chicks.id }))),
    new Set(ids(await listed(now, { class: rabbits.id }))),
    new Set(ids(await listed(now, { facility: garden.id }))),
  ];
  const lastMoment = Date.parse('2027-03-31T23:59:59+09:00');
  const before = [new Set([staying.id, leaving.id]), new Set(), new Set([staying.id, leaving.id])];
  expect(await lists(lastMoment)).toEqual(before);
  const newYear = Date.parse('2027-04-01T00:00:00+09:00');
  expect(await lists(newYear)).toEqual([new Set(), new Set([staying.id, coming.id]), new Set([staying.id, coming.id])]);
  // Any day can be asked for, whatever today is.
  expect(new Set(ids(await listed(newYear, { class: chicks.id, day: '2027-03-31' })))).toEqual(before[0]);
  const [first] = items(await listed(newYear, { class: rabbits.id }));
  expect(first?.['onDay']).toMatchObject({ enrolled: true, class: rabbits.id, order: 1 });
});

test('those who left, and those who are to come, are listed when they are asked for', async () => {
  const here = await nursery();
  const garden = await here.facility();
  const here1 = await here.child(garden.id);
  const left = await here.child(garden.id, { enrolments: [{ from: '2024-04-01', to: '2026-11-23' }] });
  const coming = await here.child(garden.id, { enrolments: [{ from: '2026-12-01' }] });
  expect(ids(await list(here, { facility: garden.id }))).toEqual([here1.id]);
  const all = new Set([here1.id, left.id, coming.id]);
  expect(new Set(ids(await list(here, { facility: garden.id, left: 'include' })))).toEqual(all);
  expect(new Set(ids(await list(here, { left: 'include' })))).toEqual(all);
});

test('the list of a facility comes whole and in the order that is asked for', async () => {
  const here = await nursery();
  const garden = await here.facility();
  const sato = await here.child(garden.id, { familyNameKana: 'さとう', number: '2', birthDate: '2023-05-01' });
  const abe = await here.child(garden.id, { familyNameKana: 'アベ', number: '10', birthDate: '2022-05-01' });
  const kato = await here.child(garden.id, { familyNameKana: 'かとう', birthDate: '2021-05-01' });
  const by = async (sort?: string) => ids(await list(here, { facility: garden.id, ...(sort && { sort }) }));
  expect(await by()).toEqual([abe.id, kato.id, sato.id]);
  expect(await by('kana')).toEqual([abe.id, kato.id, sato.id]);
  expect(await by('birth')).toEqual([kato.id, abe.id, sato.id]);
  expect(await by('number')).toEqual([sato.id, abe.id, kato.id]);
  const { errors } = await refusal(list(here, { facility: garden.id, limit: '10', cursor: abe.id, sort: 'age' }));
  expect(errors.map(({ pointer }) => pointer)).toContain('?sort');
  const paged = await refusal(list(here, { facility: garden.id, limit: '10', cursor: abe.id }));
  expect(paged.errors.map(({ pointer }) => pointer)).toEqual(['?limit', '?cursor']);
});

test('cards show no body, and neither cards nor pages show deleted children', async () => {
  const here = await nursery();
  const garden = await here.facility();
  await here.child(garden.id, { notes: 'ひみつ', phone: '03-0000-0000' });
  const { id, etag } = await here.child(garden.id);
  await ask(deleteChild, await here.me(), { params: { id }, ifMatch: etag }, here.services);
  for (const query of [{ facility: garden.id }, { facility: garden.id, left: 'include' }, { left: 'include' }]) {
    const answer = await list(here, query);
    expect(ids(answer).length).toBe(1);
    expect(JSON.stringify(answer.body)).not.toMatch(/ひみつ|03-0000|searchKey|sortKey/);
  }
});

test('over several facilities lists come in id order by pages, of the own facilities only', async () => {
  const here = await nursery();
  const [garden, other, third] = [await here.facility(), await here.facility(), await here.facility()];
  const mine: string[] = [];
  for (let at = 0; at < 12; at += 1) {
    const of = [garden, other, third][at % 3] ?? garden;
    const { id } = await here.child(of.id);
    if (of !== third) mine.push(id);
  }
  const teacher = await here.signIn(only('children', 'read', [garden.id, other.id]));
  const pages: string[][] = [];
  let cursor: string | null = null;
  do {
    const answer = await list(here, { limit: '3', ...(cursor === null ? {} : { cursor }) }, teacher);
    pages.push([...ids(answer)]);
    cursor = (answer.body as { next: string | null }).next;
  } while (cursor !== null);
  expect(pages.flat()).toEqual([...mine].sort());
  expect(Math.max(...pages.map(({ length }) => length))).toBe(3);
});

test('a cursor is a position and nothing else: with that of a colleague one sees the own facilities only', async () => {
  const here = await nursery();
  const [garden, other] = [await here.facility(), await here.facility()];
  const children = [];
  for (const of of [garden, other, garden, other]) children.push(await here.child(of.id));
  const first = children.map(({ id }) => id).sort()[0];
  const teacher = await here.signIn(only('children', 'read', [other.id]));
  const seen = ids(await list(here, { cursor: first }, teacher));
  const own = children.filter((child) => child['facility'] === other.id && child.id > (first ?? ''));
  expect(seen).toEqual(own.map(({ id }) => id).sort());
  expect(await refusedAs(list(here, { cursor: '../x' }, teacher))).toBe('invalid-input');
});

test('a page whose rows are all out of scope is passed over within bounded reads, and goes on', async () => {
  const here = await nursery();
  const [garden, other, third] = [await here.facility(), await here.facility(), await here.facility()];
  for (let at = 0; at < 14; at += 1) await here.child(garden.id);
  await here.clock.advance(1000);
  const own = await here.child(other.id);
  const teacher = await here.signIn(only('children', 'read', [other.id, third.id]));
  here.counted.reset();
  const first = await list(here, { limit: '1' }, teacher);
  expect([ids(first), here.counted.counts.lists.length]).toEqual([[], 10]);
  const { next } = first.body as { next: string };
  expect(ids(await list(here, { limit: '1', cursor: next }, teacher))).toEqual([own.id]);
});

test('a list outside the own facilities is as unknown as one of nowhere', async () => {
  const here = await nursery();
  const [garden, other] = [await here.facility(), await here.facility()];
  const chicks = await here.schoolClass(garden.id);
  const teacher = await here.signIn({ ...only('children', 'read', [other.id]), ...only('diary', 'read', [garden.id]) });
  expect(await refusedAs(list(here, { facility: garden.id }, teacher))).toBe('not-found');
  expect(await refusedAs(list(here, { class: chicks.id }, teacher))).toBe('not-found');
  expect(await refusedAs(list(here, { class: chicks.id, facility: other.id }))).toBe('not-found');
  expect((await here.events('records-listed')).length).toBe(0);
});

test('lists of children stand in the log once an hour for each filter; those of classes are not logged', async () => {
  const here = await nursery();
  const garden = await here.facility();
  await here.schoolClass(garden.id);
  for (const sort of ['kana', 'birth', 'kana']) await list(here, { facility: garden.id, sort });
  expect((await here.events('records-listed')).length).toBe(1);
  await list(here, { facility: garden.id, left: 'include' });
  await list(here, {});
  expect((await here.events('records-listed')).length).toBe(3);
  await ask(listClasses, await here.me(), { query: { facility: garden.id } });
  expect((await here.events('records-listed')).length).toBe(3);
  const [event] = await here.events('records-listed');
  expect(event?.clear).toMatchObject({ action: 'records-listed', targetKind: 'child', targets: [] });
});

test('classes are listed by school year, and facilities take no filter that they do not know', async () => {
  const here = await nursery();
  const garden = await here.facility();
  const now = await here.schoolClass(garden.id);
  const next = await here.schoolClass(garden.id, { schoolYear: 2027 });
  const years = async (query: object) => ids(await ask(listClasses, await here.me(), { query }));
  expect(await years({ facility: garden.id })).toEqual([now.id, next.id]);
  expect(await years({ facility: garden.id, schoolYear: '2027' })).toEqual([next.id]);
  expect(await refusedAs(ask(listFacilities, await here.me(), { query: { schoolYear: '2027' } }))).toBe(
    'invalid-input',
  );
  expect(await refusedAs(ask(listFacilities, await here.me(), { query: { left: 'include' } }))).toBe('invalid-input');
});
