import { newId } from '../../domain/ids.ts';
import { acceptsRegistration } from '../../domain/sign-in/account.ts';
import { REGISTRATION_CODES } from '../../domain/sign-in/account-documents.ts';
import type { TenantHandle } from '../../domain/tenant-handle.ts';
import { withoutCode } from '../accounts/registration.ts';
import { type CodeUse, codeNotAccepted, type Registering } from './code-use.ts';
import { accountById, accountOf } from './found-account.ts';

/**
 * The use of a registration code by the person who was invited, or whose registration was reset. The code is used up
 * with the account, which is replaced under If-Match, so of two uses at once one wins. Two reads, whether or not there
 * is such a code. Throws Failure `code-not-accepted`.
 */
export async function invited(tenant: TenantHandle, { visitor, hash }: Registering): Promise<CodeUse> {
  const document = await tenant.get(REGISTRATION_CODES, hash, 'none');
  const stored = await accountById(tenant, accountOf(document) ?? newId(visitor.now));
  if (stored === undefined || !acceptsRegistration(stored.account, hash, visitor.now)) throw codeNotAccepted();
  const { id, account } = stored;
  return { id, stored, account, besides: withoutCode(account.registration), action: 'registered' };
}
