import { describe, expect, test } from 'vitest';
import { presetGrants } from '../../../src/domain/presets.ts';
import {
  type Account,
  acceptsRegistration,
  accountState,
  cardOf,
  type EditablePart,
  editedAccount,
  isStandingAdministrator,
  newAccount,
  recoveredAccount,
  registeredAccount,
  regrantedAccount,
  resetAccount,
  withNewPassword,
} from '../../../src/domain/sign-in/account.ts';
import { startSession } from '../../../src/domain/sign-in/sessions.ts';
import { DAY, instant } from '../../../src/model/instant.ts';
import { FAKE_START as now } from '../../support/fake-clock.ts';

const part: EditablePart = {
  displayName: '山田 花子',
  grants: presetGrants('class-teacher', ['f2', 'f1']),
  preset: 'class-teacher',
  activeFrom: null,
  activeUntil: null,
  suspended: false,
};
const registration = { codeHash: 'h1', expiresAt: instant(now + 7 * DAY) };
const invited = newAccount(part, registration);
const registered = registeredAccount(invited, 'hanako', 'phc-1');
const working: Account = {
  ...registered,
  sessions: startSession([], 'curl', now).sessions,
  devices: ['d1'],
  recoveryCodes: ['r1', 'r2'],
};

describe('the state of an account', () => {
  test('active once registered, within its period, and not suspended', () => {
    expect(accountState(registered, now)).toBe('active');
    expect(accountState(invited, now)).toBe('unregistered');
    expect(accountState({ ...registered, suspended: true }, now)).toBe('suspended');
  });

  test('the active period begins and ends at the exact instant', () => {
    const limited = { ...registered, activeFrom: instant(now), activeUntil: instant(now + DAY) };
    expect(accountState(limited, now - 1)).toBe('not-yet');
    expect(accountState(limited, now)).toBe('active');
    expect(accountState(limited, now + DAY - 1)).toBe('active');
    expect(accountState(limited, now + DAY)).toBe('expired');
  });

  test('a person may register before the active period begins, and not after it ended or while suspended', () => {
    expect(acceptsRegistration({ ...invited, activeFrom: instant(now + DAY) }, 'h1', now)).toBe(true);
    expect(acceptsRegistration({ ...invited, activeUntil: instant(now) }, 'h1', now)).toBe(false);
    expect(acceptsRegistration({ ...invited, suspended: true }, 'h1', now)).toBe(false);
  });

  test('a registration code works until it expires, once, and no other does', () => {
    expect(acceptsRegistration(invited, 'h1', now + 7 * DAY - 1)).toBe(true);
    expect(acceptsRegistration(invited, 'h1', now + 7 * DAY)).toBe(false);
    expect(acceptsRegistration(invited, 'h2', now)).toBe(false);
    expect(acceptsRegistration(registered, 'h1', now)).toBe(false);
  });

  test('an open code ends when the grants reach further: who handed it out may not hold them', () => {
    const grants = presetGrants('administrator', 'all');
    const wider = regrantedAccount(invited, { grants, preset: 'administrator' }, now);
    expect(acceptsRegistration(wider, 'h1', now)).toBe(false);
    const narrower = regrantedAccount(invited, { grants: {}, preset: null }, now);
    expect(acceptsRegistration(narrower, 'h1', now)).toBe(true);
    expect(regrantedAccount(registered, { grants, preset: 'administrator' }, now).registration).toBeNull();
  });

  test('who keeps a tenant governable is active, without an end, and may write accounts', () => {
    const administrator = editedAccount(registered, { grants: presetGrants('administrator', 'all') });
    expect(isStandingAdministrator(administrator, now)).toBe(true);
    expect(isStandingAdministrator(registered, now)).toBe(false);
    expect(
      isStandingAdministrator({ ...administrator, grants: { accounts: { level: 'read', facilities: 'all' } } }, now),
    ).toBe(false);
    for (const change of [
      { suspended: true },
      { activeFrom: instant(now + 1) },
      { activeUntil: instant(now + DAY) },
      { registered: false },
    ]) {
      expect(isStandingAdministrator({ ...administrator, ...change }, now)).toBe(false);
    }
  });
});

describe("the account's revision", () => {
  test('changes with everything that an administrator edits, and with the registration state', () => {
    const revisions = [
      registered,
      invited,
      resetAccount(registered, registration),
      resetAccount(registered, { ...registration, codeHash: 'h2' }),
      editedAccount(registered, { displayName: '山田 花' }),
      editedAccount(registered, { grants: {} }),
      editedAccount(registered, { preset: null }),
      editedAccount(registered, { activeFrom: instant(now) }),
      editedAccount(registered, { activeUntil: instant(now) }),
      editedAccount(registered, { suspended: true }),
    ].map((account) => account.revision);
    // A reset puts the account back to what it was when it was invited with that code.
    expect(new Set(revisions).size).toBe(revisions.length - 1);
  });

  test('does not change with sessions, devices and passwords, so these never collide with an editor', () => {
    const sessionId = working.sessions[0]?.id ?? '';
    for (const account of [
      working,
      withNewPassword(working, 'phc-2', sessionId),
      recoveredAccount(working, 'r1', 'phc-3'),
    ]) {
      expect(account?.revision).toBe(registered.revision);
    }
  });

  test('does not depend on the order in which grants are written', () => {
    const reordered = {
      ...Object.fromEntries(Object.entries(part.grants).reverse()),
      children: { level: 'read', facilities: ['f1', 'f2', 'f1'] },
    } as const;
    expect(editedAccount(registered, { grants: reordered }).revision).toBe(registered.revision);
  });
});

describe('what happens to an account', () => {
  test('a new account has neither account ID nor password and cannot be signed in to', () => {
    expect(invited).toMatchObject({
      loginId: null,
      passwordHash: null,
      registered: false,
      sessions: [],
      devices: [],
      recoveryCodes: [],
    });
  });

  test('registering sets account ID and password and uses the code up', () => {
    expect(registered).toMatchObject({
      loginId: 'hanako',
      passwordHash: 'phc-1',
      registered: true,
      registration: null,
    });
  });

  test('suspending ends all sessions, and resuming brings none back', () => {
    const suspended = editedAccount(working, { suspended: true });
    expect(suspended.sessions).toEqual([]);
    expect(editedAccount(suspended, { suspended: false }).sessions).toEqual([]);
    expect(editedAccount(working, { displayName: 'x' }).sessions).toEqual(working.sessions);
  });

  test('a reset leaves no way in but the new code, and keeps the account ID reserved', () => {
    const reset = resetAccount(working, registration);
    expect(reset).toMatchObject({
      loginId: 'hanako',
      passwordHash: null,
      registered: false,
      registration,
      recoveryCodes: [],
      sessions: [],
      devices: [],
    });
    expect(accountState(reset, now)).toBe('unregistered');
  });

  test('a new password ends every other session', () => {
    const two = startSession(working.sessions, 'second', now + 1);
    const changed = withNewPassword({ ...working, sessions: two.sessions }, 'phc-2', two.session.id);
    expect(changed).toMatchObject({ passwordHash: 'phc-2', sessions: [two.session] });
  });

  test('a recovery code works once and ends every session', () => {
    const recovered = recoveredAccount(working, 'r1', 'phc-2');
    expect(recovered).toMatchObject({ passwordHash: 'phc-2', recoveryCodes: ['r2'], sessions: [] });
    expect(recovered && recoveredAccount(recovered, 'r1', 'phc-3')).toBeUndefined();
    expect(recoveredAccount(working, 'guess', 'phc-2')).toBeUndefined();
  });

  test('a card shows nothing of how a person signs in but the account ID', () => {
    expect(Object.keys(cardOf(working)).sort()).toEqual([
      'activeFrom',
      'activeUntil',
      'displayName',
      'grants',
      'loginId',
      'preset',
      'registered',
      'revision',
      'suspended',
    ]);
  });
});
