import * as z from 'zod';
import { markRead } from '../../domain/announcements/read-marks.ts';
import { UUID_V7 } from '../../domain/ids.ts';
import { Failure } from '../../model/failure.ts';
import { sessionEndpoint } from '../pipeline/endpoint.ts';

/** POST /notices/{id}/read: this account has read it as it stands. Sending again changes nothing. */
export const markNoticeRead = sessionEndpoint({
  name: 'markNoticeRead',
  summary: { ja: 'お知らせを既読にする', en: 'Mark a notice as read' },
  description: 'An incident becomes unread again when something is added to it.',
  params: z.strictObject({ id: z.string().regex(UUID_V7) }),
  answers: { 204: { description: 'It is marked as read' } },
  failures: ['not-found'],
  async handle({ tenant, accountId }, { params: { id } }, { announcements }) {
    const announcement = await announcements.find(tenant.tenantId, id);
    if (announcement === undefined) throw new Failure('not-found');
    await markRead(tenant, accountId, announcement, await announcements.forTenant(tenant.tenantId));
    return { status: 204 };
  },
});
