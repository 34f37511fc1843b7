import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { DAY, type EpochMs, epochMs, HOUR, type Instant, instant, MINUTE } from '../../model/instant.ts';
import { newId } from '../ids.ts';

/** One sign-in, as it stands in the account's document. */
export interface Session {
  /** Public name of the session, UUID v7: for lists and for ending it. */
  readonly id: string;
  /** SHA-256 of the secret in the session's token, hex. */
  readonly secretHash: string;
  /** The user agent's family, e.g. `Safari on iPad`. */
  readonly device: string;
  readonly signedInAt: Instant;
  /** As last written, which is up to an hour behind. */
  readonly lastUsedAt: Instant;
  /** When the password was last given again in this session. */
  readonly confirmedAt: Instant | null;
}

/** How long a session lives from sign-in, whatever is done in it; also the life of its token. */
export const SESSION_LIFE = 14 * DAY;
const SESSION_IDLE = 13 * HOUR;
const SESSIONS_PER_ACCOUNT = 20;
const TOUCH_AFTER = 1 * HOUR;
const CONFIRM_VALID_FOR = 5 * MINUTE;

/**
 * The sessions with a new one, sessions that have ended left out; at most 20, the oldest sign-in goes. `secret` (32
 * random bytes, base64url) belongs into the token and is kept nowhere else.
 */
export function startSession(
  sessions: readonly Session[],
  device: string,
  now: EpochMs,
): { readonly sessions: readonly Session[]; readonly session: Session; readonly secret: string } {
  const secret = randomBytes(32).toString('base64url');
  const at = instant(now);
  const session: Session = {
    id: newId(now),
    secretHash: hashOf(secret).toString('hex'),
    device,
    signedInAt: at,
    lastUsedAt: at,
    confirmedAt: null,
  };
  const alive = sessions
    .filter((other) => !sessionEnded(other, now))
    .sort((a, b) => epochMs(a.signedInAt) - epochMs(b.signedInAt));
  return { sessions: [...alive.slice(1 - SESSIONS_PER_ACCOUNT), session], session, secret };
}

/** The session whose secret this is. Compares with every session in constant time. */
export function findSession(sessions: readonly Session[], secret: string): Session | undefined {
  const wanted = hashOf(secret);
  let found: Session | undefined;
  for (const session of sessions) {
    const stored = Buffer.from(session.secretHash, 'hex');
    if (stored.length === wanted.length && timingSafeEqual(stored, wanted)) found = session;
  }
  return found;
}

/**
 * Whether a session is over: 13 h after its last use, or 14 days after sign-in. `maxHours` is the tenant's own limit
 * since sign-in, which can only shorten it.
 */
export function sessionEnded(session: Session, now: EpochMs, maxHours?: number): boolean {
  return now >= epochMs(session.lastUsedAt) + SESSION_IDLE || now >= latestEnd(session, maxHours);
}

/** When a session is over however often it is used. `maxHours` as for `sessionEnded`. */
export function latestEnd(session: Session, maxHours?: number): EpochMs {
  const life = Math.min(SESSION_LIFE, maxHours === undefined ? SESSION_LIFE : maxHours * HOUR);
  return epochMs(session.signedInAt) + life;
}

/** Whether the last use is to be written: only when the one that is written is older than an hour. */
export function needsTouch(session: Session, now: EpochMs): boolean {
  return now > epochMs(session.lastUsedAt) + TOUCH_AFTER;
}

/** The sessions with this one's last use set to now. */
export function touchSession(sessions: readonly Session[], id: string, now: EpochMs): readonly Session[] {
  return sessions.map((session) => (session.id === id ? { ...session, lastUsedAt: instant(now) } : session));
}

/** The sessions with this one stamped: its person has just given the password again. */
export function confirmSession(sessions: readonly Session[], id: string, now: EpochMs): readonly Session[] {
  return sessions.map((session) => (session.id === id ? { ...session, confirmedAt: instant(now) } : session));
}

/** Whether the password was given again within the last 5 minutes. A stamp from the future counts for nothing. */
export function isConfirmed(session: Session, now: EpochMs): boolean {
  return confirmedUntil(session, now) !== undefined;
}

/** Until when (exclusive) the session counts as confirmed; undefined when it does not now. */
export function confirmedUntil(session: Session, now: EpochMs): EpochMs | undefined {
  if (session.confirmedAt === null) return undefined;
  const stamped = epochMs(session.confirmedAt);
  return stamped <= now && now < stamped + CONFIRM_VALID_FOR ? stamped + CONFIRM_VALID_FOR : undefined;
}

/** The sessions without this one. */
export function endSession(sessions: readonly Session[], id: string): readonly Session[] {
  return sessions.filter((session) => session.id !== id);
}

/** Only this session, if it is there. */
export function endOtherSessions(sessions: readonly Session[], id: string): readonly Session[] {
  return sessions.filter((session) => session.id === id);
}

function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
