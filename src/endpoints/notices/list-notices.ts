import * as z from 'zod';
import type { Announcement } from '../../domain/announcements/announcement.ts';
import { isRead, readMarksOf } from '../../domain/announcements/read-marks.ts';
import { sessionEndpoint } from '../pipeline/endpoint.ts';
import {
  announcementFields,
  incidentFields,
  maintenanceFields,
  shownAnnouncement,
  shownIncident,
  shownMaintenance,
} from './announcement-answer.ts';

const read = z.boolean().meta({ description: 'Whether this account has read it as it stands now.' });

const noticeFields = {
  kind: z.literal('notice'),
  ...announcementFields,
  version: z.string().nullable().meta({ description: 'The version of the service that it announces.' }),
  takesEffectAt: z.iso.datetime().nullable(),
} as const;

const answer = z
  .strictObject({
    items: z.array(
      z
        .discriminatedUnion('kind', [
          z.strictObject({ ...noticeFields, read }),
          z.strictObject({ ...incidentFields, read }),
          z.strictObject({ ...maintenanceFields, read }),
        ])
        .meta({ id: 'Notice' }),
    ),
  })
  .meta({ id: 'NoticeList' });

/** GET /notices: what operators announced to this tenant or to all, the latest change first, each with this account's mark. */
export const listNotices = sessionEndpoint({
  name: 'listNotices',
  summary: { ja: '運営会社からのお知らせの一覧', en: 'List notices from the operator' },
  description:
    'At most 100, the latest change first; up to 60 seconds behind. The text of a `notice` is Markdown as typed, all other texts are plain.',
  answers: { 200: { description: 'Notices, incidents and planned maintenance', schema: answer } },
  async handle({ tenant, accountId }, _input, { announcements }) {
    const shown = await announcements.forTenant(tenant.tenantId);
    const marks = shown.length === 0 ? {} : await readMarksOf(tenant, accountId);
    return { status: 200, body: { items: shown.map((each) => ({ ...listed(each), read: isRead(marks, each) })) } };
  },
});

function listed(announcement: Announcement) {
  const { content } = announcement;
  switch (content.kind) {
    case 'notice': {
      const { kind, version, takesEffectAt } = content;
      return { kind, ...shownAnnouncement(announcement), version, takesEffectAt };
    }
    case 'incident':
      return shownIncident({ ...announcement, content });
    case 'maintenance':
      return shownMaintenance({ ...announcement, content });
  }
}
