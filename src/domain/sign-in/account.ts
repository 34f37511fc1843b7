import { createHash } from 'node:crypto';
import type { Grants } from '../../model/grants.ts';
import { type EpochMs, epochMs, type Instant, instant } from '../../model/instant.ts';
import { internalKind } from '../kind.ts';
import { covers, normalGrants } from '../permissions.ts';
import type { Preset } from '../presets.ts';
import { endOtherSessions, type Session } from './sessions.ts';

/** What an administrator edits of an account. */
export interface EditablePart {
  readonly displayName: string;
  readonly grants: Grants;
  /** The preset that the grants began as; a label only. */
  readonly preset: Preset | null;
  /** The account signs in from this instant on (inclusive) ... */
  readonly activeFrom: Instant | null;
  /** ... until this one (exclusive). */
  readonly activeUntil: Instant | null;
  readonly suspended: boolean;
}

/** What lists of accounts show. */
export interface AccountCard extends EditablePart {
  readonly loginId: string | null;
  /** Whether the person has chosen account ID and password, and they count. */
  readonly registered: boolean;
  /** Changes exactly when the editable part or the registration state does: the account's ETag. */
  readonly revision: string;
}

/** An open invitation or reset: the one-time code that was handed out. */
export interface Registration {
  readonly codeHash: string;
  readonly expiresAt: Instant;
}

/** The whole account, sealed, its sessions included: one read tells a request everything about its caller. */
export interface Account extends AccountCard {
  /** Argon2id in PHC form; null until registered and after a reset. */
  readonly passwordHash: string | null;
  readonly registration: Registration | null;
  /** SHA-256 of the recovery codes that are left, hex. */
  readonly recoveryCodes: readonly string[];
  readonly sessions: readonly Session[];
  /** Marks of the devices on which the person has signed in, the most recent last. */
  readonly devices: readonly string[];
  /** Look-up of the content that it was invited with, so that sending the invitation again is recognised. */
  readonly made?: string;
}

export const ACCOUNTS = internalKind<AccountCard, Account>('account');

export type AccountState = 'active' | 'not-yet' | 'expired' | 'suspended' | 'unregistered';

/**
 * Whether the account may sign in and act now, or the first reason against it: suspended, expired, unregistered,
 * not-yet. A person may therefore register before the active period begins.
 */
export function accountState(account: AccountCard, now: EpochMs): AccountState {
  if (account.suspended) return 'suspended';
  if (account.activeUntil !== null && now >= epochMs(account.activeUntil)) return 'expired';
  if (!account.registered) return 'unregistered';
  if (account.activeFrom !== null && now < epochMs(account.activeFrom)) return 'not-yet';
  return 'active';
}

/** Whether the account keeps a tenant governable: active with accounts:write, and its active period has no end. */
export function isStandingAdministrator(account: AccountCard, now: EpochMs): boolean {
  return (
    account.grants.accounts?.level === 'write' &&
    account.activeUntil === null &&
    accountState(account, now) === 'active'
  );
}

/** Whether the person may still register with the code of this hash. */
export function acceptsRegistration(account: Account, codeHash: string, now: EpochMs): boolean {
  const { registration } = account;
  return (
    registration !== null &&
    registration.codeHash === codeHash &&
    now < epochMs(registration.expiresAt) &&
    accountState(account, now) === 'unregistered'
  );
}

export function cardOf(account: Account): AccountCard {
  const { displayName, loginId, preset, grants, suspended, activeFrom, activeUntil, registered, revision } = account;
  return { displayName, loginId, preset, grants, suspended, activeFrom, activeUntil, registered, revision };
}

/** A new account, invited with a registration code. */
export function newAccount(part: EditablePart, registration: Registration): Account {
  return revised({
    ...part,
    loginId: null,
    registered: false,
    passwordHash: null,
    registration,
    recoveryCodes: [],
    sessions: [],
    devices: [],
  });
}

/** The account with a changed editable part. Suspending ends its sessions, so that resuming brings none of them back. */
export function editedAccount(account: Account, change: Partial<EditablePart>): Account {
  const edited = revised({ ...account, ...change });
  return edited.suspended ? { ...edited, sessions: [] } : edited;
}

/**
 * The account with other grants. Where they reach further than before, an open registration code ends now: whoever
 * handed it out still knows it, and may not hold what it would open. A reset makes another.
 */
export function regrantedAccount(
  account: Account,
  change: Pick<EditablePart, 'grants' | 'preset'>,
  now: EpochMs,
): Account {
  const regranted = editedAccount(account, change);
  const { registration } = regranted;
  if (registration === null || covers(account.grants, regranted.grants)) return regranted;
  const endsAt = Math.min(epochMs(registration.expiresAt), now);
  return { ...regranted, registration: { ...registration, expiresAt: instant(endsAt) } };
}

/**
 * The account asked to register anew: its password, sessions, devices and former codes count no more. The account ID
 * stays reserved until the person registers.
 */
export function resetAccount(account: Account, registration: Registration): Account {
  return revised({
    ...account,
    registered: false,
    passwordHash: null,
    registration,
    recoveryCodes: [],
    sessions: [],
    devices: [],
  });
}

/** The account after the person chose account ID and password; the code is used up. */
export function registeredAccount(account: Account, loginId: string, passwordHash: string): Account {
  return revised({ ...account, loginId, passwordHash, registered: true, registration: null, sessions: [] });
}

/** A new password of a signed-in person: every other session ends. */
export function withNewPassword(account: Account, passwordHash: string, sessionId: string): Account {
  return { ...account, passwordHash, sessions: endOtherSessions(account.sessions, sessionId) };
}

/** The account after a recovery code (by its hash) set a new password; undefined when it has no such code left. */
export function recoveredAccount(account: Account, codeHash: string, passwordHash: string): Account | undefined {
  const left = account.recoveryCodes.filter((hash) => hash !== codeHash);
  if (left.length === account.recoveryCodes.length) return undefined;
  return { ...account, passwordHash, recoveryCodes: left, sessions: [] };
}

function revised(account: Omit<Account, 'revision'>): Account {
  const grants = normalGrants(account.grants);
  // Derived from the content, so no change can forget it. Returning to a former content returns to its revision, which
  // is harmless: who holds that ETag has seen exactly what stands.
  const revision = createHash('sha256')
    .update(
      JSON.stringify([
        account.displayName,
        grants,
        account.preset,
        account.activeFrom,
        account.activeUntil,
        account.suspended,
        // Null exactly when registered.
        account.registration?.codeHash ?? null,
      ]),
    )
    .digest('base64url')
    .slice(0, 22);
  return { ...account, grants, revision };
}
