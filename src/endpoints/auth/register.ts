import * as z from 'zod';
import type { Account } from '../../domain/sign-in/account.ts';
import { LOGIN_LOOK_UP } from '../../domain/sign-in/account-documents.ts';
import { displayNameInput, loginIdInput, passwordInput } from '../../domain/sign-in/account-input.ts';
import { codeHash } from '../../domain/sign-in/codes.ts';
import { Failure } from '../../model/failure.ts';
import { publicEndpoint } from '../pipeline/endpoint.ts';
import { codeNotAccepted, type Registering } from './code-use.ts';
import { needGoodPassword } from './good-password.ts';
import { takeNetworkAttempt } from './network-attempt.ts';
import { recoveryCodesShown } from './recovery-codes.ts';
import { registeredAt } from './registration-commit.ts';
import { oneTimeCodeInput, tenantInput } from './sign-in-input.ts';
import { begunSession, signedInAccount } from './start-sign-in.ts';

const registration = z
  .strictObject({
    tenant: tenantInput,
    code: oneTimeCodeInput,
    loginId: loginIdInput,
    password: passwordInput,
    displayName: displayNameInput.exactOptional().meta({
      description: "Needed with the tenant's activation code; an invitation has a name, which stands.",
    }),
  })
  .meta({ id: 'Registration' });

const registered = z
  .strictObject({
    account: signedInAccount,
    session: begunSession
      .nullable()
      .meta({ description: 'null while the active period of the account has not begun: sign in from activeFrom on.' }),
    activeFrom: z.iso.datetime().nullable(),
    recoveryCodes: recoveryCodesShown
      .nullable()
      .meta({ description: 'For administrators of accounts; shown this once.' }),
  })
  .meta({ id: 'Registered' });

/**
 * POST /auth/register: a person chooses account ID and password, with the tenant's activation code or with a code that
 * an administrator handed out, and is signed in. The password is held to its rule before the code is used up. The
 * contract is read anew each time, so an activation code counts from the moment when it was issued, and no longer than
 * until it is replaced. A code that is not accepted costs the same hash and look-up whatever the reason, and the same
 * reads where there is such a tenant.
 */
export const register = publicEndpoint({
  name: 'register',
  summary: { ja: 'コードを使って登録する', en: 'Register with a one-time code' },
  description: 'Sets the cookies __Host-session and __Host-device.',
  body: { format: 'json', schema: registration },
  answers: { 200: { description: 'Registered', schema: registered } },
  failures: ['code-not-accepted', 'login-taken', 'network-not-allowed'],
  async handle(visitor, { body }, services) {
    takeNetworkAttempt(visitor, services);
    const { tenant, loginId, displayName } = body;
    const known = { tenantId: tenant, loginId, displayName: displayName ?? '' };
    needGoodPassword('/password', body.password, known);
    const registering: Registering = { visitor, tenant, loginId, displayName, hash: codeHash(body.code) };
    return services.hasher.withPlace(async (place) => {
      const open = await services.entrance.openAnew(tenant);
      const passwordHash = await place.hash(body.password);
      if (open === undefined) {
        services.entrance.strangersLookUp(LOGIN_LOOK_UP, loginId);
        throw codeNotAccepted();
      }
      const needsGood = ({ displayName: name }: Account) =>
        needGoodPassword('/password', body.password, {
          ...known,
          tenantName: open.handle.contract.name,
          displayName: name,
        });
      try {
        return await registeredAt(open, registering, passwordHash, needsGood, services);
      } catch (error) {
        // The contract ended while we worked: from now on the tenant is unknown.
        throw error instanceof Failure && error.code === 'contract-ended' ? codeNotAccepted() : error;
      }
    });
  },
});
