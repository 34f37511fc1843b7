import { expect, test } from 'vitest';
import { childSchema } from '../../../src/domain/collections/child-fields.ts';
import { CHILDREN } from '../../../src/domain/collections/children.ts';
import { recordWrite } from '../../../src/domain/collections/record-writes.ts';
import { newId } from '../../../src/domain/ids.ts';
import { searchChildren } from '../../../src/endpoints/records/record-endpoints.ts';
import { ask, refusal, refusedAs } from '../../support/ask.ts';
import { aChild, ids, items, type Nursery, nursery, only } from './nursery.ts';

async function search(here: Nursery, body: object, token?: string) {
  return ask(searchChildren, token === undefined ? await here.me() : await here.as(token), { body });
}

test('children are found by any part of a name in every form in which people write it', async () => {
  const here = await nursery();
  const garden = await here.facility();
  const takahashi = await here.child(garden.id, {
    ...{ familyName: '髙橋', givenName: '一郎' },
    ...{ familyNameKana: 'ﾀｶﾊｼ', givenNameKana: 'いちろう' },
  });
  const kawasaki = await here.child(garden.id, {
    ...{ familyName: '川﨑', givenName: '真' },
    ...{ familyNameKana: 'カワサキ', givenNameKana: 'まこと' },
  });
  const found = async (text: string) => ids(await search(here, { text, facility: garden.id }));
  for (const text of ['高橋', '髙', 'たかはし', 'タカハシ', 'ﾀｶ', '高橋　一郎', 'はしいち', '一郎']) {
    expect([text, await found(text)]).toEqual([text, [takahashi.id]]);
  }
  for (const text of ['川崎', '﨑', 'ｶﾜｻｷ', 'かわさき まこと', '眞']) {
    expect([text, await found(text)]).toEqual([text, [kawasaki.id]]);
  }
  expect(await found('高崎')).toEqual([]);
  const [card] = items(await search(here, { text: '高橋' }));
  expect(card).toMatchObject({ familyName: '髙橋', familyNameKana: 'ﾀｶﾊｼ' });
});

test('one facility is searched by a single character, the whole tenant by two', async () => {
  const here = await nursery();
  const garden = await here.facility();
  const { id } = await here.child(garden.id);
  expect(ids(await search(here, { text: '山', facility: garden.id }))).toEqual([id]);
  const short = await refusal(search(here, { text: '山' }));
  expect([short.code, short.errors[0]?.pointer]).toEqual(['invalid-input', '/text']);
  expect(await refusedAs(search(here, { text: ' 　山 ' }))).toBe('invalid-input');
  expect(await refusedAs(search(here, { text: '　', facility: garden.id }))).toBe('invalid-input');
  expect(ids(await search(here, { text: '山田' }))).toEqual([id]);
});

test('those who left are found when they are asked for, those who are to come always', async () => {
  const here = await nursery();
  const garden = await here.facility();
  const left = await here.child(garden.id, { enrolments: [{ from: '2024-04-01', to: '2026-11-23' }] });
  await here.clock.advance(1);
  const coming = await here.child(garden.id, { enrolments: [{ from: '2026-12-01' }] });
  expect(ids(await search(here, { text: '山田' }))).toEqual([coming.id]);
  expect(ids(await search(here, { text: '山田', left: 'include' }))).toEqual([left.id, coming.id]);
});

test('a search reaches the own facilities and no others', async () => {
  const here = await nursery();
  const [garden, other, third] = [await here.facility(), await here.facility(), await here.facility()];
  const [first, second] = [await here.child(garden.id), await here.child(other.id)];
  await here.child(third.id);
  const teacher = await here.signIn(only('children', 'read', [garden.id, other.id]));
  expect(new Set(ids(await search(here, { text: 'やまだ' }, teacher)))).toEqual(new Set([first.id, second.id]));
  expect(await refusedAs(search(here, { text: 'やまだ', facility: third.id }, teacher))).toBe('not-found');
  const cook = await here.signIn(only('health', 'read', 'all'));
  expect(ids(await search(here, { text: 'やまだ' }, cook))).toEqual([]);
});

test('a search stands in the log once an hour for each text, and never with its text', async () => {
  const here = await nursery();
  const garden = await here.facility();
  here.counted.reset();
  for (const text of ['髙橋', '高橋', '高 橋']) await search(here, { text, facility: garden.id });
  expect((await here.events('records-searched')).length).toBe(1);
  await search(here, { text: '川崎', facility: garden.id });
  expect((await here.events('records-searched')).length).toBe(2);
  expect(JSON.stringify(here.counted.counts.commits)).not.toMatch(/高橋|髙橋|川崎/);
});

test('one search of the whole tenant runs at a time for each account; colleagues and facilities are not held up', async () => {
  const here = await nursery();
  const garden = await here.facility();
  await many(here, garden.id, 600);
  const other = await here.signIn(only('children', 'read', 'all'));
  const [mine, again, theirs] = [await here.me(), await here.me(), await here.as(other)];
  const long = ask(searchChildren, mine, { body: { text: 'いない' } });
  const busy = await refusal(ask(searchChildren, again, { body: { text: 'やまだ' } }));
  expect([busy.code, busy.retryAfter]).toEqual(['busy-with-your-last', 1]);
  const colleague = ask(searchChildren, theirs, { body: { text: 'いない' } });
  const within = ask(searchChildren, again, { body: { text: 'や', facility: garden.id } });
  const statuses = (await Promise.all([long, within, colleague])).map(({ status }) => status);
  expect(statuses).toEqual([200, 200, 200]);
  expect((await search(here, { text: 'やまだ' })).status).toBe(200);
});

test('between two portions of a search other requests have their turn', async () => {
  const here = await nursery();
  const garden = await here.facility();
  await many(here, garden.id, 1100);
  const caller = await here.me();
  let turns = 0;
  let next = setImmediate(turn);
  function turn(): void {
    turns += 1;
    next = setImmediate(turn);
  }
  await ask(searchChildren, caller, { body: { text: 'いない' } });
  clearImmediate(next);
  expect(turns).toBeGreaterThanOrEqual(2);
});

test('a search that failed does not keep the next one waiting', async () => {
  const here = await nursery();
  const caller = await here.me();
  here.counted.dieAfter(1);
  await expect(ask(searchChildren, caller, { body: { text: 'やまだ' } })).rejects.toThrow();
  here.counted.dieAfter(undefined);
  expect((await ask(searchChildren, caller, { body: { text: 'やまだ' } })).status).toBe(200);
});

test('at most 200 are shown, and the answer says that there are more', async () => {
  const here = await nursery();
  const garden = await here.facility();
  await many(here, garden.id, 200);
  const exactly = await search(here, { text: 'やまだ' });
  expect([ids(exactly).length, hasMore(exactly)]).toEqual([200, false]);
  await here.child(garden.id);
  const beyond = await search(here, { text: 'やまだ' });
  expect([ids(beyond).length, hasMore(beyond)]).toEqual([200, true]);
});

async function many(here: Nursery, facility: string, number: number): Promise<void> {
  const child = childSchema.parse(aChild(facility));
  for (let left = number; left > 0; left -= 96) {
    const changes = Array.from({ length: Math.min(left, 96) }, () => {
      const record = recordWrite(CHILDREN, newId(here.clock.now()), child, { made: undefined, closedOn: null });
      return { type: 'create', record } as const;
    });
    await here.handle.commit(changes, [(await here.me()).event({ action: 'records-imported' })]);
  }
}

function hasMore(answer: { readonly body?: unknown }): boolean {
  return (answer.body as { readonly more: boolean }).more;
}
