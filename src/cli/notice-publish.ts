import { announcedTime } from '../domain/announcements/announced-time.ts';
import { announcementKey } from '../domain/announcements/announcement.ts';
import { newNotice } from '../domain/announcements/new-announcements.ts';
import { newId } from '../domain/ids.ts';
import type { Command } from './command.ts';
import { audienceOf, MARKDOWN_OPTIONS, markdownOf, TENANTS_OPTION, TITLE_OPTIONS, titleOf } from './notice-options.ts';
import { announcementOf, writeItem } from './notice-store.ts';
import { announcementJson, audienceWords } from './notice-words.ts';
import { refused } from './refused.ts';

export const noticePublish: Command = {
  name: 'notice publish',
  summary: 'announce something inside the product, such as a new version',
  detail: `Publishes a notice (運営会社からのお知らせ) to every account of all tenants, or of some. It shows within 60 seconds, and
cannot be changed: withdraw it and publish another. A release is allowed once a notice with its version has been public
to all long enough; see "release check".`,
  options: {
    ...TITLE_OPTIONS,
    ...MARKDOWN_OPTIONS,
    version: { value: 'V', help: 'The version of the service that it announces, like 1.4.0.' },
    'takes-effect': { value: 'TIME', help: 'When that happens, Japan time: 2026-12-01T02:00.' },
    all: { help: 'For all tenants.' },
    ...TENANTS_OPTION,
  },
  async run(options, { control }) {
    if (options.flag('all') === (options.optional('tenants') !== undefined)) {
      throw refused('Say for whom the notice is: either --all or --tenants IDS.');
    }
    const takesEffect = options.optional('takes-effect');
    const now = await control.now();
    const notice = newNotice(
      {
        title: titleOf(options),
        text: markdownOf(options),
        audience: await audienceOf(options, control),
        version: options.optional('version') ?? null,
        takesEffectAt: takesEffect === undefined ? null : announcedTime(takesEffect),
      },
      now,
    );
    const id = newId(now);
    await writeItem(control, announcementKey(id), notice);
    const published = await announcementOf(control, id);
    return {
      text: `Published for: ${audienceWords(published)}. It shows within 60 seconds.\nId: ${id}`,
      json: announcementJson(published, now),
    };
  },
};
