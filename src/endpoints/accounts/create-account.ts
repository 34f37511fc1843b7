import * as z from 'zod';
import { canonicalJson } from '../../domain/collections/canonical-json.ts';
import { newId, UUID_V7 } from '../../domain/ids.ts';
import { instantInput } from '../../domain/instant-input.ts';
import {
  ACCOUNTS,
  type Account,
  cardOf,
  type EditablePart,
  newAccount,
  resetAccount,
} from '../../domain/sign-in/account.ts';
import { displayNameInput } from '../../domain/sign-in/account-input.ts';
import { mayActOn, mayGive } from '../../domain/sign-in/who-may.ts';
import { Failure } from '../../model/failure.ts';
import { isStoreError } from '../../ports/store-error.ts';
import type { Answer } from '../pipeline/answer.ts';
import type { Caller } from '../pipeline/caller.ts';
import { sessionEndpoint } from '../pipeline/endpoint.ts';
import { accountWithCode, shownAccount } from './account-answer.ts';
import { checkGrantsChoice, checkPeriod, chosenGrants, grantsChoice } from './account-input.ts';
import { changeAccount } from './change-account.ts';
import { checkFacilities } from './known-facilities.ts';
import { type NewRegistration, newRegistration, shownRegistration, withoutCode } from './registration.ts';

const invitation = z
  .strictObject({
    id: z
      .string()
      .regex(UUID_V7)
      .exactOptional()
      .meta({ description: 'Made by the client, so that sending again is safe.' }),
    displayName: displayNameInput,
    activeFrom: instantInput.nullable().default(null),
    activeUntil: instantInput.nullable().default(null),
    ...grantsChoice,
  })
  .superRefine(checkGrantsChoice)
  .meta({ id: 'Invitation' });

/** POST /accounts: invites a person, who registers with the one-time code that the answer shows. */
export const createAccount = sessionEndpoint({
  name: 'createAccount',
  summary: { ja: 'アカウントを作って招待する', en: 'Invite a person' },
  description:
    'The registration code lives for 7 days and is shown this once. Sent again with the same id and content, the stored account is answered with 200; while the person has not registered, a new code is made, which replaces the one before.',
  body: { format: 'json', schema: invitation },
  confirm: true,
  answers: {
    201: { description: 'The invited account and its code', schema: accountWithCode },
    200: { description: 'The account that this invitation made before', schema: accountWithCode },
  },
  failures: ['more-than-own-grants', 'id-taken', 'gone', 'not-found'],
  async handle(caller, { body }) {
    const part: EditablePart = {
      displayName: body.displayName,
      activeFrom: body.activeFrom,
      activeUntil: body.activeUntil,
      suspended: false,
      ...chosenGrants(body),
    };
    checkPeriod(part);
    mayGive({ id: caller.accountId, grants: caller.account.grants }, part.grants);
    await checkFacilities(caller.tenant, body);
    const id = body.id ?? newId(caller.now);
    const made = caller.tenant.lookUp('made', canonicalJson(part));
    const issued = newRegistration(id, caller.now);
    const account = { ...newAccount(part, issued.registration), made };
    try {
      await caller.tenant.commit(
        [{ type: 'create', record: { kind: ACCOUNTS, id, card: cardOf(account), body: account } }, issued.document],
        [caller.event({ action: 'account-created', targetKind: ACCOUNTS.name, targets: [id] })],
      );
    } catch (error) {
      if (!isStoreError(error, 'conflict')) throw error;
      return sentAgain(caller, id, made);
    }
    return { ...answer(id, account, issued, caller), status: 201, headers: { location: `/api/accounts/${id}` } };
  },
});

/** The invitation was sent again: its former code may be lost with its answer, so an open one is replaced. */
async function sentAgain(caller: Caller, id: string, made: string): Promise<Answer> {
  const issued = newRegistration(id, caller.now);
  const account = await changeAccount(caller, id, undefined, (standing, actor) => {
    if (standing.made !== made) throw new Failure('id-taken');
    if (standing.registered) return undefined;
    mayActOn(actor, { id, grants: standing.grants });
    return {
      after: resetAccount(standing, issued.registration),
      besides: [...withoutCode(standing.registration), issued.document],
      events: [
        caller.event({ action: 'account-reset', targetKind: ACCOUNTS.name, targets: [id], reason: 'invited-again' }),
      ],
    };
  });
  return answer(id, account, account.registered ? undefined : issued, caller);
}

function answer(id: string, account: Account, issued: NewRegistration | undefined, caller: Caller): Answer {
  return {
    status: 200,
    body: {
      account: shownAccount(id, account, caller.now),
      registration: issued === undefined ? null : shownRegistration(issued),
    },
    etag: account.revision,
  };
}
