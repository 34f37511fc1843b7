import * as z from 'zod';
import type { AuditEvent } from '../../domain/audit/events.ts';
import { instantInput } from '../../domain/instant-input.ts';
import { ACCOUNTS, type Account, editedAccount } from '../../domain/sign-in/account.ts';
import { displayNameInput } from '../../domain/sign-in/account-input.ts';
import { mayActOn, onlyToOthers } from '../../domain/sign-in/who-may.ts';
import type { Caller } from '../pipeline/caller.ts';
import { sessionEndpoint } from '../pipeline/endpoint.ts';
import { accountAnswer, accountShown } from './account-answer.ts';
import { accountParams, checkPeriod } from './account-input.ts';
import { changeAccount } from './change-account.ts';

const patch = z
  .strictObject({
    displayName: displayNameInput.exactOptional(),
    activeFrom: instantInput.nullable().exactOptional(),
    activeUntil: instantInput.nullable().exactOptional(),
    suspended: z.boolean().exactOptional(),
  })
  .meta({ id: 'AccountPatch' });

/**
 * PATCH /accounts/{id}: name, active period, suspension. The name is anybody's to correct who may write accounts; the
 * others decide who gets in, so they follow the rules of who may, and nobody sets them for himself.
 */
export const patchAccount = sessionEndpoint({
  name: 'changeAccount',
  summary: { ja: 'アカウントを変更・停止・再開する', en: 'Change, suspend or resume an account' },
  description:
    'Suspending ends all sessions of the account at the very next request. null removes a bound of the active period.',
  params: accountParams,
  body: { format: 'json', schema: patch, mediaTypes: ['application/merge-patch+json', 'application/json'] },
  precondition: 'required',
  answers: { 200: { description: 'The account as it stands', schema: accountShown } },
  failures: ['not-found', 'gone', 'own-grants', 'more-than-own-grants', 'last-administrator'],
  async handle(caller, { params: { id }, body, ifMatch }) {
    const account = await changeAccount(caller, id, ifMatch, (before, actor) => {
      const after = editedAccount(before, body);
      if (after.revision === before.revision) return undefined;
      if (decidesWhoGetsIn(before, after)) {
        const target = { id, grants: before.grants };
        onlyToOthers(actor, target);
        mayActOn(actor, target);
      }
      checkPeriod(after);
      return { after, events: [eventOf(caller, id, before, after)] };
    });
    return accountAnswer(id, account, caller.now);
  },
});

function decidesWhoGetsIn(before: Account, after: Account): boolean {
  return (
    before.suspended !== after.suspended ||
    before.activeFrom !== after.activeFrom ||
    before.activeUntil !== after.activeUntil
  );
}

function eventOf(caller: Caller, id: string, before: Account, after: Account): AuditEvent {
  const turned = after.suspended ? 'account-suspended' : 'account-resumed';
  const action = before.suspended === after.suspended ? 'account-changed' : turned;
  return caller.event({ action, targetKind: ACCOUNTS.name, targets: [id] });
}
