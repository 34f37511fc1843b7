import { sessionEndpoint } from '../pipeline/endpoint.ts';
import { endOwnSessions } from './end-own-sessions.ts';

/**
 * POST /auth/logout: ends this session and removes its cookie. Sent again it finds no session and is refused as any
 * request without one, which changes nothing. The device's cookie stays: whoever signs in here next is known.
 */
export const logout = sessionEndpoint({
  name: 'logout',
  summary: { ja: 'ログアウトする', en: 'Sign out' },
  answers: { 204: { description: 'This session has ended' } },
  handle: (caller) => endOwnSessions(caller, ({ id }) => id === caller.session.id, 'signed-out'),
});
