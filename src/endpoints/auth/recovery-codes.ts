import * as z from 'zod';
import { allows } from '../../domain/permissions.ts';
import { ACCOUNTS } from '../../domain/sign-in/account.ts';
import { codeHash, newRecoveryCodes, RECOVERY_CODES } from '../../domain/sign-in/codes.ts';
import { Failure } from '../../model/failure.ts';
import { sessionEndpoint } from '../pipeline/endpoint.ts';
import { changeOwnAccount } from './own-account.ts';
import { needStillMine } from './own-password.ts';

/** Recovery codes as they are shown: this once. */
export const recoveryCodesShown = z
  .array(z.string())
  .length(RECOVERY_CODES)
  .meta({ description: 'Each works once, with POST /auth/recover. They are not shown again.' });

const made = z.strictObject({ recoveryCodes: recoveryCodesShown }).meta({ id: 'RecoveryCodes' });

/**
 * POST /auth/recovery-codes: ten new ones; the old die. For accounts with write on accounts only: everybody else is
 * reset by an administrator.
 */
export const makeRecoveryCodes = sessionEndpoint({
  name: 'makeRecoveryCodes',
  summary: { ja: '予備コードを作り直す', en: 'Make new recovery codes' },
  description: 'Only for accounts with write on accounts. Codes made before stop working.',
  confirm: true,
  answers: { 200: { description: 'The ten new codes', schema: made } },
  failures: ['not-permitted'],
  async handle(caller) {
    const recoveryCodes = newRecoveryCodes();
    try {
      await changeOwnAccount(caller, (account) => {
        needStillMine(caller, account);
        if (!allows(account.grants, 'accounts', 'write', 'all')) throw new Failure('not-permitted');
        return {
          after: { ...account, recoveryCodes: recoveryCodes.map(codeHash) },
          events: [
            caller.event({ action: 'recovery-codes-made', targetKind: ACCOUNTS.name, targets: [caller.accountId] }),
          ],
        };
      });
    } catch (error) {
      if (error instanceof Failure && error.code === 'not-permitted') {
        const facts = { action: 'access-refused', result: 'refused', reason: 'accounts-write' } as const;
        await caller.noteOnceAnHour('accounts:write', facts);
      }
      throw error;
    }
    return { status: 200, body: { recoveryCodes } };
  },
});
