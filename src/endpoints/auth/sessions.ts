import * as z from 'zod';
import { sessionEnded } from '../../domain/sign-in/sessions.ts';
import { epochMs } from '../../model/instant.ts';
import { sessionEndpoint } from '../pipeline/endpoint.ts';
import { endOwnSessions } from './end-own-sessions.ts';

const answer = z
  .strictObject({
    items: z.array(
      z
        .strictObject({
          id: z.string(),
          device: z.string(),
          signedInAt: z.iso.datetime(),
          lastUsedAt: z.iso.datetime().meta({ description: 'Up to an hour behind.' }),
          current: z.boolean().meta({ description: 'Whether it is the session of this request.' }),
        })
        .meta({ id: 'OwnSession' }),
    ),
  })
  .meta({ id: 'OwnSessionList' });

/** GET /auth/sessions: where one is signed in oneself, the latest sign-in first. */
export const listSessions = sessionEndpoint({
  name: 'listSessions',
  summary: { ja: '自分がログイン中の端末を見る', en: 'List my sessions' },
  answers: { 200: { description: 'At most 20 sessions', schema: answer } },
  async handle({ account, session: current, rules, now }) {
    const items = account.sessions
      .filter((session) => !sessionEnded(session, now, rules.sessionHours))
      .sort((a, b) => epochMs(b.signedInAt) - epochMs(a.signedInAt))
      .map(({ id, device, signedInAt, lastUsedAt }) => ({
        id,
        device,
        signedInAt,
        lastUsedAt,
        current: id === current.id,
      }));
    return { status: 200, body: { items } };
  },
});

/** DELETE /auth/sessions: signs out everywhere, here too. */
export const endSessions = sessionEndpoint({
  name: 'endSessions',
  summary: { ja: 'すべての端末からログアウトする', en: 'Sign out everywhere' },
  answers: { 204: { description: 'No session of the account is left' } },
  handle: (caller) => endOwnSessions(caller, () => true, 'by-owner'),
});
