import { createHash, randomBytes } from 'node:crypto';
import { DAY } from '../../model/instant.ts';

/** How long the operator's code for a tenant's first administrator lives, from the later of its issue and the contract's start. */
export const ACTIVATION_CODE_VALID_FOR = 14 * DAY;
/** How long the code lives with which a person registers, from its issue. */
export const REGISTRATION_CODE_VALID_FOR = 7 * DAY;
/** How many recovery codes an account is given at a time. */
export const RECOVERY_CODES = 10;

/** Crockford's base32: no I, L, O, U. Source: https://www.crockford.com/base32.html */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** 20 characters of 5 bits: 100 bits of randomness, so a plain SHA-256 is enough to store. */
const LENGTH = 20;
const CODE = new RegExp(`^[${ALPHABET}]{${LENGTH}}$`);

/** A new one-time code as people see it: `XXXXX-XXXXX-XXXXX-XXXXX`. */
export function newCode(): string {
  // 256 is a multiple of 32, so the lower five bits of a random byte are uniform.
  const characters = [...randomBytes(LENGTH)].map((byte) => ALPHABET.charAt(byte & 31)).join('');
  return shownCode(characters);
}

/** A normalised code in groups of five. */
export function shownCode(code: string): string {
  return (code.match(/.{1,5}/g) ?? []).join('-');
}

/**
 * The 20 characters that a person meant: width, case, spaces and hyphens do not count, O is read as 0, I and L as 1.
 * Undefined when that is no code.
 */
export function normalizeCode(text: string): string | undefined {
  // Four times the shown length leaves room for spaces; anything longer is not worth the work.
  if (text.length > 100) return undefined;
  const code = text
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s\p{Pd}\u2212\u30fc]/gu, '')
    .replaceAll('O', '0')
    .replace(/[IL]/g, '1');
  return CODE.test(code) ? code : undefined;
}

/** What is stored of a code: SHA-256 of its normalised form, hex. Throws RangeError for a text that is no code. */
export function codeHash(code: string): string {
  const normalized = normalizeCode(code);
  if (normalized === undefined) throw new RangeError('not a code');
  return createHash('sha256').update(normalized).digest('hex');
}

/** Ten new recovery codes as people see them; store `codeHash` of each. */
export function newRecoveryCodes(): readonly string[] {
  return Array.from({ length: RECOVERY_CODES }, newCode);
}
