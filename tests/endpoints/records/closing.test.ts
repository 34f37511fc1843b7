import { expect, test } from 'vitest';
import {
  closeClass,
  closeFacility,
  listClasses,
  listFacilities,
} from '../../../src/endpoints/records/record-endpoints.ts';
import { ask, refusal, refusedAs } from '../../support/ask.ts';
import { ids, type Nursery, nursery, only } from './nursery.ts';

async function close(here: Nursery, id: string, on: string) {
  return ask(closeFacility, await here.me(), { params: { id }, body: { on } });
}

test('closing again with the same day succeeds without a write; another day moves the end', async () => {
  const here = await nursery();
  const garden = await here.facility();
  const first = await close(here, garden.id, '2027-03-31');
  expect(first.body).toMatchObject({ closedOn: '2027-03-31' });
  here.counted.reset();
  const again = await close(here, garden.id, '2027-03-31');
  expect([again.status, again.etag, here.counted.commits]).toEqual([200, first.etag, 0]);
  expect((await close(here, garden.id, '2028-03-31')).body).toMatchObject({ closedOn: '2028-03-31' });
  expect((await here.events('record-closed')).length).toBe(2);
});

test('a facility in which children stay beyond its last day cannot be closed, and says so', async () => {
  const here = await nursery();
  const garden = await here.facility();
  await here.child(garden.id, { enrolments: [{ from: '2024-04-01', to: '2027-03-31' }] });
  const early = await refusal(close(here, garden.id, '2027-03-30'));
  expect([early.code, early.text?.ja]).toEqual(['in-use', expect.stringContaining('退園日')]);
  expect((await close(here, garden.id, '2027-03-31')).status).toBe(200);
});

test('closing a class ends nothing else: its children stay where they are', async () => {
  const here = await nursery();
  const garden = await here.facility();
  const chicks = await here.schoolClass(garden.id);
  await here.child(garden.id, { classes: [{ class: chicks.id, from: '2026-04-01' }] });
  here.counted.reset();
  const answer = await ask(closeClass, await here.me(), { params: { id: chicks.id }, body: { on: '2026-11-24' } });
  expect(answer.body).toMatchObject({ closedOn: '2026-11-24', schoolYear: 2026 });
  const written = here.counted.counts.commits.flat().map((one) => (one.type === 'delete' ? one.kind : one.item.kind));
  expect(written).toEqual(['class', 'event']);
});

test('what is closed leaves the lists on the day after its last, and can be asked for', async () => {
  const here = await nursery();
  const garden = await here.facility();
  const chicks = await here.schoolClass(garden.id);
  await ask(closeClass, await here.me(), { params: { id: chicks.id }, body: { on: '2026-11-24' } });
  const list = async (query: object) => ids(await ask(listClasses, await here.me(), { query }));
  expect(await list({ facility: garden.id })).toEqual([chicks.id]);
  await here.clock.advance(12 * 3_600_000);
  expect(await list({ facility: garden.id })).toEqual([]);
  expect(await list({ facility: garden.id, closed: 'include' })).toEqual([chicks.id]);
  expect(await list({ facility: garden.id, day: '2026-11-24' })).toEqual([chicks.id]);
  expect(await list({})).toEqual([]);
  expect(ids(await ask(listFacilities, await here.me(), {}))).toEqual([garden.id]);
});

test('closing needs settings for a facility and children for a class, in that facility', async () => {
  const here = await nursery();
  const garden = await here.facility();
  const chicks = await here.schoolClass(garden.id);
  const office = await here.signIn(only('settings', 'write', [garden.id]));
  const teacher = await here.signIn(only('children', 'write', [garden.id]));
  const stranger = await here.signIn(only('settings', 'write', [chicks.id]));
  const body = { on: '2027-03-31' };
  const facility = { params: { id: garden.id }, body };
  const ofClass = { params: { id: chicks.id }, body };
  expect(await refusedAs(ask(closeFacility, await here.as(teacher), facility))).toBe('not-permitted');
  expect(await refusedAs(ask(closeClass, await here.as(office), ofClass))).toBe('not-permitted');
  expect(await refusedAs(ask(closeFacility, await here.as(stranger), facility))).toBe('not-found');
  expect((await ask(closeFacility, await here.as(office), facility)).status).toBe(200);
  expect((await ask(closeClass, await here.as(teacher), ofClass)).status).toBe(200);
});
