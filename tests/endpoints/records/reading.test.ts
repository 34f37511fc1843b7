import { expect, test } from 'vitest';
import { newId } from '../../../src/domain/ids.ts';
import {
  deleteChild,
  listFacilities,
  readChild,
  readClass,
  readFacility,
} from '../../../src/endpoints/records/record-endpoints.ts';
import { ask, refusal, refusedAs } from '../../support/ask.ts';
import { ids, nursery, only } from './nursery.ts';

test('nothing of a child is shown before its reading stands in the log', async () => {
  const here = await nursery();
  const garden = await here.facility();
  const { id } = await here.child(garden.id);
  const reader = await here.signIn(only('children', 'read', [garden.id]));
  const caller = await here.as(reader);
  here.counted.dieAfter(1);
  await expect(ask(readChild, caller, { params: { id } })).rejects.toThrow();
  here.counted.dieAfter(undefined);
  expect((await here.events('record-read')).length).toBe(0);
  expect((await ask(readChild, caller, { params: { id } })).body).toMatchObject({ id, familyName: '山田' });
  const [event] = await here.events('record-read');
  expect(event?.clear).toMatchObject({ actor: caller.accountId, targets: [id], facility: garden.id });
});

test('outside the own facilities a child is as unknown as one that never was', async () => {
  const here = await nursery();
  const [garden, other] = [await here.facility(), await here.facility()];
  const { id } = await here.child(garden.id);
  const reader = await here.signIn(only('children', 'read', [other.id]));
  const [outside, nowhere] = [
    await refusal(ask(readChild, await here.as(reader), { params: { id } })),
    await refusal(ask(readChild, await here.as(reader), { params: { id: newId(0) } })),
  ];
  expect([outside.code, outside.text]).toEqual([nowhere.code, nowhere.text]);
  expect(outside.code).toBe('not-found');
  expect((await here.events('record-read')).length).toBe(0);
});

test('a deleted child is gone within its facility, and unknown outside', async () => {
  const here = await nursery();
  const [garden, other] = [await here.facility(), await here.facility()];
  const { id, etag } = await here.child(garden.id);
  await ask(deleteChild, await here.me(), { params: { id }, ifMatch: etag }, here.services);
  const inside = await here.signIn(only('children', 'read', [garden.id]));
  const outside = await here.signIn(only('children', 'read', [other.id]));
  expect(await refusedAs(ask(readChild, await here.as(inside), { params: { id } }))).toBe('gone');
  expect(await refusedAs(ask(readChild, await here.as(outside), { params: { id } }))).toBe('not-found');
});

test('any session reads facilities and classes, those of all its grants together and no others', async () => {
  const here = await nursery();
  const gardens = [await here.facility(), await here.facility(), await here.facility()];
  const [garden, other, third] = gardens;
  if (garden === undefined || other === undefined || third === undefined) throw new Error('three were made');
  const chicks = await here.schoolClass(other.id);
  const cook = await here.signIn({ ...only('attendance', 'read', [garden.id]), ...only('health', 'read', [other.id]) });
  const seen = ids(await ask(listFacilities, await here.as(cook), {}));
  expect(new Set(seen)).toEqual(new Set([garden.id, other.id]));
  expect((await ask(readClass, await here.as(cook), { params: { id: chicks.id } })).status).toBe(200);
  expect(await refusedAs(ask(readFacility, await here.as(cook), { params: { id: third.id } }))).toBe('not-found');
  const nobody = await here.signIn({});
  expect(ids(await ask(listFacilities, await here.as(nobody), {}))).toEqual([]);
});
