import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  confirmSession,
  endOtherSessions,
  endSession,
  findSession,
  isConfirmed,
  needsTouch,
  type Session,
  sessionEnded,
  startSession,
  touchSession,
} from '../../../src/domain/sign-in/sessions.ts';
import { DAY, HOUR, MINUTE } from '../../../src/model/instant.ts';
import { FAKE_START as now } from '../../support/fake-clock.ts';

const started = startSession([], 'Safari on iPad', now);

function manySessions(count: number): { readonly sessions: readonly Session[]; readonly secrets: readonly string[] } {
  let sessions: readonly Session[] = [];
  const secrets: string[] = [];
  for (let i = 0; i < count; i += 1) {
    const next = startSession(sessions, `device ${i}`, now + i);
    sessions = next.sessions;
    secrets.push(next.secret);
  }
  return { sessions, secrets };
}

describe('sessions of an account', () => {
  test('a session keeps the hash of its secret and never the secret', () => {
    const { session, secret, sessions } = started;
    expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
    expect(session.secretHash).toBe(createHash('sha256').update(secret).digest('hex'));
    expect(JSON.stringify(sessions)).not.toContain(secret);
    expect(session).toMatchObject({
      device: 'Safari on iPad',
      signedInAt: new Date(now).toISOString(),
      lastUsedAt: new Date(now).toISOString(),
      confirmedAt: null,
    });
  });

  test('a session is found by its secret and by nothing else', () => {
    const { sessions, secrets } = manySessions(3);
    for (const [i, secret] of secrets.entries()) expect(findSession(sessions, secret)?.device).toBe(`device ${i}`);
    expect(findSession(sessions, 'guess')).toBeUndefined();
    expect(findSession(sessions, sessions[0]?.secretHash ?? '')).toBeUndefined();
    expect(findSession([], secrets[0] ?? '')).toBeUndefined();
  });

  test('at most 20 sessions: the oldest sign-in goes, wherever it stands', () => {
    const { sessions, secrets } = manySessions(20);
    expect(sessions).toHaveLength(20);
    const next = startSession([...sessions].reverse(), 'new', now + 100);
    expect(next.sessions).toHaveLength(20);
    expect(findSession(next.sessions, secrets[0] ?? '')).toBeUndefined();
    expect(findSession(next.sessions, secrets[1] ?? '')).toBeDefined();
    expect(findSession(next.sessions, next.secret)).toEqual(next.session);
  });

  test('sessions that have ended are not carried on', () => {
    const next = startSession(started.sessions, 'new', now + 13 * HOUR);
    expect(next.sessions).toEqual([next.session]);
  });

  test('a session ends 13 h after its last use', () => {
    expect(sessionEnded(started.session, now + 13 * HOUR - 1)).toBe(false);
    expect(sessionEnded(started.session, now + 13 * HOUR)).toBe(true);
  });

  test('a session ends 14 days after sign-in, however much it is used', () => {
    const end = now + 14 * DAY;
    const used = touchSession(started.sessions, started.session.id, end - 1)[0] ?? started.session;
    expect(sessionEnded(used, end - 1)).toBe(false);
    expect(sessionEnded(used, end)).toBe(true);
  });

  test("the tenant's own limit shortens a session's life and never prolongs it", () => {
    expect(sessionEnded(started.session, now + 8 * HOUR - 1, 8)).toBe(false);
    expect(sessionEnded(started.session, now + 8 * HOUR, 8)).toBe(true);
    const used = touchSession(started.sessions, started.session.id, now + 14 * DAY)[0] ?? started.session;
    expect(sessionEnded(used, now + 14 * DAY, 10_000)).toBe(true);
    expect(sessionEnded(started.session, now + 13 * HOUR, 10_000)).toBe(true);
  });

  test('the last use is written when the written one is older than an hour', () => {
    expect(needsTouch(started.session, now + HOUR)).toBe(false);
    expect(needsTouch(started.session, now + HOUR + 1)).toBe(true);
    const touched = touchSession(started.sessions, started.session.id, now + HOUR + 1);
    expect(touched.map((session) => needsTouch(session, now + 2 * HOUR))).toEqual([false]);
  });

  test('giving the password again counts for 5 minutes, in that session only', () => {
    const { sessions } = manySessions(2);
    const [first, second] = confirmSession(sessions, sessions[0]?.id ?? '', now);
    if (first === undefined || second === undefined) throw new Error('two sessions');
    expect(isConfirmed(first, now)).toBe(true);
    expect(isConfirmed(first, now + 5 * MINUTE - 1)).toBe(true);
    expect(isConfirmed(first, now + 5 * MINUTE)).toBe(false);
    expect(isConfirmed(second, now)).toBe(false);
    // A clock that jumped back must not lend the stamp more time.
    expect(isConfirmed(first, now - 1)).toBe(false);
  });

  test('ending takes one session, or all others', () => {
    const { sessions } = manySessions(3);
    const [first, second, third] = sessions;
    expect(endSession(sessions, second?.id ?? '')).toEqual([first, third]);
    expect(endSession(sessions, 'unknown')).toEqual(sessions);
    expect(endOtherSessions(sessions, second?.id ?? '')).toEqual([second]);
  });
});
