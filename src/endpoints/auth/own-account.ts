import type { AuditEvent } from '../../domain/audit/events.ts';
import { ACCOUNTS, type Account, accountState, cardOf } from '../../domain/sign-in/account.ts';
import type { Change } from '../../domain/tenant-handle.ts';
import { Failure } from '../../model/failure.ts';
import { isStoreError } from '../../ports/store-error.ts';
import type { Caller } from '../pipeline/caller.ts';
import { accountById } from './found-account.ts';

/** What a person does to his own account. It never changes what an administrator edits. */
export interface OwnChange {
  readonly after: Account;
  readonly besides?: readonly Change[];
  readonly events: readonly [AuditEvent, ...AuditEvent[]];
}

/** An account is written by its sessions and by administrators too: so often a change is decided anew. */
const ATTEMPTS = 5;

/**
 * Changes the caller's own account as `decide` says, which sees it as it stands; undefined = the outcome stands already
 * and nothing is written. A lost race is decided anew, so whoever else wrote the account is neither undone nor in the
 * way. Returns the account as it stands afterwards. Throws Failure `unauthenticated` when the account was suspended,
 * reset or erased meanwhile, and `busy` after several lost races.
 */
export async function changeOwnAccount(
  { tenant, accountId, account: known, accountItem, now }: Caller,
  decide: (account: Account) => OwnChange | undefined,
): Promise<Account> {
  let account = known;
  let { etag } = accountItem;
  for (let attempt = 1; ; attempt += 1) {
    const change = decide(account);
    if (change === undefined) return account;
    const { after, besides = [], events } = change;
    const record = { kind: ACCOUNTS, id: accountId, card: cardOf(after), body: after };
    try {
      await tenant.commit([{ type: 'replace', record, etag }, ...besides], events);
      return after;
    } catch (error) {
      if (!isStoreError(error, 'stale', 'not-found')) throw error;
      if (attempt === ATTEMPTS) throw new Failure('busy', { retryAfter: 1, cause: error });
    }
    const stored = await accountById(tenant, accountId);
    if (stored === undefined || accountState(stored.account, now) !== 'active') throw new Failure('unauthenticated');
    account = stored.account;
    etag = stored.item.etag;
  }
}
