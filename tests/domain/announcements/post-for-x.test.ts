import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isKind } from '../../../src/domain/announcements/announcement.ts';
import { postForX, postWithLink } from '../../../src/domain/announcements/post-for-x.ts';
import { weightedLength } from '../../../src/domain/announcements/weighted-length.ts';
import { FAKE_START } from '../../support/fake-clock.ts';
import { INCIDENT, MAINTENANCE, Written } from './written.ts';

const LINK = 'https://app.example.jp/status';

/** X's rule in other words: what the code points of a text without links weigh. */
function plainWeight(text: string): number {
  return [...text.normalize('NFC')].reduce(
    (sum, character) =>
      sum + (/[\p{ASCII}\u0080-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]/u.test(character) ? 1 : 2),
    0,
  );
}

/** A text of parts whose links are known, with what X counts for it: 23 for each link, however long. */
const withLinks = fc
  .array(
    fc.oneof(
      fc
        .constantFrom('障害', 'です。', ' ', '\n', 'e-mail', '（', 'ガ', '👨‍👩‍👧')
        .map((text) => ({ text, weight: plainWeight(text) })),
      fc
        .constantFrom(
          'https://example.jp/a',
          'example.co.jp',
          'http://日本語.jp/',
          'a.io',
          `https://x.jp/${'b'.repeat(90)}`,
        )
        .map((text) => ({ text, weight: 23 })),
    ),
    { maxLength: 30 },
  )
  .map((parts) => ({
    text: parts.map((part) => part.text).join('、'),
    weight: parts.reduce((sum, { weight }) => sum + weight, 2 * Math.max(0, parts.length - 1)),
  }));

/** Any code point, halves of pairs included. */
const codePoint = fc.integer({ min: 0, max: 0x10ffff }).map((point) => String.fromCodePoint(point));
const japanese = fc.string({ unit: fc.constantFrom(...'園児のきろくア゙👩‍🚒é𠮷 \nabc…〜'), maxLength: 400 });
const anything = fc.oneof(
  japanese,
  fc.string({ unit: 'grapheme', maxLength: 400 }),
  fc.string({ unit: codePoint, maxLength: 400 }),
);

describe('the weighted length', () => {
  test.each([
    ['', 0],
    ['abc', 3],
    ['障害', 4],
    ['\u10ff', 1],
    ['\u1100', 2],
    ['\u1fff', 2],
    ['\u2000', 1],
    ['\u200d', 1],
    ['\u200e', 2],
    ['\u2010', 1],
    ['\u201f', 1],
    ['\u2020', 2],
    ['\u2032', 1],
    ['\u2037', 1],
    ['\u2038', 2],
    ['か\u3099', 2],
    ['e\u0301', 1],
    ['𠮷', 2],
    ['1.4.0', 5],
  ])('of %j is %i', (text, weight) => {
    expect(weightedLength(text)).toBe(weight);
  });

  test('is never less than what X counts, links included', () => {
    fc.assert(fc.property(withLinks, ({ text, weight }) => weightedLength(text) >= weight));
  });
});

describe('a post', () => {
  test('weighs at most 280 with its link, which stands whole on the last line', () => {
    fc.assert(
      fc.property(anything, (text) => {
        const lines = postWithLink(text, LINK).split('\n');
        expect(lines.pop()).toBe(LINK);
        expect(plainWeight(lines.join('\n')) + 1 + 23).toBeLessThanOrEqual(280);
      }),
    );
  });

  test('weighs at most 280 also when the text holds links itself', () => {
    fc.assert(
      fc.property(withLinks, ({ text, weight }) => {
        const post = postWithLink(text, LINK);
        expect(weightedLength(post.slice(0, -LINK.length)) + 23).toBeLessThanOrEqual(280);
        // Whatever is not cut is within X's own count too.
        if (!post.includes('…')) expect(weight + 1 + 23).toBeLessThanOrEqual(280);
      }),
    );
  });

  test('keeps a text that fits, up to the last character', () => {
    const fits = 'あ'.repeat(128);
    expect(postWithLink(fits, LINK)).toBe(`${fits}\n${LINK}`);
    expect(postWithLink(`${fits}い`, LINK)).toBe(`${'あ'.repeat(127)}…\n${LINK}`);
  });

  test('cuts between characters as people see them, and what is left is how the text begins', () => {
    fc.assert(
      fc.property(japanese, (text) => {
        const whole = text.normalize('NFC').trim();
        const kept = postWithLink(text, LINK).slice(0, -LINK.length - 1);
        if (kept === whole) return;
        expect(kept.endsWith('…')).toBe(true);
        const borders = [...new Intl.Segmenter('ja').segment(whole)].map(({ index }) => index);
        const end = kept.length - 1;
        expect(whole.startsWith(kept.slice(0, end))).toBe(true);
        const spaces = whole.slice(end).length - whole.slice(end).trimStart().length;
        expect(borders.some((border) => border >= end && border <= end + spaces)).toBe(true);
      }),
    );
  });
});

describe('what is posted', () => {
  function posted(written: Written): string | null {
    const [told] = written.announcements;
    if (told !== undefined && isKind(told, 'incident')) return postForX(told, LINK);
    if (told !== undefined && isKind(told, 'maintenance')) return postForX(told, LINK);
    throw new Error('nothing to post');
  }

  test('tells of an incident its latest state', () => {
    const written = new Written();
    const id = written.announce(INCIDENT);
    expect(posted(written)).toBe(`【障害】ログインできない障害\n調査しています。\n${LINK}`);
    written.update(id, '原因が分かりました。', FAKE_START + 1);
    expect(posted(written)).toBe(`【障害・続報】ログインできない障害\n原因が分かりました。\n${LINK}`);
    written.resolve(id, '直りました。', FAKE_START + 2);
    expect(posted(written)).toBe(`【復旧】ログインできない障害\n直りました。\n${LINK}`);
  });

  test('tells of maintenance its times in Japan, whole even with the longest title', () => {
    const written = new Written();
    written.announce({ ...MAINTENANCE, title: { ja: '題'.repeat(100), en: null } });
    expect(posted(written)).toMatch(/^【保守作業】2026-12-01 02:00〜04:00（日本時間）\n題+/);
    const over = new Written();
    over.announce({ ...MAINTENANCE, until: '2026-12-01T15:00:00.000Z' });
    expect(posted(over)).toContain('2026-12-01 02:00〜2026-12-02 00:00（日本時間）');
  });

  test('is nothing when it is not for all', () => {
    const written = new Written();
    written.announce({ ...INCIDENT, audience: ['sakura'] });
    expect(posted(written)).toBeNull();
  });
});
