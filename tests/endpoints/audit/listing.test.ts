import { describe, expect, test } from 'vitest';
import type { AuditEvent } from '../../../src/domain/audit/events.ts';
import { newId } from '../../../src/domain/ids.ts';
import { listAuditEvents } from '../../../src/endpoints/audit/list-audit-events.ts';
import type { Caller } from '../../../src/endpoints/pipeline/caller.ts';
import { instant, MINUTE } from '../../../src/model/instant.ts';
import { anEvent } from '../../domain/event.ts';
import { ask, refusal } from '../../support/ask.ts';
import { bodyOf, type Nursery, nursery } from '../accounts/nursery.ts';

interface Page {
  readonly items: readonly AuditEvent[];
  readonly next: string | null;
}

/** A nursery in which, after its own beginnings, `tell` writes the events that a test is about. */
async function garden() {
  const there = await nursery();
  await there.clock.advance(MINUTE);
  const from = instant(there.clock.now());
  const tell = async (rest: Partial<AuditEvent> = {}, minutes = 0): Promise<AuditEvent> => {
    const at = there.clock.now() + minutes * MINUTE;
    const event = anEvent({ id: newId(at), at: instant(at), ...rest });
    await there.tenant.commit([], [event]);
    return event;
  };
  return { ...there, from, tell };
}
type Garden = Awaited<ReturnType<typeof garden>>;

/** Pages from the first to the last; `between` happens after each of them. */
async function pages(caller: Caller, query: object, between?: () => Promise<unknown>): Promise<readonly Page[]> {
  const all: Page[] = [];
  let cursor: string | null = null;
  do {
    const asked: object = cursor === null ? query : { ...query, cursor };
    const page = bodyOf<Page>(await ask(listAuditEvents, caller, { query: asked }));
    all.push(page);
    if (all.length > 20) throw new Error('the pages do not end');
    cursor = page.next;
    await between?.();
  } while (cursor !== null);
  return all;
}

const ids = (all: readonly Page[]) => all.flatMap(({ items }) => items.map(({ id }) => id));

/** What the administrator is shown of what this test told: looking adds events of another action. */
async function shown(there: Garden, query: object): Promise<readonly string[]> {
  return ids(await pages(await there.asAdmin(), { from: there.from, action: 'record-changed', ...query }));
}

async function auditorOf(there: Nursery, ...facilities: readonly string[]): Promise<Caller> {
  return there.as(await there.add({ audit: { level: 'read', facilities } }));
}

describe('audit events', () => {
  test('come newest first, those of the same instant by id', async () => {
    const there = await garden();
    const told = [];
    for (const minutes of [2, 1, 2, 0, 1, 2]) told.push(await there.tell({}, minutes));
    const order = (a: AuditEvent, b: AuditEvent) => (`${a.at}${a.id}` < `${b.at}${b.id}` ? 1 : -1);
    expect(await shown(there, {})).toEqual(told.sort(order).map(({ id }) => id));
  });

  test('are shown whole, as they were written', async () => {
    const there = await garden();
    const full = await there.tell({
      ...{ actor: there.admin, session: newId(0), address: '192.0.2.10', agent: 'Safari on iPad' },
      ...{ targetKind: 'child', targets: [newId(0), newId(0)], facility: there.north },
      ...{ result: 'refused', reason: 'out-of-reach', version: 'child:1:2', trace: 'abc' },
    });
    const [page] = await pages(await there.asAdmin(), { from: there.from, action: 'record-changed' });
    expect(page).toEqual({ items: [full], next: null });
  });

  test('are filtered by who did it, what, to what, and when: the end is exclusive, all of them together', async () => {
    const there = await garden();
    const [who, what] = [newId(0), newId(0)];
    const first = await there.tell({ actor: who, targets: ['other', what] });
    const second = await there.tell({ actor: who }, 1);
    const third = await there.tell({ targets: [what] }, 2);
    expect(await shown(there, { account: who })).toEqual([second.id, first.id]);
    expect(await shown(there, { target: what })).toEqual([third.id, first.id]);
    expect(await shown(there, { account: who, target: what })).toEqual([first.id]);
    expect(await shown(there, { from: second.at })).toEqual([third.id, second.id]);
    expect(await shown(there, { to: second.at })).toEqual([first.id]);
    expect(await shown(there, { from: third.at, to: first.at })).toEqual([]);
    expect(await shown(there, { action: 'record-deleted' })).toEqual([]);
    expect(await shown(there, { account: what })).toEqual([]);
  });

  test('are filtered by an instant however it is written', async () => {
    const there = await garden();
    const { id } = await there.tell();
    // Midnight and three minutes past noon in Tokyo are this very moment in UTC.
    expect(await shown(there, { from: '2026-11-24T12:01:00+09:00', to: '2026-11-24T12:01:00.001+09:00' })).toEqual([
      id,
    ]);
  });

  test('page by page come each once, also when events are written meanwhile', async () => {
    const there = await garden();
    const told = [];
    for (let n = 0; n < 11; n += 1) told.push(await there.tell({}, n % 3));
    const caller = await there.asAdmin();
    const query = { from: there.from, action: 'record-changed', limit: '3' };
    const all = await pages(caller, query, () => there.tell({}, 5));
    expect(all.map(({ items }) => items.length)).toEqual([3, 3, 3, 2]);
    expect([...ids(all)].sort()).toEqual(told.map(({ id }) => id).sort());
  });

  test('are gone on with from a position that no event has (any more)', async () => {
    const there = await garden();
    const [older, newer] = [await there.tell(), await there.tell({}, 2)];
    const between = `${Date.parse(older.at) + MINUTE}.${newId(0)}`;
    expect(await shown(there, { cursor: between })).toEqual([older.id]);
    expect(await shown(there, { cursor: `${Date.parse(newer.at) + 1}.${newer.id}` })).toEqual([newer.id, older.id]);
  });

  test.each([
    ['limit', '0'],
    ['limit', '501'],
    ['cursor', 'x'],
    ['cursor', '1.2'],
    ['cursor', '1;DROP'],
    ['account', 'admin'],
    ['action', 'everything'],
    ['target', '山田花子'],
    ['from', 'yesterday'],
    ['to', '2026-13-01T00:00:00Z'],
    ['facility', 'all'],
  ])('are not shown for the %s %j', async (name, value) => {
    const there = await nursery();
    const failure = await refusal(ask(listAuditEvents, await there.asAdmin(), { query: { [name]: value } }));
    expect(failure.errors.map(({ pointer }) => pointer)).toEqual([`?${name}`]);
  });

  test('that were looked at are themselves told, once an hour and filter, whatever the page', async () => {
    const there = await garden();
    for (let n = 0; n < 5; n += 1) await there.tell();
    const caller = await there.asAdmin();
    await pages(caller, { limit: '2', action: 'record-changed' });
    await pages(caller, { limit: '5', action: 'record-changed' });
    expect(await there.events('events-listed')).toMatchObject([{ actor: there.admin, targets: [] }]);
    await pages(caller, { limit: '5', target: there.admin });
    expect(await there.events('events-listed')).toHaveLength(2);
    expect(JSON.stringify(await there.events('events-listed'))).not.toContain('record-changed');
  });
});

describe('an auditor of some facilities', () => {
  test('sees the events of these and no others, whatever is asked for', async () => {
    const there = await garden();
    const north = await there.tell({ facility: there.north, targets: ['1'] });
    const south = await there.tell({ facility: there.south, targets: ['1'], actor: there.admin });
    const none = await there.tell({ targets: ['1'], actor: there.admin });
    const auditor = await auditorOf(there, there.north);
    const queries = [{}, { target: '1' }, { action: 'record-changed' }, { from: there.from }];
    for (const query of queries) expect(ids(await pages(auditor, query))).toEqual([north.id]);
    expect(ids(await pages(auditor, { account: there.admin }))).toEqual([]);
    const both = ids(await pages(await auditorOf(there, there.north, there.south), {}));
    expect([...both].sort()).toEqual([north.id, south.id].sort());
    expect(await shown(there, {})).toContain(none.id);
  });

  test("gets nothing more by another one's cursor", async () => {
    const there = await garden();
    const north = await there.tell({ facility: there.north });
    const south = await there.tell({ facility: there.south }, 1);
    const last = await there.tell({ facility: there.south }, 2);
    const caller = await there.asAdmin();
    const [page] = await pages(caller, { from: there.from, action: 'record-changed', limit: '1' });
    expect([page?.items[0]?.id, page?.next]).toEqual([last.id, `${Date.parse(last.at)}.${last.id}`]);
    const auditor = await auditorOf(there, there.north);
    const query = { cursor: page?.next ?? '', limit: '10' };
    expect(ids(await pages(auditor, query))).toEqual([north.id]);
    expect(await shown(there, { cursor: page?.next })).toEqual([south.id, north.id]);
  });

  test('sees other facilities from the request on that follows the change of his grants', async () => {
    const there = await garden();
    await there.tell({ facility: there.north });
    const south = await there.tell({ facility: there.south });
    const id = await there.add({ audit: { level: 'read', facilities: [there.north] } });
    const token = await there.signIn(id);
    await there.put(id, (account) => ({
      ...account,
      grants: { audit: { level: 'read', facilities: [there.south] } },
    }));
    expect(ids(await pages(await there.caller(token), {}))).toEqual([south.id]);
  });
});
