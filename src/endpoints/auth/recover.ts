import * as z from 'zod';
import { ACCOUNTS, recoveredAccount } from '../../domain/sign-in/account.ts';
import { loginIdInput, passwordInput } from '../../domain/sign-in/account-input.ts';
import { codeHash } from '../../domain/sign-in/codes.ts';
import { Failure, type Text } from '../../model/failure.ts';
import { type Visitor, visitorEvent } from '../pipeline/caller.ts';
import { publicEndpoint } from '../pipeline/endpoint.ts';
import { passwordCounter, recoveryCounter } from './attempt.ts';
import { needGoodPassword } from './good-password.ts';
import { signIn, type Way } from './sign-in.ts';
import { oneTimeCodeInput, tenantInput } from './sign-in-input.ts';
import { signedInShown } from './start-sign-in.ts';

const recovery = z
  .strictObject({
    tenant: tenantInput,
    loginId: loginIdInput,
    recoveryCode: oneTimeCodeInput,
    newPassword: passwordInput,
  })
  .meta({ id: 'Recovery' });

const REFUSAL: Text = {
  ja: '契約コード、アカウントID、予備コードのいずれかが違います。使った予備コードは二度使えません。',
  en: 'The tenant code, the account ID or the recovery code is wrong. A recovery code works only once.',
};

/**
 * POST /auth/recover: sets a new password with a recovery code, ends all sessions of the account, and signs in. The code
 * is used up only when the new password is accepted. Where the account has closed to unknown devices, this opens it.
 */
export const recover = publicEndpoint({
  name: 'recover',
  summary: { ja: '予備コードで新しいパスワードを決める', en: 'Set a new password with a recovery code' },
  description: 'Ends all other sessions of the account. Sets the cookies __Host-session and __Host-device.',
  body: { format: 'json', schema: recovery },
  answers: { 200: { description: 'The new password stands; signed in', schema: signedInShown } },
  failures: ['sign-in-failed', 'wait-before-next-attempt', 'network-not-allowed'],
  async handle(visitor, { body }, services) {
    needGoodPassword('/newPassword', body.newPassword, { tenantId: body.tenant, loginId: body.loginId });
    return signIn(visitor, body, services, byRecoveryCode(visitor, body));
  },
});

function byRecoveryCode(visitor: Visitor, given: z.infer<typeof recovery>): Way<string> {
  const hash = codeHash(given.recoveryCode);
  return {
    counter: recoveryCounter,
    work: (place) => place.hash(given.newPassword),
    prove({ id, account }, passwordHash, { lookUpId, knownDevice }, { handle }) {
      const recovered = recoveredAccount(account, hash, passwordHash);
      if (recovered === undefined) return undefined;
      needGoodPassword('/newPassword', given.newPassword, {
        tenantId: given.tenant,
        tenantName: handle.contract.name,
        loginId: given.loginId,
        displayName: account.displayName,
      });
      return {
        account: recovered,
        // The failures were failures at the former password.
        counters: [passwordCounter(lookUpId, undefined), passwordCounter(lookUpId, knownDevice)],
        events: [visitorEvent(visitor, { action: 'recovered', actor: id, targetKind: ACCOUNTS.name, targets: [id] })],
      };
    },
    wrong: 'wrong-recovery-code',
    refusal: () => new Failure('sign-in-failed', { text: REFUSAL }),
  };
}
