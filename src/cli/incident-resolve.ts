import { resolutionKey } from '../domain/announcements/announcement.ts';
import { updateText } from '../domain/announcements/new-announcements.ts';
import { isStoreError } from '../ports/store-error.ts';
import type { Command } from './command.ts';
import { TEXT_OPTIONS, textOf } from './notice-options.ts';
import { incidentOf, writeItem } from './notice-store.ts';
import { statusAnswer } from './notice-words.ts';
import { refused } from './refused.ts';

export const incidentResolve: Command = {
  name: 'incident resolve',
  summary: 'announce that an incident is over; prints the text for X',
  detail:
    'Resolves an incident. It stays on the public status page for 14 days, and in the Atom feed. It cannot be opened again.',
  options: { id: { value: 'ID', required: true, help: 'The incident, as "notice list" shows it.' }, ...TEXT_OPTIONS },
  async run(options, { control, publicUrl }) {
    const incident = await incidentOf(control, options.text('id'));
    const text = updateText(incident, textOf(options));
    try {
      await writeItem(control, resolutionKey(incident.id), { kind: 'resolution', of: incident.id, text });
    } catch (error) {
      if (!isStoreError(error, 'conflict')) throw error;
      throw refused(
        'Somebody else has resolved the incident at the same moment; "notice list --json" shows what was said.',
      );
    }
    const now = await control.now();
    return statusAnswer(await incidentOf(control, incident.id), publicUrl, now, 'The incident is resolved.');
  },
};
