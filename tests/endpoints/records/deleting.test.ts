import { expect, test } from 'vitest';
import { changeChild, deleteChild, readChild } from '../../../src/endpoints/records/record-endpoints.ts';
import { ask, refusedAs } from '../../support/ask.ts';
import { Killed } from '../../support/counting-partition.ts';
import { type Nursery, nursery, only, type Shown } from './nursery.ts';

async function remove(here: Nursery, { id, etag }: Pick<Shown, 'id' | 'etag'>, token?: string) {
  const caller = token === undefined ? await here.me() : await here.as(token);
  return ask(deleteChild, caller, { params: { id }, ifMatch: etag }, here.services);
}

test('deleting leaves a stub with nothing in it, frees the number, and asks the job for the rest', async () => {
  const here = await nursery();
  const garden = await here.facility();
  const child = await here.child(garden.id, { number: '1' });
  expect((await remove(here, child)).status).toBe(204);
  const stub = await here.partitions.of('sakura').get('child', child.id, 'both');
  expect(stub).toMatchObject({ clear: { stub: true }, card: null, body: null, index: { facility: garden.id } });
  expect(Object.keys(stub?.index ?? {})).toEqual(['facility']);
  await here.child(garden.id, { number: '1' });
  const [event] = await here.events('record-deleted');
  expect(event?.clear).toMatchObject({ targets: [child.id], facility: garden.id });
  const requests = await here.requests.ofPartition('sakura');
  expect(requests.map(({ id, value }) => [id, value['kind'], value['id']])).toEqual([
    [`delete:child:${child.id}:${event?.id}`, 'child', child.id],
  ]);
});

test('deleting again succeeds without a write or a request, whatever the If-Match', async () => {
  const here = await nursery();
  const garden = await here.facility();
  const child = await here.child(garden.id);
  await remove(here, child);
  here.counted.reset();
  expect((await remove(here, child)).status).toBe(204);
  expect((await remove(here, { id: child.id, etag: 'any' })).status).toBe(204);
  expect([here.counted.commits, (await here.requests.ofPartition('sakura')).length]).toEqual([0, 1]);
});

test('a record that somebody else has changed is not deleted', async () => {
  const here = await nursery();
  const garden = await here.facility();
  const child = await here.child(garden.id);
  expect(await refusedAs(remove(here, { id: child.id, etag: 'older' }))).toBe('stale');
  expect((await ask(readChild, await here.me(), { params: { id: child.id } })).status).toBe(200);
  expect(await here.requests.ofPartition('sakura')).toEqual([]);
});

test('deleting needs the password again, If-Match, and write in the facility of the child', async () => {
  const here = await nursery();
  const [garden, other] = [await here.facility(), await here.facility()];
  const child = await here.child(garden.id);
  expect([deleteChild.confirm, deleteChild.precondition]).toEqual([true, 'required']);
  const reader = await here.signIn(only('children', 'read', [garden.id]));
  const stranger = await here.signIn(only('children', 'write', [other.id]));
  expect(await refusedAs(remove(here, child, reader))).toBe('not-permitted');
  expect(await refusedAs(remove(here, child, stranger))).toBe('not-found');
});

test('killed between request and commit, a deletion leaves the child whole, and can be done again', async () => {
  const here = await nursery();
  const garden = await here.facility();
  const child = await here.child(garden.id);
  const caller = await here.me();
  here.counted.dieAfter(1);
  const attempt = ask(deleteChild, caller, { params: { id: child.id }, ifMatch: child.etag }, here.services);
  await expect(attempt).rejects.toThrow(Killed);
  here.counted.dieAfter(undefined);
  expect((await ask(readChild, await here.me(), { params: { id: child.id } })).etag).toBe(child.etag);
  expect((await here.requests.ofPartition('sakura')).length).toBe(1);
  expect((await remove(here, child)).status).toBe(204);
});

test('without its request nothing is deleted, so nothing can stay behind unasked for', async () => {
  const here = await nursery();
  const garden = await here.facility();
  const child = await here.child(garden.id);
  // Any use of a service is trouble here, that of the requests included.
  await expect(ask(deleteChild, await here.me(), { params: { id: child.id }, ifMatch: child.etag })).rejects.toThrow();
  expect((await ask(readChild, await here.me(), { params: { id: child.id } })).etag).toBe(child.etag);
});

test('a deleted child cannot be changed back to life', async () => {
  const here = await nursery();
  const garden = await here.facility();
  const child = await here.child(garden.id);
  await remove(here, child);
  const stub = await here.partitions.of('sakura').get('child', child.id, 'none');
  const ifMatch = (stub?.etag ?? '').replaceAll('"', '');
  const edit = { params: { id: child.id }, body: { notes: 'x' }, ifMatch };
  expect(await refusedAs(ask(changeChild, await here.me(), edit))).toBe('gone');
});
