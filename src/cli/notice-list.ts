import { japanTime } from '../domain/contracts/japan-time.ts';
import type { Command } from './command.ts';
import { announcementsOf } from './notice-store.ts';
import { announcementJson, audienceWords, standing } from './notice-words.ts';
import { table } from './table.ts';

export const noticeList: Command = {
  name: 'notice list',
  summary: 'all notices, incidents and planned maintenance with their ids',
  detail:
    'Lists everything that was ever announced, the latest change first, withdrawn notices included. Times are in Japan time.',
  options: {},
  async run(_options, { control }) {
    const now = await control.now();
    const announcements = await announcementsOf(control);
    const json = announcements.map((each) => announcementJson(each, now));
    if (json.length === 0) return { text: 'Nothing was announced yet; "notice publish" does it.', json };
    const rows = announcements.map((each) => [
      each.id,
      each.content.kind,
      standing(each, now),
      japanTime(each.publishedAt),
      'version' in each.content ? (each.content.version ?? '-') : '-',
      audienceWords(each),
      each.content.title.ja,
    ]);
    return { text: table(['ID', 'KIND', 'STATE', 'PUBLISHED', 'VERSION', 'FOR', 'TITLE'], rows), json };
  },
};
