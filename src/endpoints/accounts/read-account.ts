import { sessionEndpoint } from '../pipeline/endpoint.ts';
import { accountAnswer, accountShown } from './account-answer.ts';
import { accountParams } from './account-input.ts';
import { storedAccount } from './change-account.ts';

/** GET /accounts/{id}. An erased account is 410. */
export const readAccount = sessionEndpoint({
  name: 'readAccount',
  summary: { ja: 'アカウントを見る', en: 'Read an account' },
  params: accountParams,
  answers: { 200: { description: 'The account', schema: accountShown } },
  failures: ['not-found', 'gone'],
  async handle(caller, { params: { id } }) {
    const { account } = await storedAccount(caller.tenant, id);
    return accountAnswer(id, account, caller.now);
  },
});
