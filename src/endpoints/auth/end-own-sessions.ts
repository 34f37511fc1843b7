import { type Session, sessionEnded } from '../../domain/sign-in/sessions.ts';
import type { Answer } from '../pipeline/answer.ts';
import type { Caller } from '../pipeline/caller.ts';
import { NO_SESSION_COOKIE } from '../pipeline/cookies.ts';
import { changeOwnAccount } from './own-account.ts';

/** Why a person ended sessions of his own. */
export type EndReason = 'signed-out' | 'by-owner';

/**
 * Ends those of the caller's sessions that `which` names, and removes the cookie when this one is among them. Sessions
 * that have ended already are left alone: when no other is named, this succeeds without a write.
 */
export async function endOwnSessions(
  caller: Caller,
  which: (session: Session) => boolean,
  reason: EndReason,
): Promise<Answer> {
  const { now, rules } = caller;
  await changeOwnAccount(caller, (account) => {
    const ended = account.sessions.filter(
      (session) => which(session) && !sessionEnded(session, now, rules.sessionHours),
    );
    if (ended.length === 0) return undefined;
    return {
      after: { ...account, sessions: account.sessions.filter((session) => !which(session)) },
      events: [
        caller.event({ action: 'session-ended', targetKind: 'session', targets: ended.map(({ id }) => id), reason }),
      ],
    };
  });
  return { status: 204, ...(which(caller.session) && { cookies: [NO_SESSION_COOKIE] }) };
}
