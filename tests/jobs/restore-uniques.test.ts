import { expect, test } from 'vitest';
import { CHILDREN } from '../../src/domain/collections/children.ts';
import { rebuildUniques } from '../../src/jobs/restore/rebuild-uniques.ts';
import { backupService, smallTenant } from './backup-fixture.ts';
import { contentOf } from './restore-fixture.ts';

test('what keeps values unique is made anew from the records alone, whatever stood there before', async () => {
  const on = await backupService();
  const { write, garden } = await smallTenant(on);
  for (let n = 0; n < 200; n += 1) await write.child(garden, { givenName: `${n}`, number: `${100 + n}` });
  const before = await contentOf(on);
  const tenant = await on.tenant();
  const [first] = await tenant.list({ kind: 'number', parts: 'none', limit: 1 });
  const wrong = {
    kind: { name: 'number', readLogged: false } as const,
    id: `${garden}:x`,
    clear: { record: 'nobody' },
  };
  await tenant.commitWithoutEvent('portion-of-a-restore', [
    { type: 'delete', kind: 'number', id: first?.id ?? '' },
    { type: 'create', record: wrong },
  ]);
  expect(await rebuildUniques(tenant)).toBe(0);
  expect(await contentOf(on)).toEqual(before);
  expect(await rebuildUniques(tenant)).toBe(0);
});

test('of two children with one number the first by id has it, and the other is counted', async () => {
  const on = await backupService();
  const { hanako, taro } = await smallTenant(on);
  const [first = '', second = ''] = [hanako, taro].toSorted();
  const tenant = await on.tenant();
  // As a generation holds it that was taken while the number moved from the one to the other.
  const items = await Promise.all([first, second].map((id) => tenant.get(CHILDREN.kind, id, 'both')));
  const [has, wants] = items;
  if (has === undefined || wants === undefined) throw new Error('they are not there');
  const card = { ...(await tenant.card(CHILDREN.kind, wants)), number: (await tenant.card(CHILDREN.kind, has)).number };
  const record = { kind: CHILDREN.kind, id: second, index: wants.index, card, body: {} };
  await tenant.commitWithoutEvent('portion-of-a-restore', [{ type: 'replace', record, etag: wants.etag }]);
  for (let again = 0; again < 2; again += 1) {
    expect(await rebuildUniques(tenant)).toBe(1);
    const numbers = (await tenant.list({ kind: 'number', parts: 'none', limit: 100 })).map(
      ({ clear }) => clear?.['record'],
    );
    expect([numbers.includes(first), numbers.includes(second), numbers.length]).toEqual([true, false, 2]);
  }
});
