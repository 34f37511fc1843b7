import { internalKind } from '../kind.ts';

/**
 * The documents that stand beside accounts in a tenant's partition so that accounts are found, and stay unique, by
 * construction. All of them hold ids in the clear and nothing else.
 */

/** Create-only; id = look-up of the account ID (`loginLookUp`), clear `{ account }`: an account ID belongs to one account. */
export const LOGINS = internalKind<never, never>('login');
export const LOGIN_LOOK_UP = 'login';

/** Create-only; id = SHA-256 of an open registration code, clear `{ account }`. Deleted with the use or replacement of the code. */
export const REGISTRATION_CODES = internalKind<never, never>('registration-code');

/** Create-only; id `once`, clear `{ account, at }`: after it no activation code of this tenant is ever taken again. */
export const ACTIVATED = internalKind<never, never>('activated');
export const ACTIVATED_ID = 'once';

/**
 * Id `current`, clear `{ accounts: [ids] }`: the standing administrators. Replaced under If-Match by each commit that
 * makes or unmakes one, so that two removals at once cannot leave a tenant without any.
 */
export const ADMINISTRATORS = internalKind<never, never>('administrators');
export const ADMINISTRATORS_ID = 'current';
