import { expect, test } from 'vitest';
import type { Child } from '../../../src/domain/collections/child-fields.ts';
import { VERSIONS } from '../../../src/domain/collections/record-writes.ts';
import { newId } from '../../../src/domain/ids.ts';
import { ReadWitness } from '../../../src/domain/tenant-handle.ts';
import {
  changeChild,
  changeClass,
  changeFacility,
  closeClass,
  closeFacility,
  createChild,
  readChild,
} from '../../../src/endpoints/records/record-endpoints.ts';
import { ask, refusal, refusedAs } from '../../support/ask.ts';
import { aChild, type Nursery, nursery, only, type Shown } from './nursery.ts';

async function change(here: Nursery, child: Pick<Shown, 'id' | 'etag'>, body: object, token?: string) {
  const caller = token === undefined ? await here.me() : await here.as(token);
  return ask(changeChild, caller, { params: { id: child.id }, body, ifMatch: child.etag });
}

test('a change keeps the former content as a sealed version that its event names', async () => {
  const here = await nursery();
  const garden = await here.facility();
  const child = await here.child(garden.id, { notes: 'ひみつ' });
  await change(here, child, { notes: null, nickname: 'はなちゃん' });
  const [event] = await here.events('record-changed');
  const name = String(event?.clear?.['version']);
  expect(name).toBe(`child:${child.id}:${event?.id}`);
  const version = await here.handle.get(VERSIONS, name, 'body');
  if (version === undefined) throw new Error('there is no version');
  expect(version.body).not.toContain('ひみつ');
  const former = (await here.handle.recordBody(VERSIONS, version, ReadWitness.forChange('version', name))) as Child;
  expect([former.notes, former.nickname]).toEqual(['ひみつ', '']);
});

test('a patch whose outcome already stands succeeds without a write, whatever its If-Match', async () => {
  const here = await nursery();
  const garden = await here.facility();
  const child = await here.child(garden.id);
  const first = await change(here, child, { nickname: 'はな' });
  here.counted.reset();
  const again = await change(here, child, { nickname: 'はな' });
  expect([again.status, again.etag, again.body]).toEqual([200, first.etag, first.body]);
  // What it shows was read, so the read log tells of it; the record itself is not written.
  const written = here.counted.counts.commits.flat().map((one) => (one.type === 'delete' ? one.kind : one.item.kind));
  expect(written).toEqual(['event']);
  expect((await here.events('record-read')).length).toBe(1);
});

test('of two people who edit the same record the second is told, and nothing of the first is lost', async () => {
  const here = await nursery();
  const garden = await here.facility();
  const child = await here.child(garden.id);
  await change(here, child, { address: '東京都渋谷区' });
  expect(await refusedAs(change(here, child, { phone: '03-0000-0000' }))).toBe('stale');
  const now = await ask(readChild, await here.me(), { params: { id: child.id } });
  expect(now.body).toMatchObject({ address: '東京都渋谷区', phone: '' });
});

test('two changes at the very same instant: one is done, one is stale', async () => {
  const here = await nursery();
  const garden = await here.facility();
  const child = await here.child(garden.id);
  const both = await Promise.allSettled([change(here, child, { notes: 'a' }), change(here, child, { notes: 'b' })]);
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  const [lost] = both.filter((one) => one.status === 'rejected');
  expect(lost?.reason).toMatchObject({ code: 'stale' });
  expect((await here.events('record-changed')).length).toBe(1);
});

test('a stale patch is told so and never says what stands', async () => {
  const here = await nursery();
  const garden = await here.facility();
  const child = await here.child(garden.id);
  const attempt = change(here, { ...child, etag: 'other' }, { notes: 'x' });
  const refused = await refusal(attempt);
  expect([refused.code, refused.errors]).toEqual(['stale', []]);
});

test('the whole record is checked after the patch, errors by pointer', async () => {
  const here = await nursery();
  const garden = await here.facility();
  const child = await here.child(garden.id);
  const pointers = async (body: object) => {
    const { code, errors } = await refusal(change(here, child, body));
    return [code, ...errors.map((error) => error.pointer)];
  };
  expect(await pointers({ birthDate: null })).toEqual(['invalid-input', '/birthDate']);
  expect(await pointers({ etag: 'x' })).toEqual(['invalid-input', '/etag']);
  expect(await pointers({ enrolments: [{ from: '2026-04-01' }, { from: '2025-04-01' }] })).toEqual([
    'invalid-input',
    '/enrolments/1/from',
  ]);
  expect(await pointers({ useKinds: ['anyone'], classes: [{ class: newId(0), from: '2026-04-01' }] })).toEqual([
    'invalid-input',
    '/classes/0',
  ]);
});

test('a number follows its child: the old one is free at once, one that is in use is refused', async () => {
  const here = await nursery();
  const garden = await here.facility();
  const first = await here.child(garden.id, { number: '1' });
  const second = await here.child(garden.id, { number: '2' });
  expect(await refusedAs(change(here, second, { number: '１' }))).toBe('number-taken');
  const freed = await change(here, first, { number: '3' });
  await change(here, second, { number: '1' });
  await change(here, { id: first.id, etag: freed.etag ?? '' }, { number: null });
  await here.child(garden.id, { number: '3' });
});

test('a child moves with its number when the caller may write in both facilities, and both are told', async () => {
  const here = await nursery();
  const [garden, other] = [await here.facility(), await here.facility()];
  const child = await here.child(garden.id, { number: '1' });
  await change(here, child, { facility: other.id });
  await here.child(garden.id, { number: '1' });
  expect(await refusedAs(ask(createChild, await here.me(), { body: aChild(other.id, { number: '1' }) }))).toBe(
    'number-taken',
  );
  const told = (await here.events('record-changed')).map(({ clear }) => [clear?.['facility'], clear?.['reason']]);
  expect(new Set(told.map(String))).toEqual(new Set([`${other.id},`, `${garden.id},moved-away`]));
});

test('a number that is in use in the other facility stops the move', async () => {
  const here = await nursery();
  const [garden, other] = [await here.facility(), await here.facility()];
  await here.child(other.id, { number: '1' });
  const child = await here.child(garden.id, { number: '1' });
  expect(await refusedAs(change(here, child, { facility: other.id }))).toBe('number-taken');
});

test('moving a child needs write in both facilities', async () => {
  const here = await nursery();
  const [garden, other] = [await here.facility(), await here.facility()];
  const child = await here.child(garden.id);
  const onlyHere = await here.signIn(only('children', 'write', [garden.id]));
  const onlyThere = await here.signIn(only('children', 'write', [other.id]));
  const both = await here.signIn(only('children', 'write', [garden.id, other.id]));
  const move = { facility: other.id };
  const outside = await refusal(change(here, child, move, onlyHere));
  expect([outside.code, outside.errors[0]?.pointer]).toEqual(['invalid-input', '/facility']);
  expect(await refusedAs(change(here, child, move, onlyThere))).toBe('not-found');
  const moved = await change(here, child, move, both);
  expect(await refusedAs(change(here, { id: child.id, etag: moved.etag ?? '' }, { notes: 'x' }, onlyHere))).toBe(
    'not-found',
  );
});

test('who moves away leaves the class: a stay that lasts must end, one that is over stays as it is', async () => {
  const here = await nursery();
  const [garden, other] = [await here.facility(), await here.facility()];
  const chicks = await here.schoolClass(garden.id);
  const child = await here.child(garden.id, { classes: [{ class: chicks.id, from: '2026-04-01' }] });
  const lasting = await refusal(change(here, child, { facility: other.id }));
  expect([lasting.code, lasting.errors[0]?.pointer]).toEqual(['invalid-input', '/classes/0/class']);
  const classes = [{ class: chicks.id, from: '2026-04-01', to: '2026-11-23' }];
  const ended = await change(here, child, { classes });
  const moved = await change(here, { id: child.id, etag: ended.etag ?? '' }, { facility: other.id });
  expect(moved.status).toBe(200);
});

test('outside the own facilities a record is as unknown as one that never was, before If-Match', async () => {
  const here = await nursery();
  const [garden, other] = [await here.facility(), await here.facility()];
  const child = await here.child(garden.id);
  const teacher = await here.signIn(only('children', 'write', [other.id]));
  const outside = await refusal(change(here, { ...child, etag: 'stale' }, { notes: 'x' }, teacher));
  const nowhere = await refusal(change(here, { id: newId(0), etag: 'stale' }, { notes: 'x' }, teacher));
  expect([outside.code, outside.text, outside.errors]).toEqual([nowhere.code, nowhere.text, nowhere.errors]);
  expect(outside.code).toBe('not-found');
  expect((await here.events('access-refused')).map(({ clear }) => clear?.['targets'])).toEqual([[child.id]]);
});

test('who may only read is told so', async () => {
  const here = await nursery();
  const garden = await here.facility();
  const child = await here.child(garden.id);
  const reader = await here.signIn(only('children', 'read', 'all'));
  expect(await refusedAs(change(here, child, { notes: 'x' }, reader))).toBe('not-permitted');
});

test('references that did not change are not asked about: a closed class does not stop other changes', async () => {
  const here = await nursery();
  const garden = await here.facility();
  const chicks = await here.schoolClass(garden.id);
  const stay = { class: chicks.id, order: 1, from: '2026-04-01' };
  const child = await here.child(garden.id, { classes: [stay] });
  await ask(closeClass, await here.me(), { params: { id: chicks.id }, body: { on: '2026-09-30' } });
  const changed = await change(here, child, { classes: [{ ...stay, order: 2 }] });
  const enrolments = [{ from: '2025-04-01' }];
  await change(here, { id: child.id, etag: changed.etag ?? '' }, { enrolments });
  const longer = { classes: [{ ...stay, from: '2026-05-01' }] };
  const now = await ask(readChild, await here.me(), { params: { id: child.id } });
  expect(await refusedAs(change(here, { id: child.id, etag: now.etag ?? '' }, longer))).toBe('closed');
});

test('who has left comes back only where there is room and the facility is open', async () => {
  const here = await nursery();
  const garden = await here.facility();
  const left = [{ from: '2024-04-01', to: '2025-03-31' }];
  const child = await here.child(garden.id, { enrolments: left });
  await ask(closeFacility, await here.me(), { params: { id: garden.id }, body: { on: '2026-03-31' } });
  const back = { enrolments: [...left, { from: '2026-12-01' }] };
  expect(await refusedAs(change(here, child, back))).toBe('closed');
  const still = await change(here, child, { notes: '卒園' });
  expect(still.status).toBe(200);
});

test('a class never changes its facility or year; its name may, and a facility keeps its closing day through a change', async () => {
  const here = await nursery();
  const [garden, other] = [await here.facility(), await here.facility()];
  const chicks = await here.schoolClass(garden.id);
  const edit = async (body: object) =>
    ask(changeClass, await here.me(), { params: { id: chicks.id }, body, ifMatch: chicks.etag });
  const moved = await refusal(edit({ facility: other.id, schoolYear: 2027 }));
  expect(moved.errors.map(({ pointer, code }) => `${pointer} ${code}`)).toEqual([
    '/facility cannot-change',
    '/schoolYear cannot-change',
  ]);
  expect((await edit({ name: 'うさぎ組' })).body).toMatchObject({ name: 'うさぎ組', closedOn: null });

  const params = { id: garden.id };
  const closed = await ask(closeFacility, await here.me(), { params, body: { on: '2027-03-31' } });
  const renamed = await ask(changeFacility, await here.me(), {
    params,
    body: { name: '新' },
    ifMatch: closed.etag ?? '',
  });
  expect(renamed.body).toMatchObject({ name: '新', closedOn: '2027-03-31' });
});

test('settings of one facility change that facility and no other', async () => {
  const here = await nursery();
  const [garden, other] = [await here.facility(), await here.facility()];
  const head = await here.signIn({ ...only('settings', 'write', [garden.id]), ...only('children', 'read', 'all') });
  const rename = async ({ id, etag }: Shown) =>
    ask(changeFacility, await here.as(head), { params: { id }, body: { name: '新' }, ifMatch: etag });
  expect((await rename(garden)).status).toBe(200);
  expect(await refusedAs(rename(other))).toBe('not-permitted');
});
