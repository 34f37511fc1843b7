import { ACCOUNTS } from '../../domain/sign-in/account.ts';
import { mayActOn } from '../../domain/sign-in/who-may.ts';
import { sessionEndpoint } from '../pipeline/endpoint.ts';
import { accountParams } from './account-input.ts';
import { changeAccount } from './change-account.ts';

/** DELETE /accounts/{id}/sessions: signs the account out everywhere, from the very next request on. */
export const endAccountSessions = sessionEndpoint({
  name: 'endAccountSessions',
  summary: { ja: 'すべての端末からログアウトさせる', en: 'Sign an account out everywhere' },
  params: accountParams,
  answers: { 204: { description: 'No session of the account is left' } },
  failures: ['not-found', 'gone', 'more-than-own-grants'],
  async handle(caller, { params: { id } }) {
    await changeAccount(caller, id, undefined, (before, actor) => {
      mayActOn(actor, { id, grants: before.grants });
      if (before.sessions.length === 0) return undefined;
      return {
        after: { ...before, sessions: [] },
        events: [
          caller.event({
            action: 'session-ended',
            targetKind: ACCOUNTS.name,
            targets: [id],
            reason: 'by-administrator',
          }),
        ],
      };
    });
    return { status: 204 };
  },
});
