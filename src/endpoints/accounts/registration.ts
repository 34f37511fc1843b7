import type { Registration } from '../../domain/sign-in/account.ts';
import { REGISTRATION_CODES } from '../../domain/sign-in/account-documents.ts';
import { codeHash, newCode, REGISTRATION_CODE_VALID_FOR } from '../../domain/sign-in/codes.ts';
import type { Change } from '../../domain/tenant-handle.ts';
import { type EpochMs, instant } from '../../model/instant.ts';

/** A new registration code: what is shown once, what the account keeps, and the document by which the code is found. */
export interface NewRegistration {
  readonly code: string;
  readonly registration: Registration;
  readonly document: Change;
}

/** A code for this account that lives for 7 days from now. */
export function newRegistration(account: string, now: EpochMs): NewRegistration {
  const code = newCode();
  const hash = codeHash(code);
  const expiresAt = now + REGISTRATION_CODE_VALID_FOR;
  return {
    code,
    registration: { codeHash: hash, expiresAt: instant(expiresAt) },
    document: { type: 'create', record: { kind: REGISTRATION_CODES, id: hash, clear: { account }, expiresAt } },
  };
}

/** Takes away the document of the code that an account has open, if it has one: the code works no more. */
export function withoutCode(registration: Registration | null): readonly Change[] {
  return registration === null ? [] : [{ type: 'delete', kind: REGISTRATION_CODES.name, id: registration.codeHash }];
}

/** A new code as its one answer shows it. */
export function shownRegistration({ code, registration }: NewRegistration): { code: string; expiresAt: string } {
  return { code, expiresAt: registration.expiresAt };
}
