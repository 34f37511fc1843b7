import * as z from 'zod';
import { loginIdInput, passwordInput } from '../../domain/sign-in/account-input.ts';
import { Failure } from '../../model/failure.ts';
import { publicEndpoint } from '../pipeline/endpoint.ts';
import { passwordCounter } from './attempt.ts';
import { signIn, type Way } from './sign-in.ts';
import { tenantInput } from './sign-in-input.ts';
import { signedInShown } from './start-sign-in.ts';

const credentials = z
  .strictObject({ tenant: tenantInput, loginId: loginIdInput, password: passwordInput })
  .meta({ id: 'Credentials' });

/** POST /auth/login: a session and a device cookie for the right password. See `signIn` for what it keeps to itself. */
export const login = publicEndpoint({
  name: 'login',
  summary: { ja: 'ログインする', en: 'Sign in' },
  description:
    'Sets the cookies __Host-session and __Host-device. After several failures in a row attempts have to wait.',
  body: { format: 'json', schema: credentials },
  answers: { 200: { description: 'Signed in', schema: signedInShown } },
  failures: ['sign-in-failed', 'wait-before-next-attempt', 'known-device-needed', 'network-not-allowed'],
  handle: (visitor, { body }, services) => signIn(visitor, body, services, byPassword(body.password)),
});

interface Checked {
  /** The stored hash that the password fits; null when it fits none. */
  readonly fits: string | null;
  /** What is to be stored from now on, when the parameters have changed. */
  readonly rehashed: string | undefined;
}

function byPassword(password: string): Way<Checked> {
  return {
    counter: passwordCounter,
    async work(place, account) {
      const stored = account?.passwordHash ?? null;
      const { matches, needsRehash } = await place.verify(password, stored);
      return { fits: matches ? stored : null, rehashed: needsRehash ? await place.hash(password) : undefined };
    },
    prove({ account }, { fits, rehashed }) {
      if (fits === null) return undefined;
      // Changed while we worked, or only hashed anew by another sign-in: the next attempt tells.
      if (account.passwordHash !== fits) throw new Failure('busy', { retryAfter: 1 });
      return { account: { ...account, passwordHash: rehashed ?? fits } };
    },
    wrong: 'wrong-password',
    refusal: () => new Failure('sign-in-failed'),
  };
}
