import { announcementKey } from '../domain/announcements/announcement.ts';
import { newIncident } from '../domain/announcements/new-announcements.ts';
import { newId } from '../domain/ids.ts';
import type { Command } from './command.ts';
import { audienceOf, TENANTS_OPTION, TEXT_OPTIONS, TITLE_OPTIONS, textOf, titleOf } from './notice-options.ts';
import { incidentOf, writeItem } from './notice-store.ts';
import { statusAnswer } from './notice-words.ts';

export const incidentOpen: Command = {
  name: 'incident open',
  summary: 'announce an incident; prints the text for X',
  detail: `Opens an incident: it shows on the public status page, in the Atom feed and among the notices of every account, and the
text to be posted on X is printed. With --tenants only these tenants see it, and nothing is public.`,
  options: { ...TITLE_OPTIONS, ...TEXT_OPTIONS, ...TENANTS_OPTION },
  async run(options, { control, publicUrl }) {
    const audience = await audienceOf(options, control);
    const incident = newIncident({ title: titleOf(options), text: textOf(options), audience });
    const now = await control.now();
    const id = newId(now);
    await writeItem(control, announcementKey(id), incident);
    return statusAnswer(await incidentOf(control, id), publicUrl, now, 'The incident is open.');
  },
};
