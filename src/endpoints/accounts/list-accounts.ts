import * as z from 'zod';
import { UUID_OF_SERVICE } from '../../domain/ids.ts';
import { ACCOUNTS } from '../../domain/sign-in/account.ts';
import { sessionEndpoint } from '../pipeline/endpoint.ts';
import { accountListed, listedAccount } from './account-answer.ts';

const LIMIT = { standard: 50, most: 200 };

const answer = z
  .strictObject({
    items: z.array(accountListed),
    next: z.string().nullable().meta({ description: 'The cursor of the next page; null on the last one.' }),
  })
  .meta({ id: 'AccountList' });

/** GET /accounts: all accounts of the tenant but erased ones, in id order. */
export const listAccounts = sessionEndpoint({
  name: 'listAccounts',
  summary: { ja: 'アカウントの一覧', en: 'List accounts' },
  description: 'In id order. A page may hold fewer accounts than its limit, as erased ones are left out.',
  query: z.strictObject({
    limit: z.coerce.number().int().min(1).max(LIMIT.most).default(LIMIT.standard),
    cursor: z.string().regex(UUID_OF_SERVICE).exactOptional(),
  }),
  answers: { 200: { description: 'A page of accounts', schema: answer } },
  async handle(caller, { query: { limit, cursor } }) {
    await caller.noteOnceAnHour('accounts', { action: 'records-listed', targetKind: ACCOUNTS.name });
    const after = cursor === undefined ? {} : { after: cursor };
    const page = await caller.tenant.list({ kind: ACCOUNTS.name, parts: 'card', limit, ...after });
    const standing = page.filter((item) => item.card !== null);
    const items = await Promise.all(
      standing.map(async (item) => listedAccount(item.id, await caller.tenant.card(ACCOUNTS, item), caller.now)),
    );
    return { status: 200, body: { items, next: page.length < limit ? null : (page.at(-1)?.id ?? null) } };
  },
});
