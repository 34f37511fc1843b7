import {
  ANNOUNCEMENTS_SCOPE,
  type Announcement,
  type AnnouncementItem,
  isKind,
  readAnnouncements,
} from '../domain/announcements/announcement.ts';
import type { ControlStore } from '../ports/control-store.ts';
import { refused } from './refused.ts';

/** All announcements by the store as it stands now, withdrawn ones among them, newest change first. */
export async function announcementsOf(control: ControlStore): Promise<readonly Announcement[]> {
  return readAnnouncements(await control.container('announcements').ofPartition(ANNOUNCEMENTS_SCOPE)).announcements;
}

/** Writes one item of an announcement. Throws StoreError `conflict` when the key exists. */
export async function writeItem(control: ControlStore, key: string, value: AnnouncementItem): Promise<void> {
  const container = control.container<AnnouncementItem>('announcements');
  await container.create({ partition: ANNOUNCEMENTS_SCOPE, id: key, value, dueAt: null });
}

/** The announcement with this id. Throws Failure when there is none. */
export async function announcementOf(control: ControlStore, id: string): Promise<Announcement> {
  const found = (await announcementsOf(control)).find((each) => each.id === id);
  if (found === undefined) throw refused(`There is no announcement "${id}"; "notice list" shows those that exist.`);
  return found;
}

/** The incident with this id. Throws Failure when there is none. */
export async function incidentOf(control: ControlStore, id: string) {
  const found = await announcementOf(control, id);
  if (isKind(found, 'incident')) return found;
  throw refused(`"${id}" is a ${found.content.kind}, not an incident; "notice list" shows what is what.`);
}
