import * as z from 'zod';
import {
  DEFAULT_SIGN_IN_RULES,
  LONGEST_SESSION_HOURS,
  SIGN_IN_RULES,
  SIGN_IN_RULES_ID,
  type SignInRules,
} from '../../domain/sign-in/sign-in-rules.ts';
import type { TenantHandle } from '../../domain/tenant-handle.ts';
import type { Answer } from '../pipeline/answer.ts';
import { bareEtag } from '../records/shapes.ts';

/** The tenant's sign-in rules as answers show them. */
export const signInRulesShown = z
  .strictObject({
    allowedNetworks: z.array(z.string()),
    sessionHours: z.int().min(1).max(LONGEST_SESSION_HOURS),
    etag: z.string().nullable().meta({
      description: 'For If-Match; null while nobody has written rules, which are then created with If-None-Match: *.',
    }),
  })
  .meta({ id: 'SignInRules' });

/** The rules as they are stored, with the store's etag, or the standard ones without while nobody has written any. Costs one read. */
export async function storedRules(
  tenant: TenantHandle,
): Promise<{ readonly rules: SignInRules; readonly etag: string | null }> {
  const item = await tenant.get(SIGN_IN_RULES, SIGN_IN_RULES_ID, 'body');
  if (item === undefined) return { rules: DEFAULT_SIGN_IN_RULES, etag: null };
  return { rules: await tenant.body(SIGN_IN_RULES, item), etag: item.etag };
}

/** The answer that shows the rules; takes the store's etag. */
export function signInRulesAnswer({ allowedNetworks, sessionHours }: SignInRules, stored: string | null): Answer {
  const etag = stored === null ? null : bareEtag(stored);
  return { status: 200, body: { allowedNetworks, sessionHours, etag }, ...(etag !== null && { etag }) };
}
