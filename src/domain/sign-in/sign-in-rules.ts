import { internalKind } from '../kind.ts';

/** What an administrator decides about sign-in for the whole tenant. */
export interface SignInRules {
  /** CIDR blocks (IPv4 or IPv6) from which accounts may work; empty = from anywhere. */
  readonly allowedNetworks: readonly string[];
  /** Hours from sign-in after which a session ends: 1 to 336, which is the life of its token. */
  readonly sessionHours: number;
}

export const LONGEST_SESSION_HOURS = 14 * 24;

/** Until an administrator writes rules: from anywhere, as long as a session can live. */
export const DEFAULT_SIGN_IN_RULES: SignInRules = { allowedNetworks: [], sessionHours: LONGEST_SESSION_HOURS };

export const SIGN_IN_RULES = internalKind<never, SignInRules>('sign-in-rules');
export const SIGN_IN_RULES_ID = 'current';
