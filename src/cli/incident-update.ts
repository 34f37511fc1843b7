import { updateKey } from '../domain/announcements/announcement.ts';
import { updateText } from '../domain/announcements/new-announcements.ts';
import { newId } from '../domain/ids.ts';
import type { Command } from './command.ts';
import { TEXT_OPTIONS, textOf } from './notice-options.ts';
import { incidentOf, writeItem } from './notice-store.ts';
import { statusAnswer } from './notice-words.ts';

export const incidentUpdate: Command = {
  name: 'incident update',
  summary: 'tell how an incident goes on; prints the text for X',
  detail:
    'Adds to an open incident, wherever it shows. What was said before stays. Accounts that had read it see it as unread.',
  options: { id: { value: 'ID', required: true, help: 'The incident, as "notice list" shows it.' }, ...TEXT_OPTIONS },
  async run(options, { control, publicUrl }) {
    const incident = await incidentOf(control, options.text('id'));
    const text = updateText(incident, textOf(options));
    const now = await control.now();
    await writeItem(control, updateKey(incident.id, newId(now)), { kind: 'incident-update', of: incident.id, text });
    return statusAnswer(await incidentOf(control, incident.id), publicUrl, now, 'The update is written.');
  },
};
