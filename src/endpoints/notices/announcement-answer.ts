import * as z from 'zod';
import type { Announcement, Incident, Maintenance } from '../../domain/announcements/announcement.ts';
import { instant } from '../../model/instant.ts';

const words = z
  .strictObject({ ja: z.string(), en: z.string().nullable() })
  .meta({ id: 'AnnouncementWords', description: 'English is null where nobody wrote it.' });

/** What every announcement shows. */
export const announcementFields = {
  id: z.string(),
  title: words,
  text: words,
  publishedAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
} as const;

export const incidentFields = {
  kind: z.literal('incident'),
  ...announcementFields,
  updates: z
    .array(z.strictObject({ at: z.iso.datetime(), text: words, resolves: z.boolean() }))
    .meta({ description: 'Oldest first.' }),
  resolvedAt: z.iso.datetime().nullable().meta({ description: 'Null while it is open.' }),
} as const;

export const maintenanceFields = {
  kind: z.literal('maintenance'),
  ...announcementFields,
  from: z.iso.datetime(),
  until: z.iso.datetime(),
} as const;

/** What every announcement shows, as an answer holds it. */
export function shownAnnouncement({ id, content, publishedAt, updatedAt }: Announcement) {
  const { title, text } = content;
  return { id, title, text, publishedAt: instant(publishedAt), updatedAt: instant(updatedAt) };
}

export function shownIncident(announcement: Announcement<Incident>) {
  const { updates, resolvedAt } = announcement;
  return {
    kind: 'incident' as const,
    ...shownAnnouncement(announcement),
    updates: updates.map(({ at, text, resolves }) => ({ at: instant(at), text, resolves })),
    resolvedAt: resolvedAt === null ? null : instant(resolvedAt),
  };
}

export function shownMaintenance(announcement: Announcement<Maintenance>) {
  const { from, until } = announcement.content;
  return { kind: 'maintenance' as const, ...shownAnnouncement(announcement), from, until };
}
