import * as z from 'zod';
import { UUID_OF_SERVICE } from '../../domain/ids.ts';
import { sessionEndpoint } from '../pipeline/endpoint.ts';
import { endOwnSessions } from './end-own-sessions.ts';

/** DELETE /auth/sessions/{id}: signs out one of one's own devices. An id that none of them has is one that has ended. */
export const endOneSession = sessionEndpoint({
  name: 'endOneSession',
  summary: { ja: 'ほかの端末をログアウトさせる', en: 'Sign out one of my devices' },
  params: z.strictObject({ id: z.string().regex(UUID_OF_SERVICE) }),
  answers: { 204: { description: 'The session has ended' } },
  handle: (caller, { params }) => endOwnSessions(caller, ({ id }) => id === params.id, 'by-owner'),
});
