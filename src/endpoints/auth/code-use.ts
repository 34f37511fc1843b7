import type { Account } from '../../domain/sign-in/account.ts';
import type { Change } from '../../domain/tenant-handle.ts';
import { Failure } from '../../model/failure.ts';
import type { Visitor } from '../pipeline/caller.ts';
import type { StoredAccount } from './found-account.ts';

/** What a person brings to register with. */
export interface Registering {
  readonly visitor: Visitor;
  readonly tenant: string;
  readonly loginId: string;
  readonly displayName: string | undefined;
  /** SHA-256 of the code. */
  readonly hash: string;
}

/** What a code that is accepted gives: an account that is about to be registered, and what uses the code up. */
export interface CodeUse {
  readonly id: string;
  /** The invited account as it stands; undefined where the code makes the account. */
  readonly stored: StoredAccount | undefined;
  /** The account before it is registered. */
  readonly account: Account;
  readonly besides: readonly Change[];
  readonly action: 'tenant-activated' | 'registered';
}

/** The one answer to every code that is not accepted, whatever the reason. */
export function codeNotAccepted(): Failure {
  return new Failure('code-not-accepted');
}
