import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { atomFeed } from '../../../src/domain/announcements/atom-feed.ts';
import { instant, MINUTE } from '../../../src/model/instant.ts';
import { FAKE_START } from '../../support/fake-clock.ts';
import { named, parseXml, textIn } from './strict-xml.ts';
import { INCIDENT, MAINTENANCE, NOTICE, Written } from './written.ts';

const URL = 'https://app.example.jp';
const UUID_URN = /^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** Any code point, halves of pairs included. */
const codePoint = fc.integer({ min: 0, max: 0x10ffff }).map((point) => String.fromCodePoint(point));
/** RFC 3339, as RFC 4287 section 3.3 asks for. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

function feedOf(written: Written) {
  return parseXml(atomFeed(written.announcements, URL));
}

describe('the feed', () => {
  test('has what RFC 4287 asks for: id, title, updated, author, and a link to itself', () => {
    const written = new Written();
    written.announce(INCIDENT, FAKE_START);
    written.announce(MAINTENANCE, FAKE_START + MINUTE);
    const feed = feedOf(written);
    expect([feed.name, feed.attributes['xmlns']]).toEqual(['feed', 'http://www.w3.org/2005/Atom']);
    expect(textIn(feed, 'id')).toMatch(UUID_URN);
    expect(textIn(feed, 'title')).not.toBe('');
    expect(textIn(feed, 'updated')).toBe(instant(FAKE_START + MINUTE));
    expect(named(feed, 'author').map((author) => textIn(author, 'name'))).toEqual(['LeySerKids']);
    expect(named(feed, 'link').map(({ attributes }) => [attributes['rel'], attributes['href']])).toEqual([
      ['self', `${URL}/api/status.atom`],
      ['alternate', `${URL}/status`],
    ]);
    for (const entry of named(feed, 'entry')) {
      expect(textIn(entry, 'id')).toMatch(UUID_URN);
      expect(textIn(entry, 'title')).not.toBe('');
      expect(textIn(entry, 'updated')).toMatch(TIME);
      expect(textIn(entry, 'published')).toMatch(TIME);
      expect(named(entry, 'content')[0]?.attributes).toEqual({ type: 'text' });
    }
    expect(named(feed, 'entry')).toHaveLength(2);
  });

  test('is valid without an entry too', () => {
    const feed = feedOf(new Written());
    expect(textIn(feed, 'updated')).toMatch(TIME);
    expect(named(feed, 'entry')).toEqual([]);
  });

  test('keeps the ids of feed and entry while the incident goes on, and moves its time', () => {
    const written = new Written();
    const id = written.announce(INCIDENT);
    const before = feedOf(written);
    written.resolve(id, '直りました。', FAKE_START + 5 * MINUTE);
    const after = feedOf(written);
    expect(textIn(after, 'id')).toBe(textIn(before, 'id'));
    const [entry] = named(after, 'entry');
    if (entry === undefined) throw new Error('no entry');
    expect(textIn(entry, 'id')).toBe(`urn:uuid:${id}`);
    expect(textIn(entry, 'published')).toBe(instant(FAKE_START));
    expect(textIn(entry, 'updated')).toBe(instant(FAKE_START + 5 * MINUTE));
    expect(textIn(entry, 'title')).toBe('【復旧】ログインできない障害 / Resolved: Sign-in fails');
    expect(textIn(entry, 'content')).toBe(
      '2026-11-24 12:05 JST\n直りました。\n\n2026-11-24 12:00 JST\n調査しています。\n\nWe are looking into it.',
    );
  });

  test('tells maintenance with its times in Japan', () => {
    const written = new Written();
    written.announce(MAINTENANCE);
    const [entry] = named(feedOf(written), 'entry');
    if (entry === undefined) throw new Error('no entry');
    expect(textIn(entry, 'title')).toBe('【保守作業】データベースの更新');
    expect(textIn(entry, 'content')).toBe('2026-12-01 02:00 JST〜2026-12-01 04:00 JST\nお使いいただけます。');
  });

  test('holds nothing that is for named tenants, withdrawn, or a notice', () => {
    const written = new Written();
    written.announce({ ...INCIDENT, audience: ['sakura'] });
    written.announce(NOTICE);
    written.withdraw(written.announce(MAINTENANCE));
    expect(named(feedOf(written), 'entry')).toEqual([]);
  });

  test('holds the 50 that changed last', () => {
    const written = new Written();
    const ids = Array.from({ length: 52 }, (_none, at) => written.announce(INCIDENT, FAKE_START + at));
    const told = named(feedOf(written), 'entry').map((entry) => textIn(entry, 'id'));
    expect(told).toEqual(
      ids
        .slice(2)
        .reverse()
        .map((id) => `urn:uuid:${id}`),
    );
  });

  test('stays well formed whatever the texts hold, and gives them back', () => {
    const text = fc.oneof(
      fc.string({ unit: codePoint }),
      fc.string({ unit: fc.constantFrom(...'<>&"\'];園!-\u0000\ud800') }),
    );
    fc.assert(
      fc.property(text, text, (title, content) => {
        const written = new Written();
        written.announce({ ...INCIDENT, title: { ja: title, en: null }, text: { ja: content, en: content } });
        const [entry] = named(feedOf(written), 'entry');
        if (entry === undefined) throw new Error('no entry');
        const legal = (words: string) =>
          words.replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '\u{fffd}');
        expect(textIn(entry, 'title')).toBe(`【障害】${legal(title)}`);
        expect(textIn(entry, 'content')).toBe(`2026-11-24 12:00 JST\n${legal(content)}\n\n${legal(content)}`);
      }),
    );
  });
});
