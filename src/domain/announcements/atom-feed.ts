import { v5 } from 'uuid';
import { type EpochMs, epochMs, type Instant, instant } from '../../model/instant.ts';
import { japanTime } from '../contracts/japan-time.ts';
import { type Announcement, type Incident, isForAll, isKind, type Maintenance, type Words } from './announcement.ts';
import { statusFeedUrl, statusPageUrl } from './public-urls.ts';

/** A reader that looks once a month still misses nothing in ordinary times. */
const ENTRIES = 50;

/** A feed without entries has never changed; RFC 4287 wants a time all the same. */
const NEVER: Instant = instant(0);

type Told = Announcement<Incident> | Announcement<Maintenance>;

/**
 * Incidents and planned work as an Atom feed (RFC 4287), plain text in Japanese with the English below it: the 50 that
 * changed last, of those that are for all and not withdrawn. Ids never change: an entry's is the announcement's, the
 * feed's derives from its own address.
 */
export function atomFeed(announcements: readonly Announcement[], publicUrl: string): string {
  const entries = announcements
    .filter((each) => isForAll(each) && !each.withdrawn)
    .filter((each): each is Told => isKind(each, 'incident') || isKind(each, 'maintenance'))
    .slice(0, ENTRIES);
  const self = statusFeedUrl(publicUrl);
  const updated =
    entries
      .map((each) => instant(each.updatedAt))
      .sort()
      .at(-1) ?? NEVER;
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="ja">',
    `  <id>urn:uuid:${v5(self, v5.URL)}</id>`,
    `  <title>${xmlText('LeySerKids 稼働状況 / Status')}</title>`,
    `  <updated>${updated}</updated>`,
    '  <author><name>LeySerKids</name></author>',
    `  <link rel="self" type="application/atom+xml" href="${xmlText(self)}"/>`,
    `  <link rel="alternate" type="text/html" href="${xmlText(statusPageUrl(publicUrl))}"/>`,
    ...entries.map((each) => entry(each, publicUrl)),
    '</feed>',
    '',
  ].join('\n');
}

function entry(announcement: Told, publicUrl: string): string {
  const { id, content, publishedAt, updatedAt } = announcement;
  const { ja, en } = sort(announcement);
  return [
    '  <entry>',
    `    <id>urn:uuid:${id}</id>`,
    `    <title>${xmlText(inBoth({ ja: `【${ja}】${content.title.ja}`, en: content.title.en && `${en}: ${content.title.en}` }, ' / '))}</title>`,
    `    <published>${instant(publishedAt)}</published>`,
    `    <updated>${instant(updatedAt)}</updated>`,
    `    <link rel="alternate" type="text/html" href="${xmlText(`${statusPageUrl(publicUrl)}#${id}`)}"/>`,
    `    <content type="text">${xmlText(story(announcement))}</content>`,
    '  </entry>',
  ].join('\n');
}

function sort({ content, resolvedAt }: Told): { readonly ja: string; readonly en: string } {
  if (content.kind === 'maintenance') return { ja: '保守作業', en: 'Maintenance' };
  return resolvedAt === null ? { ja: '障害', en: 'Incident' } : { ja: '復旧', en: 'Resolved' };
}

/** All that was said, the latest first, each with its time. */
function story({ content, publishedAt, updates }: Told): string {
  const first =
    content.kind === 'maintenance'
      ? `${inJapan(epochMs(content.from))}〜${inJapan(epochMs(content.until))}\n${inBoth(content.text, '\n\n')}`
      : said(publishedAt, content.text);
  return [...updates.map(({ at, text }) => said(at, text)).reverse(), first].join('\n\n');
}

function said(at: EpochMs, text: Words): string {
  return `${inJapan(at)}\n${inBoth(text, '\n\n')}`;
}

function inJapan(at: EpochMs): string {
  return `${japanTime(at)} JST`;
}

function inBoth({ ja, en }: Words, between: string): string {
  return en === null ? ja : `${ja}${between}${en}`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text for an element or an attribute of XML 1.0. Characters that XML cannot hold become U+FFFD. */
export function xmlText(text: string): string {
  return text
    .replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '\u{fffd}')
    .replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');
}
