import { isKind, withdrawalKey } from '../domain/announcements/announcement.ts';
import { isStoreError } from '../ports/store-error.ts';
import type { Command } from './command.ts';
import { announcementOf, writeItem } from './notice-store.ts';
import { announcementJson } from './notice-words.ts';
import { refused } from './refused.ts';

export const noticeWithdraw: Command = {
  name: 'notice withdraw',
  summary: 'take back a notice or planned maintenance',
  detail: `Marks a notice or planned maintenance as withdrawn: within 60 seconds nobody sees it any more, and a release no longer
counts on it. It stays in "notice list". An incident is not withdrawn but resolved.`,
  options: { id: { value: 'ID', required: true, help: 'The id, as "notice list" shows it.' } },
  async run(options, { control }) {
    const found = await announcementOf(control, options.text('id'));
    const { id } = found;
    if (isKind(found, 'incident')) {
      throw refused(`"${id}" is an incident; end it with "incident resolve --id ${id} --text TEXT".`);
    }
    try {
      await writeItem(control, withdrawalKey(id), { kind: 'withdrawal', of: id });
    } catch (error) {
      // Withdrawn already: what was asked for stands.
      if (!isStoreError(error, 'conflict')) throw error;
    }
    const now = await control.now();
    return {
      text: 'Withdrawn; within 60 seconds nobody sees it any more.',
      json: announcementJson(await announcementOf(control, id), now),
    };
  },
};
