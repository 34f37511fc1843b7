import * as z from 'zod';
import { confirmedUntil, latestEnd } from '../../domain/sign-in/sessions.ts';
import { instant } from '../../model/instant.ts';
import { grantsShown } from '../accounts/account-answer.ts';
import { sessionEndpoint } from '../pipeline/endpoint.ts';

const answer = z
  .strictObject({
    account: z.strictObject({
      id: z.string(),
      displayName: z.string(),
      loginId: z.string().nullable(),
      grants: grantsShown,
    }),
    session: z.strictObject({
      id: z.string(),
      signedInAt: z.iso.datetime(),
      endsAt: z.iso.datetime().meta({ description: 'At the latest; it also ends 13 hours after its last use.' }),
      confirmedUntil: z.iso.datetime().nullable(),
    }),
    tenant: z.strictObject({ code: z.string(), name: z.string() }),
  })
  .meta({ id: 'CurrentSession' });

/** GET /auth/session: who is signed in here, and what the account may do at this very moment. */
export const readSession = sessionEndpoint({
  name: 'readSession',
  summary: { ja: 'ログイン中の自分を見る', en: 'Who am I' },
  answers: { 200: { description: 'Account, session and tenant', schema: answer } },
  async handle({ accountId, account, session, rules, tenant, now }) {
    const until = confirmedUntil(session, now);
    return {
      status: 200,
      body: {
        account: {
          id: accountId,
          displayName: account.displayName,
          loginId: account.loginId,
          grants: account.grants,
        },
        session: {
          id: session.id,
          signedInAt: session.signedInAt,
          endsAt: instant(latestEnd(session, rules.sessionHours)),
          confirmedUntil: until === undefined ? null : instant(until),
        },
        tenant: { code: tenant.tenantId, name: tenant.contract.name },
      },
    };
  },
});
