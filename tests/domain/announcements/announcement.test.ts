import { expect, test } from 'vitest';
import {
  ANNOUNCEMENTS_SCOPE,
  isFor,
  isForAll,
  readAnnouncements,
} from '../../../src/domain/announcements/announcement.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { FAKE_START } from '../../support/fake-clock.ts';
import { INCIDENT, MAINTENANCE, NOTICE, Written } from './written.ts';

test('an incident is told with everything that was said about it, in the order of the store', () => {
  const written = new Written();
  const id = written.announce(INCIDENT, FAKE_START);
  written.resolve(id, '直りました。', FAKE_START + 30);
  written.update(id, '原因が分かりました。', FAKE_START + 10);
  const [told] = written.announcements;
  expect(told).toMatchObject({
    id,
    content: INCIDENT,
    publishedAt: FAKE_START,
    updatedAt: FAKE_START + 30,
    resolvedAt: FAKE_START + 30,
    withdrawn: false,
    updates: [
      { at: FAKE_START + 10, text: { ja: '原因が分かりました。' }, resolves: false },
      { at: FAKE_START + 30, text: { ja: '直りました。' }, resolves: true },
    ],
  });
});

test('of two words about an incident with the same commit time the one that resolves it is the last', () => {
  const written = new Written();
  const id = written.announce(INCIDENT);
  written.resolve(id, '直りました。', FAKE_START);
  written.update(id, '原因が分かりました。', FAKE_START);
  expect(written.announcements[0]?.updates.map(({ resolves }) => resolves)).toEqual([false, true]);
});

test('the latest change comes first, whatever it changed', () => {
  const written = new Written();
  const incident = written.announce(INCIDENT, FAKE_START);
  const notice = written.announce(NOTICE, FAKE_START + 1);
  const maintenance = written.announce(MAINTENANCE, FAKE_START + 2);
  expect(written.announcements.map(({ id }) => id)).toEqual([maintenance, notice, incident]);
  written.update(incident, '続報です。', FAKE_START + 3);
  expect(written.announcements.map(({ id }) => id)).toEqual([incident, maintenance, notice]);
});

test('a withdrawal marks its own announcement and no other', () => {
  const written = new Written();
  const [first, second] = [written.announce(NOTICE), written.announce(NOTICE)];
  written.withdraw(first);
  const withdrawn = written.announcements.filter((each) => each.withdrawn).map(({ id }) => id);
  expect(withdrawn).toEqual([first]);
  expect(written.announcements.map(({ id }) => id)).toContain(second);
});

test.each<[string, JsonObject]>([
  ['a kind of another version', { ...NOTICE, kind: 'poll' }],
  ['a notice without Japanese', { ...NOTICE, title: { en: 'News' } }],
  ['an audience of nobody', { ...NOTICE, audience: [] }],
  ['an audience that is no tenant', { ...NOTICE, audience: ['ALL'] }],
  ['maintenance without an end', { ...MAINTENANCE, until: null }],
  ['nothing', {}],
])('%s is left out and counted, and the others are told', (_what, value) => {
  const written = new Written();
  const id = written.announce(NOTICE);
  const strange = {
    partition: ANNOUNCEMENTS_SCOPE,
    id: 'announcement:x',
    value,
    dueAt: null,
    etag: '',
    committedAt: 0,
  };
  const read = readAnnouncements([...written.items, strange]);
  expect(read.announcements.map((each) => each.id)).toEqual([id]);
  expect(read.notUnderstood).toBe(1);
});

test('what is for named tenants is for them alone, and not for all', () => {
  const named = { content: { ...NOTICE, audience: ['momiji', 'sakura'] } };
  expect([isFor(named, 'sakura'), isFor(named, 'sak'), isForAll(named)]).toEqual([true, false, false]);
  expect([isFor({ content: NOTICE }, 'sak'), isForAll({ content: NOTICE })]).toEqual([true, true]);
});
