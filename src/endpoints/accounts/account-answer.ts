import * as z from 'zod';
import { grantsInput } from '../../domain/grants-input.ts';
import { PRESETS } from '../../domain/presets.ts';
import { type Account, type AccountCard, accountState } from '../../domain/sign-in/account.ts';
import type { Grants } from '../../model/grants.ts';
import type { EpochMs } from '../../model/instant.ts';
import type { Answer } from '../pipeline/answer.ts';

const instantSchema = z.iso.datetime();
/** Grants as answers show them. */
export const grantsShown: z.ZodType<Grants> = grantsInput.meta({ id: 'Grants' });

const accountCard = {
  id: z.string(),
  displayName: z.string(),
  loginId: z.string().nullable(),
  state: z.enum(['active', 'not-yet', 'expired', 'suspended', 'unregistered']),
  registered: z.boolean(),
  suspended: z.boolean(),
  activeFrom: instantSchema.nullable(),
  activeUntil: instantSchema.nullable(),
  preset: z.enum(PRESETS).nullable(),
  grants: grantsShown,
  etag: z.string().meta({ description: 'For If-Match. Signing in and out does not change it.' }),
} as const;

/** An account as lists show it. */
export const accountListed = z.strictObject(accountCard).meta({ id: 'AccountListed' });

/** An account with the end of its open invitation or reset. */
export const accountShown = z
  .strictObject({ ...accountCard, registrationExpiresAt: instantSchema.nullable() })
  .meta({ id: 'Account' });

/** A registration code as it is handed out: this once. */
export const registrationShown = z
  .strictObject({
    code: z
      .string()
      .meta({ description: 'XXXXX-XXXXX-XXXXX-XXXXX, to be handed to the person. It is not shown again.' }),
    expiresAt: instantSchema,
  })
  .meta({ id: 'RegistrationCode' });

/** An account together with a code that was made for it; null when the person has registered already. */
export const accountWithCode = z
  .strictObject({ account: accountShown, registration: registrationShown.nullable() })
  .meta({ id: 'AccountWithCode' });

export function listedAccount(id: string, card: AccountCard, now: EpochMs): z.infer<typeof accountListed> {
  const { displayName, loginId, registered, suspended, activeFrom, activeUntil, preset, grants, revision } = card;
  return {
    id,
    displayName,
    loginId,
    state: accountState(card, now),
    registered,
    suspended,
    activeFrom,
    activeUntil,
    preset,
    grants,
    etag: revision,
  };
}

export function shownAccount(id: string, account: Account, now: EpochMs): z.infer<typeof accountShown> {
  return { ...listedAccount(id, account, now), registrationExpiresAt: account.registration?.expiresAt ?? null };
}

/** The answer that shows an account, with its revision as ETag. */
export function accountAnswer(id: string, account: Account, now: EpochMs): Answer {
  return { status: 200, body: shownAccount(id, account, now), etag: account.revision };
}
