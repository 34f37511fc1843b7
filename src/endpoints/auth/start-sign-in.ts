import * as z from 'zod';
import type { AuditEvent } from '../../domain/audit/events.ts';
import type { OpenTenant } from '../../domain/open-tenant.ts';
import { ACCOUNTS, type Account } from '../../domain/sign-in/account.ts';
import { DEVICE_TOKEN_LIFE } from '../../domain/sign-in/device-token.ts';
import { deviceMark, newDeviceId, withDevice } from '../../domain/sign-in/devices.ts';
import { latestEnd, startSession } from '../../domain/sign-in/sessions.ts';
import { instant, SECOND } from '../../model/instant.ts';
import { grantsShown } from '../accounts/account-answer.ts';
import type { AnswerCookie } from '../pipeline/answer.ts';
import { type Visitor, visitorEvent } from '../pipeline/caller.ts';
import { deviceCookie, sessionCookie } from '../pipeline/cookies.ts';
import type { Services } from '../pipeline/services.ts';

/** Who has signed in. */
export const signedInAccount = z
  .strictObject({ id: z.string(), displayName: z.string(), grants: grantsShown })
  .meta({ id: 'SignedInAccount' });

/** A session that has just begun. */
export const begunSession = z
  .strictObject({
    id: z.string(),
    endsAt: z.iso.datetime().meta({ description: 'At the latest; it also ends 13 hours after its last use.' }),
  })
  .meta({ id: 'BegunSession' });

/** The answer to a sign-in. */
export const signedInShown = z
  .strictObject({ account: signedInAccount, session: begunSession })
  .meta({ id: 'SignedIn' });

/** A sign-in that is ready to be committed. */
export interface SignIn {
  /** The account with the new session and the visitor's device. */
  readonly account: Account;
  readonly event: AuditEvent;
  readonly session: z.infer<typeof begunSession>;
  readonly cookies: readonly AnswerCookie[];
}

/**
 * Begins a session of this account: to be written with its event, and only then told. The tokens are made before
 * anything is written, so a missing key leaves nothing behind. A device keeps its id through all sign-ins, whoever
 * signs in. Throws Failure `starting` while there is no signing key, and the vault's StoreErrors.
 */
export async function startSignIn(
  visitor: Visitor,
  { handle, rules }: OpenTenant,
  id: string,
  account: Account,
  { sessionTokens, deviceTokens }: Services,
): Promise<SignIn> {
  const { now, agent } = visitor;
  const { sessions, session, secret } = startSession(account.sessions, agent, now);
  const device = visitor.device ?? newDeviceId();
  const devices = withDevice(account.devices, deviceMark(device, id));
  const token = await sessionTokens.issue({ tenant: handle.tenantId, account: id, secret });
  const deviceToken = await deviceTokens.issue({ device });
  const endsAt = latestEnd(session, rules.sessionHours);
  return {
    account: { ...account, sessions, devices },
    event: visitorEvent(visitor, {
      action: 'sign-in',
      actor: id,
      session: session.id,
      targetKind: ACCOUNTS.name,
      targets: [id],
    }),
    session: { id: session.id, endsAt: instant(endsAt) },
    cookies: [
      sessionCookie(token, Math.floor((endsAt - now) / SECOND)),
      deviceCookie(deviceToken, DEVICE_TOKEN_LIFE / SECOND),
    ],
  };
}

export function shownAccount(id: string, { displayName, grants }: Account): z.infer<typeof signedInAccount> {
  return { id, displayName, grants };
}
