import * as z from 'zod';
import { ACCOUNTS, regrantedAccount } from '../../domain/sign-in/account.ts';
import { mayActOn, mayGive, onlyToOthers } from '../../domain/sign-in/who-may.ts';
import { sessionEndpoint } from '../pipeline/endpoint.ts';
import { accountAnswer, accountShown } from './account-answer.ts';
import { accountParams, checkGrantsChoice, chosenGrants, grantsChoice } from './account-input.ts';
import { changeAccount } from './change-account.ts';
import { checkFacilities } from './known-facilities.ts';

const choice = z.strictObject(grantsChoice).superRefine(checkGrantsChoice).meta({ id: 'GrantsChoice' });

/** PUT /accounts/{id}/grants: what the account may do from its very next request on. */
export const setGrants = sessionEndpoint({
  name: 'setGrants',
  summary: { ja: '権限を変更する', en: 'Set the grants of an account' },
  description:
    'All grants at once: what is left out is taken away. An account that gains write on accounts makes its recovery codes itself, with POST /auth/recovery-codes. A registration code that is still open ends when the grants reach further than before: make another with POST /accounts/{id}/reset.',
  params: accountParams,
  body: { format: 'json', schema: choice },
  precondition: 'required',
  confirm: true,
  answers: { 200: { description: 'The account as it stands', schema: accountShown } },
  failures: ['not-found', 'gone', 'own-grants', 'more-than-own-grants', 'last-administrator'],
  async handle(caller, { params: { id }, body, ifMatch }) {
    const chosen = chosenGrants(body);
    mayGive({ id: caller.accountId, grants: caller.account.grants }, chosen.grants);
    await checkFacilities(caller.tenant, body);
    const account = await changeAccount(caller, id, ifMatch, (before, actor) => {
      const after = regrantedAccount(before, chosen, caller.now);
      if (after.revision === before.revision) return undefined;
      const target = { id, grants: before.grants };
      onlyToOthers(actor, target);
      mayActOn(actor, target);
      mayGive(actor, chosen.grants);
      return {
        after,
        events: [caller.event({ action: 'grants-changed', targetKind: ACCOUNTS.name, targets: [id] })],
      };
    });
    return accountAnswer(id, account, caller.now);
  },
});
