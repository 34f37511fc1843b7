import * as z from 'zod';
import { sessionEnded } from '../../domain/sign-in/sessions.ts';
import { mayActOn } from '../../domain/sign-in/who-may.ts';
import { sessionEndpoint } from '../pipeline/endpoint.ts';
import { accountParams } from './account-input.ts';
import { storedAccount } from './change-account.ts';

const answer = z
  .strictObject({
    items: z.array(
      z
        .strictObject({
          id: z.string(),
          device: z.string(),
          signedInAt: z.iso.datetime(),
          lastUsedAt: z.iso.datetime().meta({ description: 'Up to an hour behind.' }),
        })
        .meta({ id: 'AccountSession' }),
    ),
  })
  .meta({ id: 'AccountSessionList' });

/** GET /accounts/{id}/sessions: where the account is signed in, the latest sign-in first. */
export const listAccountSessions = sessionEndpoint({
  name: 'listAccountSessions',
  summary: { ja: 'ログイン中の端末を見る', en: 'List the sessions of an account' },
  params: accountParams,
  answers: { 200: { description: 'At most 20 sessions', schema: answer } },
  failures: ['not-found', 'gone', 'more-than-own-grants'],
  async handle(caller, { params: { id } }) {
    const { account } = await storedAccount(caller.tenant, id);
    mayActOn({ id: caller.accountId, grants: caller.account.grants }, { id, grants: account.grants });
    await caller.noteOnceAnHour(id, { action: 'records-listed', targetKind: 'session', targets: [id] });
    const items = account.sessions
      .filter((session) => !sessionEnded(session, caller.now, caller.rules.sessionHours))
      .map(({ id: session, device, signedInAt, lastUsedAt }) => ({ id: session, device, signedInAt, lastUsedAt }))
      .sort((a, b) => (a.signedInAt < b.signedInAt ? 1 : -1));
    return { status: 200, body: { items } };
  },
});
