import { type Announcement, type Incident, isKind, type Maintenance } from '../domain/announcements/announcement.ts';
import { postForX } from '../domain/announcements/post-for-x.ts';
import { statusPageUrl } from '../domain/announcements/public-urls.ts';
import { type EpochMs, epochMs, instant } from '../model/instant.ts';
import type { JsonObject } from '../model/json.ts';
import type { Answer } from './command.ts';

/** Where an announcement stands, in one or two words. */
export function standing(announcement: Announcement, now: EpochMs): string {
  if (announcement.withdrawn) return 'withdrawn';
  if (isKind(announcement, 'incident')) return announcement.resolvedAt === null ? 'open' : 'resolved';
  if (!isKind(announcement, 'maintenance')) return 'public';
  const { from, until } = announcement.content;
  if (now >= epochMs(until)) return 'over';
  return now < epochMs(from) ? 'planned' : 'under way';
}

/** For whom it is, in words. */
export function audienceWords({ content: { audience } }: Announcement): string {
  return audience === 'all' ? 'all' : audience.join(',');
}

/** An announcement as programs see it. */
export function announcementJson(announcement: Announcement, now: EpochMs): JsonObject {
  const { id, content, publishedAt, updatedAt, updates, resolvedAt } = announcement;
  return {
    id,
    ...content,
    state: standing(announcement, now),
    publishedAt: instant(publishedAt),
    updatedAt: instant(updatedAt),
    updates: updates.map(({ at, text, resolves }) => ({ at: instant(at), text, resolves })),
    resolvedAt: resolvedAt === null ? null : instant(resolvedAt),
  };
}

/** The answer of a command that wrote about an incident or planned work: what happens now, and the text for X. */
export function statusAnswer(
  announcement: Announcement<Incident> | Announcement<Maintenance>,
  publicUrl: string,
  now: EpochMs,
  first: string,
): Answer {
  const page = statusPageUrl(publicUrl);
  const post = postForX(announcement, page);
  const where =
    post === null
      ? `It is shown within 60 seconds to: ${audienceWords(announcement)}. It is not public, so there is no text for X.`
      : `It is public within 60 seconds at ${page}.\n\nText for X:\n----\n${post}\n----`;
  return {
    text: `${first}\nId: ${announcement.id}\n${where}`,
    json: { announcement: announcementJson(announcement, now), x: post },
  };
}
