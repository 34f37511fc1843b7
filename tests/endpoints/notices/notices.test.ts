import { describe, expect, test } from 'vitest';
import { ANNOUNCEMENTS_SCOPE, updateKey, withdrawalKey } from '../../../src/domain/announcements/announcement.ts';
import { READ_MARKS } from '../../../src/domain/announcements/read-marks.ts';
import { EVENT_KIND } from '../../../src/domain/audit/events.ts';
import { eraseAccount } from '../../../src/endpoints/accounts/erase-account.ts';
import { listNotices } from '../../../src/endpoints/notices/list-notices.ts';
import { markNoticeRead } from '../../../src/endpoints/notices/mark-notice-read.ts';
import type { Caller } from '../../../src/endpoints/pipeline/caller.ts';
import { MINUTE, SECOND } from '../../../src/model/instant.ts';
import { announceIn, INCIDENT, MAINTENANCE, NOTICE } from '../../domain/announcements/written.ts';
import { ask, refusedAs } from '../../support/ask.ts';
import { EVERYTHING } from '../../support/staff.ts';
import { announced } from './announced.ts';

interface Listed {
  readonly items: readonly { readonly id: string; readonly read: boolean }[];
}

/** A nursery with somebody who holds no grants at all, which is enough for notices. */
async function there() {
  const at = await announced();
  const account = await at.sakura.add({});
  const token = await at.sakura.signIn(account);
  const me = () => at.sakura.caller(token);
  const list = async (caller?: Caller) =>
    ((await ask(listNotices, caller ?? (await me()), {}, at.services)).body as Listed).items;
  const read = async (id: string, caller?: Caller) =>
    ask(markNoticeRead, caller ?? (await me()), { params: { id } }, at.services);
  return { ...at, account, me, list, read };
}

describe('the list of notices', () => {
  test('shows what is for all or names the tenant, the latest change first, with everything that was written', async () => {
    const { container, clock, list } = await there();
    const release = { ...NOTICE, text: { ja: '# 新機能\n<b>太字</b>', en: '# New' }, version: '1.4.0' };
    const notice = await announceIn(container, release);
    await clock.advance(SECOND);
    const incident = await announceIn(container, { ...INCIDENT, audience: ['sakura'] });
    await clock.advance(SECOND);
    const maintenance = await announceIn(container, MAINTENANCE);
    await announceIn(container, { ...NOTICE, audience: ['momiji'] });
    const { title, text, from, until } = MAINTENANCE;
    expect(await list()).toEqual([
      {
        kind: 'maintenance',
        id: maintenance,
        title,
        text,
        from,
        until,
        publishedAt: '2026-11-24T03:00:02.000Z',
        updatedAt: '2026-11-24T03:00:02.000Z',
        read: false,
      },
      expect.objectContaining({ kind: 'incident', id: incident, updates: [], resolvedAt: null }),
      expect.objectContaining({ kind: 'notice', id: notice, text: release.text, version: '1.4.0' }),
    ]);
  });

  test('costs one read besides the account, and none when there is nothing to show', async () => {
    const { container, counting, clock, me, list } = await there();
    const caller = await me();
    counting.reset();
    expect(await list(caller)).toEqual([]);
    expect(counting.reads).toBe(0);
    await announceIn(container, NOTICE);
    await clock.advance(MINUTE);
    await list(caller);
    expect(counting.counts).toMatchObject({ gets: [expect.stringMatching(/^notice-read-marks:/)], lists: [] });
  });
});

describe('a read mark', () => {
  test('is the account’s own', async () => {
    const { container, sakura, momiji, list, read } = await there();
    const [first, second] = [await announceIn(container, NOTICE), await announceIn(container, NOTICE)];
    expect((await read(first)).status).toBe(204);
    const marks = Object.fromEntries((await list()).map((each) => [each.id, each.read]));
    expect(marks).toEqual({ [first]: true, [second]: false });
    for (const other of [sakura, momiji]) {
      const caller = await other.caller(await other.signIn(await other.add(EVERYTHING)));
      expect((await list(caller)).map((each) => each.read)).toEqual([false, false]);
    }
  });

  test('sent again changes nothing and writes nothing', async () => {
    const { container, counting, read } = await there();
    const id = await announceIn(container, NOTICE);
    await read(id);
    const written = counting.commits;
    expect((await read(id)).status).toBe(204);
    expect(counting.commits).toBe(written);
  });

  test('is written without an event, and holds nothing in the clear', async () => {
    const { container, account, me, read } = await there();
    const { tenant } = await me();
    const before = await tenant.timeline({ kind: EVENT_KIND, limit: 500 });
    await read(await announceIn(container, NOTICE));
    expect(await tenant.timeline({ kind: EVENT_KIND, limit: 500 })).toHaveLength(before.length);
    expect(await tenant.get(READ_MARKS, account, 'none')).toMatchObject({ clear: null, index: {} });
  });

  test('of two notices read at the same moment is lost for neither', async () => {
    const { container, me, list, read } = await there();
    const ids = [await announceIn(container, NOTICE), await announceIn(container, NOTICE)];
    const caller = await me();
    await Promise.all(ids.map((id) => read(id, caller)));
    expect((await list()).map((each) => each.read)).toEqual([true, true]);
  });

  test('does not outlive what is said later about an incident', async () => {
    const { container, clock, list, read } = await there();
    const of = await announceIn(container, INCIDENT);
    await read(of);
    await clock.advance(MINUTE);
    const value = { kind: 'incident-update', of, text: { ja: '続報です。', en: null } };
    await container.create({ partition: ANNOUNCEMENTS_SCOPE, id: updateKey(of, of), value, dueAt: null });
    await clock.advance(MINUTE);
    expect(await list()).toMatchObject([{ id: of, read: false }]);
    await read(of);
    expect(await list()).toMatchObject([{ id: of, read: true }]);
  });

  test('is taken for a notice that this instance has not seen yet', async () => {
    const { container, clock, list, read } = await there();
    expect(await list()).toEqual([]);
    const id = await announceIn(container, NOTICE);
    expect((await read(id)).status).toBe(204);
    await clock.advance(MINUTE);
    expect(await list()).toMatchObject([{ id, read: true }]);
  });

  test('is 404 for a notice of another tenant, a withdrawn one and an unknown one alike', async () => {
    const { container, clock, read } = await there();
    const foreign = await announceIn(container, { ...NOTICE, audience: ['momiji'] });
    const withdrawn = await announceIn(container, NOTICE);
    const value = { kind: 'withdrawal', of: withdrawn };
    await container.create({ partition: ANNOUNCEMENTS_SCOPE, id: withdrawalKey(withdrawn), value, dueAt: null });
    await clock.advance(MINUTE);
    for (const id of [foreign, withdrawn, '0190a1b2-c3d4-7abc-8def-0123456789ab']) {
      expect(await refusedAs(read(id))).toBe('not-found');
    }
    expect(await refusedAs(read('x'))).toBe('invalid-input');
  });

  test('goes with its account', async () => {
    const { container, sakura, account, me, read } = await there();
    await read(await announceIn(container, NOTICE));
    const director = await sakura.caller(await sakura.signIn(await sakura.add(EVERYTHING)));
    const { tenant } = await me();
    const { revision } = await sakura.accountOf(account);
    expect(await tenant.get(READ_MARKS, account, 'none')).toBeDefined();
    await ask(eraseAccount, director, { params: { id: account }, ifMatch: revision });
    expect(await tenant.get(READ_MARKS, account, 'none')).toBeUndefined();
  });
});
