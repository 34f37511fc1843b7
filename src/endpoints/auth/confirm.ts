import * as z from 'zod';
import { ACCOUNTS } from '../../domain/sign-in/account.ts';
import { passwordInput } from '../../domain/sign-in/account-input.ts';
import { confirmedUntil, confirmSession } from '../../domain/sign-in/sessions.ts';
import { instant } from '../../model/instant.ts';
import { sessionEndpoint } from '../pipeline/endpoint.ts';
import { sessionCounter, startedAnew } from './attempt.ts';
import { changeOwnAccount } from './own-account.ts';
import { needStillMine, withOwnPassword } from './own-password.ts';

const given = z.strictObject({ password: passwordInput }).meta({ id: 'PasswordAgain' });
const confirmed = z.strictObject({ confirmedUntil: z.iso.datetime().nullable() }).meta({ id: 'Confirmed' });

/** POST /auth/confirm: the password once more, which stamps this session for 5 minutes. */
export const confirm = sessionEndpoint({
  name: 'confirm',
  summary: { ja: 'パスワードをもう一度確認する', en: 'Give the password once more' },
  description: 'What needs the stamp is refused with confirm-needed without it.',
  body: { format: 'json', schema: given },
  answers: { 200: { description: 'The session is confirmed', schema: confirmed } },
  failures: ['wait-before-next-attempt'],
  handle: (caller, { body }, services) =>
    withOwnPassword(caller, { pointer: '/password', password: body.password }, services, async () => {
      const { session, accountId, now } = caller;
      const { sessions } = await changeOwnAccount(caller, (account) => {
        needStillMine(caller, account);
        return {
          after: { ...account, sessions: confirmSession(account.sessions, session.id, now) },
          besides: startedAnew(sessionCounter(session.id)),
          events: [caller.event({ action: 'confirmed', targetKind: ACCOUNTS.name, targets: [accountId] })],
        };
      });
      const stamped = sessions.find(({ id }) => id === session.id);
      const until = stamped === undefined ? undefined : confirmedUntil(stamped, now);
      return { status: 200, body: { confirmedUntil: until === undefined ? null : instant(until) } };
    }),
});
