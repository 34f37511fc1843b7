import * as z from 'zod';
import { ACCOUNTS, withNewPassword } from '../../domain/sign-in/account.ts';
import { LOGIN_LOOK_UP } from '../../domain/sign-in/account-documents.ts';
import { passwordInput } from '../../domain/sign-in/account-input.ts';
import { sessionEndpoint } from '../pipeline/endpoint.ts';
import { passwordCounter, sessionCounter, startedAnew } from './attempt.ts';
import { needGoodPassword } from './good-password.ts';
import { changeOwnAccount } from './own-account.ts';
import { needStillMine, withOwnPassword } from './own-password.ts';

const passwords = z
  .strictObject({ currentPassword: passwordInput, newPassword: passwordInput })
  .meta({ id: 'PasswordChange' });

/** POST /auth/password: a new password; every other session of the account ends, this one goes on. */
export const changePassword = sessionEndpoint({
  name: 'changePassword',
  summary: { ja: 'パスワードを変更する', en: 'Change the password' },
  description: 'Every other session of the account ends at once.',
  body: { format: 'json', schema: passwords },
  answers: { 204: { description: 'The new password stands' } },
  failures: ['wait-before-next-attempt'],
  async handle(caller, { body: { currentPassword, newPassword } }, services) {
    const { tenant, accountId, session } = caller;
    const { displayName, loginId } = caller.account;
    needGoodPassword('/newPassword', newPassword, {
      tenantId: tenant.tenantId,
      tenantName: tenant.contract.name,
      loginId: loginId ?? '',
      displayName,
    });
    // The failures at sign-in were failures at the former password: an account closed to unknown devices opens again.
    const former = loginId === null ? [] : [passwordCounter(tenant.lookUp(LOGIN_LOOK_UP, loginId), undefined)];
    const given = { pointer: '/currentPassword', password: currentPassword };
    return withOwnPassword(caller, given, services, async (place) => {
      const passwordHash = await place.hash(newPassword);
      await changeOwnAccount(caller, (account) => {
        needStillMine(caller, account);
        return {
          after: withNewPassword(account, passwordHash, session.id),
          besides: startedAnew(sessionCounter(session.id), ...former),
          events: [caller.event({ action: 'password-changed', targetKind: ACCOUNTS.name, targets: [accountId] })],
        };
      });
      return { status: 204 };
    });
  },
});
