import { announcedTime } from '../domain/announcements/announced-time.ts';
import { announcementKey } from '../domain/announcements/announcement.ts';
import { newMaintenance } from '../domain/announcements/new-announcements.ts';
import { newId } from '../domain/ids.ts';
import type { Command } from './command.ts';
import { audienceOf, TENANTS_OPTION, TEXT_OPTIONS, TITLE_OPTIONS, textOf, titleOf } from './notice-options.ts';
import { announcementOf, writeItem } from './notice-store.ts';
import { statusAnswer } from './notice-words.ts';

export const maintenancePlan: Command = {
  name: 'maintenance plan',
  summary: 'announce planned work on the service; prints the text for X',
  detail: `Announces work with its begin and end: on the public status page until it is over, in the Atom feed and among the notices
of every account. "notice withdraw" takes it back. With --tenants only these tenants see it, and nothing is public.`,
  options: {
    ...TITLE_OPTIONS,
    ...TEXT_OPTIONS,
    from: { value: 'TIME', required: true, help: 'When it begins, Japan time: 2026-12-01T02:00.' },
    until: { value: 'TIME', required: true, help: 'When it ends.' },
    ...TENANTS_OPTION,
  },
  async run(options, { control, publicUrl }) {
    const now = await control.now();
    const content = newMaintenance(
      {
        title: titleOf(options),
        text: textOf(options),
        audience: await audienceOf(options, control),
        from: announcedTime(options.text('from')),
        until: announcedTime(options.text('until')),
      },
      now,
    );
    const id = newId(now);
    await writeItem(control, announcementKey(id), content);
    const planned = await announcementOf(control, id);
    return statusAnswer({ ...planned, content }, publicUrl, now, 'The maintenance is announced.');
  },
};
