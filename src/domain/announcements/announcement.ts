import * as z from 'zod';
import type { EpochMs } from '../../model/instant.ts';
import type { StoredControlItem } from '../../ports/control-store.ts';
import { TENANT_ID } from '../contracts/contract.ts';
import { UUID_V7 } from '../ids.ts';

/** The one partition of the container `announcements`. */
export const ANNOUNCEMENTS_SCOPE = 'all';

const id = z.string().regex(UUID_V7);
const words = z.object({ ja: z.string(), en: z.string().nullable() });
const time = z.iso.datetime();

const opening = {
  title: words,
  /** Of notices Markdown, of all others plain text; as typed. */
  text: words,
  audience: z.union([z.literal('all'), z.array(z.string().regex(TENANT_ID)).min(1)]),
};

const notice = z.object({
  kind: z.literal('notice'),
  ...opening,
  version: z.string().nullable(),
  takesEffectAt: time.nullable(),
});
const incident = z.object({ kind: z.literal('incident'), ...opening, version: z.string().nullable() });
const maintenance = z.object({ kind: z.literal('maintenance'), ...opening, from: time, until: time });
const incidentUpdate = z.object({ kind: z.literal('incident-update'), of: id, text: words });
const resolution = z.object({ kind: z.literal('resolution'), of: id, text: words });
const withdrawal = z.object({ kind: z.literal('withdrawal'), of: id });

const stored = z.discriminatedUnion('kind', [notice, incident, maintenance, incidentUpdate, resolution, withdrawal]);

/** Japanese, and English where the operator wrote it. */
export type Words = z.infer<typeof words>;
/** Everybody who has an account, and where it is public everybody at all; or these tenants. */
export type Audience = z.infer<typeof opening.audience>;
/** News of the service, such as a new version. */
export type Notice = z.infer<typeof notice>;
/** Something that went wrong; `version` names the release that an emergency made necessary. */
export type Incident = z.infer<typeof incident>;
/** Work on the service, from and until when. */
export type Maintenance = z.infer<typeof maintenance>;
export type AnnouncementContent = Notice | Incident | Maintenance;
/** What an item of the container holds. All are create-only: what changes an announcement is an item of its own. */
export type AnnouncementItem = z.infer<typeof stored>;

/** What happened to an incident after it was opened. */
export interface IncidentUpdate {
  readonly at: EpochMs;
  readonly text: Words;
  readonly resolves: boolean;
}

/** An announcement with all that was written about it since. Times are the store's commit times. */
export interface Announcement<Content extends AnnouncementContent = AnnouncementContent> {
  readonly id: string;
  readonly content: Content;
  readonly publishedAt: EpochMs;
  /** Of the latest item about it, a withdrawal left out. */
  readonly updatedAt: EpochMs;
  /** Oldest first; of incidents only. */
  readonly updates: readonly IncidentUpdate[];
  /** Null while the incident is open, and for all that is no incident. */
  readonly resolvedAt: EpochMs | null;
  readonly withdrawn: boolean;
}

/** Under which id an item is stored: an announcement under its own, a mark that can be set once under its announcement's. */
export function announcementKey(announcement: string): string {
  return `announcement:${announcement}`;
}
export function updateKey(announcement: string, update: string): string {
  return `update:${announcement}:${update}`;
}
export function resolutionKey(announcement: string): string {
  return `resolution:${announcement}`;
}
export function withdrawalKey(announcement: string): string {
  return `withdrawal:${announcement}`;
}

const KEY_PREFIX = announcementKey('');

/** What was read of the container, and how many of its items this version of the service does not understand. */
export interface AnnouncementsRead {
  /** Newest change first, then by id. Withdrawn ones are among them. */
  readonly announcements: readonly Announcement[];
  readonly notUnderstood: number;
}

/**
 * Puts items together. An item of a shape that is not known, written by another version of the tool, is left out and
 * counted; so is a mark about an announcement that is not there.
 */
export function readAnnouncements(items: readonly StoredControlItem[]): AnnouncementsRead {
  const opened = new Map<string, { readonly content: AnnouncementContent; readonly at: EpochMs }>();
  const updates = new Map<string, IncidentUpdate[]>();
  const withdrawn = new Set<string>();
  let understood = 0;
  for (const { id: key, value, committedAt } of items) {
    const read = stored.safeParse(value);
    if (!read.success) continue;
    understood += 1;
    const item = read.data;
    if (item.kind === 'withdrawal') {
      withdrawn.add(item.of);
    } else if (item.kind === 'incident-update' || item.kind === 'resolution') {
      const update = { at: committedAt, text: item.text, resolves: item.kind === 'resolution' };
      updates.set(item.of, [...(updates.get(item.of) ?? []), update]);
    } else if (key.startsWith(KEY_PREFIX)) {
      opened.set(key.slice(KEY_PREFIX.length), { content: item, at: committedAt });
    }
  }
  const announcements = [...opened].map(([announcement, { content, at }]): Announcement => {
    // Commit times can be as coarse as a second: what resolves an incident is its last word.
    const after = (updates.get(announcement) ?? []).toSorted(
      (a, b) => a.at - b.at || Number(a.resolves) - Number(b.resolves),
    );
    return {
      id: announcement,
      content,
      publishedAt: at,
      updatedAt: Math.max(at, ...after.map((update) => update.at)),
      updates: after,
      resolvedAt: after.find(({ resolves }) => resolves)?.at ?? null,
      withdrawn: withdrawn.has(announcement),
    };
  });
  announcements.sort((a, b) => b.updatedAt - a.updatedAt || (a.id < b.id ? 1 : -1));
  return { announcements, notUnderstood: items.length - understood };
}

/** Whether an announcement is of this sort. */
export function isKind<Kind extends AnnouncementContent['kind']>(
  announcement: Announcement,
  kind: Kind,
): announcement is Announcement<Extract<AnnouncementContent, { kind: Kind }>> {
  return announcement.content.kind === kind;
}

/** Whether it is for everybody: nothing else may stand in a public place. */
export function isForAll({ content }: Pick<Announcement, 'content'>): boolean {
  return content.audience === 'all';
}

/** Whether the tenant's accounts see it. */
export function isFor({ content }: Pick<Announcement, 'content'>, tenantId: string): boolean {
  return content.audience === 'all' || content.audience.includes(tenantId);
}
