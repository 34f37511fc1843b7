import { expect, test } from 'vitest';
import { childSchema } from '../../../src/domain/collections/child-fields.ts';
import { CHILDREN } from '../../../src/domain/collections/children.ts';
import { recordWrite } from '../../../src/domain/collections/record-writes.ts';
import { newId } from '../../../src/domain/ids.ts';
import {
  changeChild,
  closeClass,
  closeFacility,
  createChild,
  createClass,
  createFacility,
  deleteChild,
} from '../../../src/endpoints/records/record-endpoints.ts';
import { checkReferences } from '../../../src/endpoints/records/references.ts';
import { ask, refusal, refusedAs } from '../../support/ask.ts';
import { aChild, nursery, only } from './nursery.ts';

const ID = '01890000-0000-7000-8000-000000000001';

test('a child that is created comes back as it was sent, with its address and ETag', async () => {
  const here = await nursery();
  const garden = await here.facility();
  const answer = await ask(createChild, await here.me(), { body: aChild(garden.id, { id: ID, familyName: '髙橋 ' }) });
  expect(answer.status).toBe(201);
  expect(answer.headers).toEqual({ location: `/api/children/${ID}` });
  expect(answer.body).toMatchObject({ id: ID, etag: answer.etag, familyName: '髙橋 ', guardians: [] });
  const events = await here.events('record-created');
  const event = events.find((one) => one.clear?.['targetKind'] === 'child');
  expect(event?.clear).toMatchObject({ targetKind: 'child', targets: [ID], facility: garden.id });
  expect(JSON.stringify(event)).not.toContain('髙橋');
});

test('what customers write stands nowhere in the store in the clear', async () => {
  const here = await nursery();
  const garden = await here.facility({ name: 'ひみつ園' });
  const chicks = await here.schoolClass(garden.id, { name: 'ひみつ組' });
  const classes = [{ class: chicks.id, from: '2026-04-01' }];
  await here.child(garden.id, { number: 'himitsu-7', notes: 'himitsu', classes });
  const written = JSON.stringify(here.counted.counts.commits);
  expect(written).not.toMatch(/himitsu|ひみつ|山田|花子|2023-05-01/);
});

test('sending a creation again with the same content gives the stored record and writes none', async () => {
  const here = await nursery();
  const garden = await here.facility();
  const chicks = await here.schoolClass(garden.id);
  const classes = [{ class: chicks.id, from: '2026-04-01' }];
  const body = aChild(garden.id, { id: ID, number: '7', classes });
  const first = await ask(createChild, await here.me(), { body });
  here.counted.reset();
  const again = await ask(createChild, await here.me(), { body: Object.fromEntries(Object.entries(body).reverse()) });
  expect([again.status, again.body, again.etag]).toEqual([200, first.body, first.etag]);
  expect(here.counted.counts.commits.flat().map((one) => one.type === 'create' && one.item.kind)).toEqual(['event']);

  // Neither later changes nor what has closed meanwhile make it another creation.
  const edit = { params: { id: ID }, body: { notes: '変更' }, ifMatch: first.etag ?? '' };
  const changed = await ask(changeChild, await here.me(), edit);
  await ask(closeClass, await here.me(), { params: { id: chicks.id }, body: { on: '2026-05-31' } });
  const late = await ask(createChild, await here.me(), { body });
  expect([late.status, late.etag]).toEqual([200, changed.etag]);
});

test('an id with other content is taken, and a deleted one is gone for ever', async () => {
  const here = await nursery();
  const garden = await here.facility();
  const body = aChild(garden.id, { id: ID });
  const { etag } = await ask(createChild, await here.me(), { body });
  const other = aChild(garden.id, { id: ID, givenName: '太郎' });
  expect(await refusedAs(ask(createChild, await here.me(), { body: other }))).toBe('id-taken');
  await ask(deleteChild, await here.me(), { params: { id: ID }, ifMatch: etag ?? '' }, here.services);
  expect(await refusedAs(ask(createChild, await here.me(), { body }))).toBe('gone');
  expect(await refusedAs(ask(createChild, await here.me(), { body: other }))).toBe('gone');
});

test('an id of a record outside the own facilities tells nothing but that it is taken, even to who made it', async () => {
  const here = await nursery();
  const [garden, elsewhere] = [await here.facility(), await here.facility()];
  const teacher = await here.signIn(only('children', 'write', [garden.id]));
  const body = aChild(garden.id, { id: ID });
  const attempt = async () => ask(createChild, await here.as(teacher), { body });
  const made = await attempt();
  const move = { params: { id: ID }, body: { facility: elsewhere.id }, ifMatch: made.etag ?? '' };
  const moved = await ask(changeChild, await here.me(), move);
  expect(await refusedAs(attempt())).toBe('id-taken');
  await ask(deleteChild, await here.me(), { params: { id: ID }, ifMatch: moved.etag ?? '' }, here.services);
  expect(await refusedAs(attempt())).toBe('id-taken');
  expect((await here.events('record-read')).length).toBe(0);
});

test('what was deleted cannot be named by another record', async () => {
  const here = await nursery();
  const garden = await here.facility();
  const { id, etag } = await here.child(garden.id);
  const naming = { to: CHILDREN, id, pointer: '/child', from: '2026-04-01', until: '2027-03-31' };
  await checkReferences(await here.me(), garden.id, [naming], '2026-11-24');
  await ask(deleteChild, await here.me(), { params: { id }, ifMatch: etag }, here.services);
  const refused = await refusal(checkReferences(await here.me(), garden.id, [naming], '2026-11-24'));
  expect(refused.errors).toMatchObject([{ pointer: '/child', code: 'unknown-reference' }]);
});

test('two identical creations at the same instant make one record', async () => {
  const here = await nursery();
  const garden = await here.facility();
  const body = aChild(garden.id, { id: ID, number: '7' });
  const callers = await Promise.all([here.me(), here.me(), here.me()]);
  const answers = await Promise.all(callers.map((caller) => ask(createChild, caller, { body })));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 201]);
  expect(new Set(answers.map(({ etag }) => etag)).size).toBe(1);
});

test('a 園児番号 is given once in a facility, however it is written, and freely in others', async () => {
  const here = await nursery();
  const [garden, elsewhere] = [await here.facility(), await here.facility()];
  await here.child(garden.id, { number: '12' });
  const taken = await refusal(ask(createChild, await here.me(), { body: aChild(garden.id, { number: '１２' }) }));
  expect([taken.code, taken.errors[0]?.pointer]).toEqual(['number-taken', '/number']);
  await here.child(elsewhere.id, { number: '12' });
  await here.child(garden.id, { number: '' });
  await here.child(garden.id, { number: '' });
});

test('a facility outside the own ones and one that is nowhere are refused alike', async () => {
  const here = await nursery();
  const [garden, elsewhere] = [await here.facility(), await here.facility()];
  const teacher = await here.signIn(only('children', 'write', [garden.id]));
  const attempt = async (facility: string) =>
    refusal(ask(createChild, await here.as(teacher), { body: aChild(facility) }));
  const [outside, nowhere] = [await attempt(elsewhere.id), await attempt(newId(here.clock.now()))];
  expect(outside.errors).toEqual(nowhere.errors);
  expect([outside.code, outside.errors[0]?.pointer]).toEqual(['invalid-input', '/facility']);
});

test('who may only read in a facility is told so when he creates there', async () => {
  const here = await nursery();
  const garden = await here.facility();
  const reader = await here.signIn(only('children', 'read', [garden.id]));
  expect(await refusedAs(ask(createChild, await here.as(reader), { body: aChild(garden.id) }))).toBe('not-permitted');
  const [event] = await here.events('access-refused');
  expect(event?.clear).toMatchObject({ result: 'refused', reason: 'children-write', facility: garden.id });
});

test('a facility is made by those who hold settings of the whole tenant only', async () => {
  const here = await nursery();
  const garden = await here.facility();
  const body = { name: 'もみじ園', type: 'other' };
  const head = await here.signIn(only('settings', 'write', [garden.id]));
  expect(await refusedAs(ask(createFacility, await here.as(head), { body }))).toBe('not-permitted');
  const office = await here.signIn(only('settings', 'write', 'all'));
  expect((await ask(createFacility, await here.as(office), { body })).status).toBe(201);
});

test('a class must be of the child facility and of the year in which the stay begins', async () => {
  const here = await nursery();
  const [garden, elsewhere] = [await here.facility(), await here.facility()];
  const foreign = await here.schoolClass(elsewhere.id);
  const next = await here.schoolClass(garden.id, { schoolYear: 2027 });
  const attempt = async (id: string) => {
    const classes = [{ class: id, from: '2026-04-01' }];
    return (await refusal(ask(createChild, await here.me(), { body: aChild(garden.id, { classes }) }))).errors;
  };
  const unknown = await attempt(newId(here.clock.now()));
  expect(unknown).toMatchObject([{ pointer: '/classes/0/class', code: 'unknown-reference' }]);
  expect(await attempt(foreign.id)).toEqual(unknown);
  expect(await attempt(next.id)).toMatchObject([{ pointer: '/classes/0/class', code: 'other-school-year' }]);
});

test('a closed facility or class takes nobody in; what was over before may still be written down', async () => {
  const here = await nursery();
  const [garden, closed] = [await here.facility(), await here.facility()];
  const chicks = await here.schoolClass(garden.id);
  await ask(closeClass, await here.me(), { params: { id: chicks.id }, body: { on: '2026-09-30' } });
  await ask(closeFacility, await here.me(), { params: { id: closed.id }, body: { on: '2026-03-31' } });

  const stay = (to: string | null) => ({ classes: [{ class: chicks.id, from: '2026-04-01', to }] });
  const late = await refusal(ask(createChild, await here.me(), { body: aChild(garden.id, stay(null)) }));
  expect([late.code, late.errors[0]?.pointer]).toEqual(['closed', '/classes/0/class']);
  expect((await ask(createChild, await here.me(), { body: aChild(garden.id, stay('2026-09-30')) })).status).toBe(201);

  expect(await refusedAs(ask(createChild, await here.me(), { body: aChild(closed.id) }))).toBe('closed');
  const enrolments = [{ from: '2025-04-01', to: '2026-03-31' }];
  expect((await ask(createChild, await here.me(), { body: aChild(closed.id, { enrolments }) })).status).toBe(201);
  const body = { facility: closed.id, schoolYear: 2026, name: 'うさぎ組' };
  expect(await refusedAs(ask(createClass, await here.me(), { body }))).toBe('closed');
});

test('a facility holds 2,000 enrolled children, those who left not counted, and says so at the next one', async () => {
  const here = await nursery();
  const garden = await here.facility();
  const event = (await here.me()).event({ action: 'records-imported' });
  const record = (fields: object) => ({
    type: 'create' as const,
    record: recordWrite(CHILDREN, newId(here.clock.now()), childSchema.parse(aChild(garden.id, fields)), {
      made: undefined,
      closedOn: null,
    }),
  });
  for (let portion = 0; portion < 21; portion += 1) {
    const changes = Array.from({ length: portion === 20 ? 79 : 96 }, () => record({}));
    await here.handle.commit(changes, [{ ...event, id: newId(here.clock.now()) }]);
  }
  await here.child(garden.id, { enrolments: [{ from: '2024-04-01', to: '2026-11-23' }] });
  const last = await here.child(garden.id);
  const refused = await refusal(ask(createChild, await here.me(), { body: aChild(garden.id) }));
  expect([refused.code, refused.text?.ja]).toEqual(['limit-reached', expect.stringContaining('2,000人')]);
  // On his last day a child still counts; on the day after there is room.
  const enrolments = [{ from: '2024-04-01', to: '2026-11-24' }];
  await ask(changeChild, await here.me(), { params: { id: last.id }, body: { enrolments }, ifMatch: last.etag });
  expect(await refusedAs(ask(createChild, await here.me(), { body: aChild(garden.id) }))).toBe('limit-reached');
  await here.clock.advance(12 * 3_600_000);
  expect((await ask(createChild, await here.me(), { body: aChild(garden.id) })).status).toBe(201);
});
