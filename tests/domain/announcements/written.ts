import {
  ANNOUNCEMENTS_SCOPE,
  type AnnouncementItem,
  announcementKey,
  type Incident,
  type Maintenance,
  type Notice,
  readAnnouncements,
  resolutionKey,
  updateKey,
  withdrawalKey,
} from '../../../src/domain/announcements/announcement.ts';
import { newId } from '../../../src/domain/ids.ts';
import type { EpochMs } from '../../../src/model/instant.ts';
import type { ControlContainer, StoredControlItem } from '../../../src/ports/control-store.ts';
import { FAKE_START } from '../../support/fake-clock.ts';

const text = { ja: 'お使いいただけます。', en: null };

export const NOTICE: Notice = {
  kind: 'notice',
  title: { ja: '新しい版のお知らせ', en: null },
  text,
  audience: 'all',
  version: null,
  takesEffectAt: null,
};
export const INCIDENT: Incident = {
  kind: 'incident',
  title: { ja: 'ログインできない障害', en: 'Sign-in fails' },
  text: { ja: '調査しています。', en: 'We are looking into it.' },
  audience: 'all',
  version: null,
};
export const MAINTENANCE: Maintenance = {
  kind: 'maintenance',
  title: { ja: 'データベースの更新', en: null },
  text,
  audience: 'all',
  from: '2026-11-30T17:00:00.000Z',
  until: '2026-11-30T19:00:00.000Z',
};

/** Items as operators' commands leave them, each with the commit time that it is given. */
export class Written {
  readonly items: StoredControlItem<AnnouncementItem>[] = [];

  announce(value: AnnouncementItem, at: EpochMs = FAKE_START): string {
    const id = newId(at);
    this.#put(announcementKey(id), value, at);
    return id;
  }

  update(of: string, ja: string, at: EpochMs): void {
    this.#put(updateKey(of, newId(at)), { kind: 'incident-update', of, text: { ja, en: null } }, at);
  }

  resolve(of: string, ja: string, at: EpochMs): void {
    this.#put(resolutionKey(of), { kind: 'resolution', of, text: { ja, en: null } }, at);
  }

  withdraw(of: string, at: EpochMs = FAKE_START): void {
    this.#put(withdrawalKey(of), { kind: 'withdrawal', of }, at);
  }

  get announcements() {
    return readAnnouncements(this.items).announcements;
  }

  #put(id: string, value: AnnouncementItem, committedAt: EpochMs): void {
    this.items.push({ partition: ANNOUNCEMENTS_SCOPE, id, value, dueAt: null, etag: '', committedAt });
  }
}

/** Writes an announcement into a real container; its id. */
export async function announceIn(
  container: ControlContainer,
  value: AnnouncementItem,
  at: EpochMs = FAKE_START,
): Promise<string> {
  const id = newId(at);
  await container.create({ partition: ANNOUNCEMENTS_SCOPE, id: announcementKey(id), value, dueAt: null });
  return id;
}
