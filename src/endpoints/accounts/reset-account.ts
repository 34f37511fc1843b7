import { ACCOUNTS, resetAccount } from '../../domain/sign-in/account.ts';
import { mayActOn, mayBeReset, onlyToOthers } from '../../domain/sign-in/who-may.ts';
import { sessionEndpoint } from '../pipeline/endpoint.ts';
import { accountWithCode, shownAccount } from './account-answer.ts';
import { accountParams } from './account-input.ts';
import { changeAccount } from './change-account.ts';
import { newRegistration, shownRegistration, withoutCode } from './registration.ts';

/**
 * POST /accounts/{id}/reset: the person registers anew with the code that the answer shows. Each call makes a new code,
 * which replaces the one before; so a code that was lost, or an invitation that ran out, is issued anew this way.
 */
export const resetAccountRegistration = sessionEndpoint({
  name: 'resetAccount',
  summary: { ja: '登録をやり直してもらう', en: 'Have a person register anew' },
  description:
    'The password, sessions and devices of the account end at once. Administrators who have registered are refused: they use a recovery code, or are erased and invited anew.',
  params: accountParams,
  confirm: true,
  answers: { 200: { description: 'The account and its new code', schema: accountWithCode } },
  failures: ['not-found', 'gone', 'own-grants', 'more-than-own-grants'],
  async handle(caller, { params: { id } }) {
    const issued = newRegistration(id, caller.now);
    const account = await changeAccount(caller, id, undefined, (before, actor) => {
      const target = { id, grants: before.grants };
      onlyToOthers(actor, target);
      mayActOn(actor, target);
      mayBeReset(before);
      return {
        after: resetAccount(before, issued.registration),
        besides: [...withoutCode(before.registration), issued.document],
        events: [caller.event({ action: 'account-reset', targetKind: ACCOUNTS.name, targets: [id] })],
      };
    });
    return {
      status: 200,
      body: { account: shownAccount(id, account, caller.now), registration: shownRegistration(issued) },
      etag: account.revision,
    };
  },
});
