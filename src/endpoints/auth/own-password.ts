import { ACCOUNTS, type Account } from '../../domain/sign-in/account.ts';
import type { HashingPlace } from '../../domain/sign-in/password-hasher.ts';
import { Failure } from '../../model/failure.ts';
import type { Caller } from '../pipeline/caller.ts';
import type { Services } from '../pipeline/services.ts';
import { attempted, sessionCounter } from './attempt.ts';
import { takeNetworkAttempt } from './network-attempt.ts';

/**
 * Does `work` for who gives the password of his own account again. Attempts are limited and wait as at sign-in, counted
 * for this session alone; the count's end belongs into the commit of `work` (`startedAnew`). Throws Failure
 * `invalid-input` at `pointer` for a wrong password, whose event is written; `too-many-requests`,
 * `wait-before-next-attempt` and `busy` unevaluated.
 */
export async function withOwnPassword<T>(
  caller: Caller,
  given: { readonly pointer: string; readonly password: string },
  services: Services,
  work: (place: HashingPlace) => Promise<T>,
): Promise<T> {
  takeNetworkAttempt(caller, services);
  const { tenant, account, accountId, session } = caller;
  const counter = sessionCounter(session.id);
  return services.hasher.withPlace((place) =>
    attempted(tenant, `${tenant.tenantId}/${counter.id}`, counter, services, async () => {
      const { matches } = await place.verify(given.password, account.passwordHash);
      if (matches) return work(place);
      const facts = { targetKind: ACCOUNTS.name, targets: [accountId], reason: 'wrong-password' };
      await tenant.commit([], [caller.event({ action: 'confirm-failed', result: 'failed', ...facts })]);
      throw wrongPassword(given.pointer);
    }),
  );
}

/**
 * Holds a decision to the account whose password was given. Throws Failure `unauthenticated` when this session has ended
 * meanwhile, and `busy` when the password was changed, or only hashed anew by a sign-in: the next attempt tells.
 */
export function needStillMine({ session, account: known }: Caller, account: Account): void {
  if (!account.sessions.some(({ id }) => id === session.id)) throw new Failure('unauthenticated');
  if (account.passwordHash !== known.passwordHash) throw new Failure('busy', { retryAfter: 1 });
}

function wrongPassword(pointer: string): Failure {
  const text = {
    ja: 'パスワードが違います。もう一度入力してください。',
    en: 'The password is wrong. Please type it again.',
  };
  return new Failure('invalid-input', { errors: [{ pointer, code: 'wrong-password', text }] });
}
