import { READ_MARKS } from '../../domain/announcements/read-marks.ts';
import { ACCOUNTS, type Account } from '../../domain/sign-in/account.ts';
import { LOGIN_LOOK_UP, LOGINS } from '../../domain/sign-in/account-documents.ts';
import { mayActOn, onlyToOthers } from '../../domain/sign-in/who-may.ts';
import type { Change, TenantHandle } from '../../domain/tenant-handle.ts';
import { Failure } from '../../model/failure.ts';
import { sessionEndpoint } from '../pipeline/endpoint.ts';
import { accountParams } from './account-input.ts';
import { changeAccount } from './change-account.ts';
import { withoutCode } from './registration.ts';

/**
 * DELETE /accounts/{id}: erases the account. Its document becomes a stub without content, its account ID is free again,
 * its sessions and codes are gone with it. What the person wrote keeps the account's id, which nobody can name any more.
 */
export const eraseAccount = sessionEndpoint({
  name: 'eraseAccount',
  summary: { ja: 'アカウントを消去する', en: 'Erase an account' },
  description: 'What the person wrote stays; who wrote it can no longer be named.',
  params: accountParams,
  precondition: 'required',
  confirm: true,
  answers: { 204: { description: 'The account is erased' } },
  failures: ['not-found', 'own-grants', 'more-than-own-grants', 'last-administrator'],
  async handle(caller, { params: { id }, ifMatch }) {
    try {
      await changeAccount(caller, id, ifMatch, (account, actor) => {
        const target = { id, grants: account.grants };
        onlyToOthers(actor, target);
        mayActOn(actor, target);
        return {
          after: undefined,
          besides: [...whatFindsIt(caller.tenant, account), { type: 'delete', kind: READ_MARKS.name, id }],
          events: [caller.event({ action: 'account-erased', targetKind: ACCOUNTS.name, targets: [id] })],
        };
      });
    } catch (error) {
      // Erased already, by this request sent before or by somebody else: the outcome stands.
      if (!(error instanceof Failure && error.code === 'gone')) throw error;
    }
    return { status: 204 };
  },
});

/** The documents by which the account is found: account ID and open code. */
function whatFindsIt(tenant: TenantHandle, { loginId, registration }: Account): readonly Change[] {
  const login: readonly Change[] =
    loginId === null ? [] : [{ type: 'delete', kind: LOGINS.name, id: tenant.lookUp(LOGIN_LOOK_UP, loginId) }];
  return [...login, ...withoutCode(registration)];
}
