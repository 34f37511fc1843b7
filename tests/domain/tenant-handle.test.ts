import { describe, expect, test } from 'vitest';
import { EVENT_KIND } from '../../src/domain/audit/events.ts';
import { internalKind, recordKind } from '../../src/domain/kind.ts';
import { SealBroken } from '../../src/domain/sealing.ts';
import { type Change, ReadWitness, type TenantHandle, type WriteWithoutEvent } from '../../src/domain/tenant-handle.ts';
import { isStoreError } from '../../src/ports/store-error.ts';
import { refusal } from '../support/ask.ts';
import { FIRST_GATE, tenants } from '../support/tenant.ts';
import { anEvent } from './event.ts';

const NOTES = internalKind<{ title: string }, { text: string }>('note');
const LETTERS = recordKind<{ title: string }, { text: string }>('letter');
const SEEN = { kind: 'letter', id: '1' };

function creation(id: string, text = 'Hanako'): Change {
  return { type: 'create', record: { kind: NOTES, id, card: { title: text }, body: { text } } };
}

/** How many items of all kinds that these tests write stand in the tenant's partition. */
async function written(tenant: TenantHandle): Promise<number> {
  let items = 0;
  for (const kind of [NOTES.name, LETTERS.name, EVENT_KIND]) items += await tenant.count({ kind });
  return items;
}

describe('a tenant handle', () => {
  test('seals both parts of what it writes, and opens them again', async () => {
    const all = await tenants();
    const tenant = await all.provision();
    await tenant.commit([creation('1')], [anEvent()]);
    const stored = await all.partitions.of('sakura').get('note', '1', 'both');
    expect(JSON.stringify(stored)).not.toContain('Hanako');
    const item = await tenant.get(NOTES, '1', 'both');
    if (item === undefined) throw new Error('it is not there');
    expect(await tenant.card(NOTES, item)).toEqual({ title: 'Hanako' });
    expect(await tenant.body(NOTES, item)).toEqual({ text: 'Hanako' });
  });

  test('opens nothing of another tenant, nor what was moved within its own partition', async () => {
    const all = await tenants();
    const [sakura, momo] = [await all.provision('sakura'), await all.provision('momo')];
    await sakura.commit([creation('1')], [anEvent()]);
    const item = await sakura.get(NOTES, '1', 'both');
    if (item === undefined) throw new Error('it is not there');
    // As somebody who can write the database would place it, naming a version of the key that is there.
    const version = String((await all.partitions.of('momo').gate())?.content['dataKey']);
    const renamed = (text: string | null) => text?.replace(/^s1\.[^.]+\./, `s1.${version}.`) ?? null;
    const moved = { ...item, card: renamed(item.card), body: renamed(item.body) };
    await all.partitions.of('momo').commit(FIRST_GATE, [{ type: 'create', item: moved }]);
    await all.partitions.of('sakura').commit(FIRST_GATE, [{ type: 'create', item: { ...item, id: '2' } }]);
    const swapped = { ...item, id: '3', card: item.body, body: item.card };
    await all.partitions.of('sakura').commit(FIRST_GATE, [{ type: 'create', item: swapped }]);
    for (const [tenant, id] of [[momo, '1'] as const, [sakura, '2'] as const, [sakura, '3'] as const]) {
      const placed = await tenant.get(NOTES, id, 'both');
      if (placed === undefined) throw new Error('it is not there');
      await expect(tenant.body(NOTES, placed)).rejects.toThrow(SealBroken);
      await expect(tenant.card(NOTES, placed)).rejects.toThrow(SealBroken);
    }
  });

  test('opens what was sealed under a former version of the key, and finds by the first one for life', async () => {
    const all = await tenants();
    const former = await all.provision();
    await former.commit([creation('1')], [anEvent()]);
    const gate = await all.partitions.of('sakura').gate();
    const { version } = await all.vault.set('tenant-sakura', Buffer.alloc(32, 7).toString('base64'));
    const content = { ...gate?.content, dataKey: version };
    await all.partitions.of('sakura').moveGate(FIRST_GATE, { name: 'gate:2', content });
    const { handle } = await all.instance().handles.open('sakura');
    await handle.commit([creation('2')], [anEvent()]);
    for (const [id, sealedUnder] of [['1', gate?.content['dataKey']] as const, ['2', version] as const]) {
      const item = await handle.get(NOTES, id, 'body');
      if (item === undefined) throw new Error('it is not there');
      expect(item.body?.split('.')[1]).toBe(sealedUnder);
      expect(await handle.body(NOTES, item)).toEqual({ text: 'Hanako' });
    }
    expect(handle.lookUp('login', 'hanako')).toBe(former.lookUp('login', 'hanako'));
  });

  test('says that a part was not read, instead of giving nothing', async () => {
    const tenant = await (await tenants()).provision();
    await tenant.commit([creation('1')], [anEvent()]);
    const item = await tenant.get(NOTES, '1', 'card');
    if (item === undefined) throw new Error('it is not there');
    await expect(tenant.body(NOTES, item)).rejects.toThrow(RangeError);
  });
});

describe('the gate of a tenant', () => {
  test('that has moved lets nothing be written, says to come back, and is read anew then', async () => {
    const all = await tenants();
    const tenant = await all.provision();
    const partition = all.partitions.of('sakura');
    const content = (await partition.gate())?.content ?? {};
    await partition.moveGate(FIRST_GATE, { name: 'gate:2', content });
    const failure = await refusal(tenant.commit([creation('1')], [anEvent()]));
    expect([failure.code, failure.retryAfter]).toEqual(['starting', 5]);
    expect(await written(tenant)).toBe(0);
    const { handle } = await all.handles.open('sakura');
    await handle.commit([creation('1')], [anEvent()]);
    expect(await written(handle)).toBe(2);
  });

  test('that is gone lets nothing be written, with an event or without', async () => {
    const all = await tenants();
    const tenant = await all.provision();
    await all.partitions.of('sakura').closeGate();
    expect((await refusal(tenant.commit([creation('1')], [anEvent()]))).code).toBe('starting');
    expect((await refusal(tenant.commitWithoutEvent('throttle-wait', [creation('1')]))).code).toBe('starting');
    expect(await written(tenant)).toBe(0);
  });

  test('with a later number is not the one that an older handle knows, whatever keys it names', async () => {
    const all = await tenants();
    const tenant = await all.provision();
    const partition = all.partitions.of('sakura');
    const content = (await partition.gate())?.content ?? {};
    await partition.moveGate(FIRST_GATE, { name: 'gate:2', content });
    await partition.moveGate('gate:2', { name: 'gate:3', content });
    for (let n = 0; n < 2; n += 1) {
      expect((await refusal(tenant.commit([creation('1')], [anEvent()]))).code).toBe('starting');
    }
    expect(await written(tenant)).toBe(0);
  });

  test('that is gone because the contract has ended is told as that', async () => {
    const all = await tenants();
    const tenant = await all.provision('sakura', '2026-11-24');
    await all.partitions.of('sakura').closeGate();
    all.clock.set(Date.parse('2026-11-24T15:00:00Z'));
    expect((await refusal(tenant.commit([creation('1')], [anEvent()]))).code).toBe('contract-ended');
  });
});

describe('a commit', () => {
  test('writes all its changes and events, or none of them', async () => {
    const tenant = await (await tenants()).provision();
    await tenant.commit([creation('1')], [anEvent()]);
    const again = tenant.commit([creation('2'), creation('1')], [anEvent()]);
    await expect(again).rejects.toSatisfy((error) => isStoreError(error, 'conflict'));
    const event = anEvent();
    await tenant.commit([], [event]);
    const takenEvent = tenant.commit([creation('3')], [anEvent(), event]);
    await expect(takenEvent).rejects.toSatisfy((error) => isStoreError(error, 'conflict'));
    expect(await written(tenant)).toBe(3);
  });

  test('has an event, or names its entry of the closed list of writes without', async () => {
    const tenant = await (await tenants()).provision();
    // @ts-expect-error a commit without any event does not compile
    const silent = async () => tenant.commit([creation('1')], []);
    await expect(silent()).rejects.toThrow(TypeError);
    expect(await written(tenant)).toBe(0);
    // @ts-expect-error nor does a reason that is not in the list
    const unlisted: WriteWithoutEvent = 'because it is quicker';
    expect(unlisted).toBeDefined();
    const listed = {
      'throttle-wait': true,
      'session-last-use': true,
      'notice-read-mark': true,
      'remains-of-a-deletion': true,
      'portion-of-a-restore': true,
    } satisfies Record<WriteWithoutEvent, true>;
    for (const reason of Object.keys(listed) as WriteWithoutEvent[]) {
      await tenant.commitWithoutEvent(reason, [creation(reason)]);
    }
    expect(await written(tenant)).toBe(Object.keys(listed).length);
  });

  test('seals beforehand what it commits, and says how many bytes it takes of the limit', async () => {
    const tenant = await (await tenants()).provision();
    const large = Array.from({ length: 23 }, (_, n) => tenant.sealed(creation(String(n), 'x'.repeat(30_000))));
    // Both parts hold the text, sealed and then in base64.
    expect(large[0]?.bytes).toBeGreaterThan(80_000);
    expect(large[0]?.bytes).toBeLessThan(81_000);
    const over = tenant.commit(large, [anEvent()]);
    await expect(over).rejects.toSatisfy((error) => isStoreError(error, 'too-large'));
    await tenant.commit(large.slice(0, 22), [anEvent()]);
    expect(await written(tenant)).toBe(22 + 1);
  });

  test('takes no change that another handle has sealed', async () => {
    const all = await tenants();
    const [sakura, kaede] = [await all.provision('sakura'), await all.provision('kaede')];
    const theirs = kaede.sealed(creation('1'));
    expect(() => sakura.commit([theirs], [anEvent()])).toThrow(RangeError);
    expect(await written(sakura)).toBe(0);
  });
});

describe("the body of a customer's record", () => {
  async function letter() {
    const tenant = await (await tenants()).provision();
    const record = { kind: LETTERS, id: '1', card: { title: 'a' }, body: { text: 'b' } };
    await tenant.commit([{ type: 'create', record }], [anEvent()]);
    const item = await tenant.get(LETTERS, '1', 'both');
    if (item === undefined) throw new Error('it is not there');
    return { tenant, item };
  }

  test('opens against proof that the audit log tells of this very record', async () => {
    const { tenant, item } = await letter();
    for (const witness of [ReadWitness.afterReadEvent('letter', '1'), ReadWitness.forChange('letter', '1')]) {
      expect(await tenant.recordBody(LETTERS, item, witness)).toEqual({ text: 'b' });
    }
    expect(await tenant.card(LETTERS, item)).toEqual({ title: 'a' });
  });

  test('does not open against the proof of another record, or without any', async () => {
    const { tenant, item } = await letter();
    for (const other of [
      { ...SEEN, id: '2' },
      { ...SEEN, kind: 'note' },
    ]) {
      const witness = ReadWitness.afterReadEvent(other.kind, other.id);
      await expect(tenant.recordBody(LETTERS, item, witness)).rejects.toThrow(RangeError);
    }
    // @ts-expect-error the way that needs no proof does not take a kind whose readings are logged
    expect(tenant.body(LETTERS, item)).toBeInstanceOf(Promise);
    // @ts-expect-error nobody makes a proof but the read log and a change
    expect(new ReadWitness('letter:1')).toBeDefined();
  });
});

test('names by which something is found again, and ids derived from it, are of one purpose and one tenant', async () => {
  const all = await tenants();
  const [sakura, momo] = [await all.provision('sakura'), await all.provision('momo')];
  const names = [
    sakura.lookUp('login', 'a'),
    sakura.lookUp('made', 'a'),
    sakura.lookUp('login', 'b'),
    momo.lookUp('login', 'a'),
  ];
  expect(new Set(names).size).toBe(4);
  for (const name of names) expect(name).toMatch(/^[A-Za-z0-9_-]{43}$/);
  const derived = [sakura.derivedId('event', 'a'), sakura.derivedId('event', 'b'), momo.derivedId('event', 'a')];
  expect(new Set(derived).size).toBe(3);
  expect(sakura.derivedId('event', 'a')).toBe(derived[0]);
  for (const id of derived) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
