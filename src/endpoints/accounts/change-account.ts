import type { AuditEvent } from '../../domain/audit/events.ts';
import { allows } from '../../domain/permissions.ts';
import { ACCOUNTS, type Account, accountState, cardOf } from '../../domain/sign-in/account.ts';
import { administratorsChange } from '../../domain/sign-in/administrators.ts';
import type { Holder } from '../../domain/sign-in/who-may.ts';
import type { Change, TenantHandle } from '../../domain/tenant-handle.ts';
import { Failure } from '../../model/failure.ts';
import type { StoredItem } from '../../ports/partition-store.ts';
import { isStoreError } from '../../ports/store-error.ts';
import type { Caller } from '../pipeline/caller.ts';

/** What is to become of an account, and what is written with it. */
export interface Decision {
  /** Undefined erases the account: its document becomes a stub. */
  readonly after: Account | undefined;
  readonly besides?: readonly Change[];
  readonly events: readonly [AuditEvent, ...AuditEvent[]];
}

/** An account is written by its own sign-ins too: so often a change is decided anew before the caller is asked to wait. */
const ATTEMPTS = 5;

/** The account and its stored item. Throws Failure `not-found`, and `gone` for an erased one. */
export async function storedAccount(
  tenant: TenantHandle,
  id: string,
): Promise<{ readonly item: StoredItem; readonly account: Account }> {
  const item = await tenant.get(ACCOUNTS, id, 'body');
  if (item === undefined) throw new Failure('not-found');
  if (item.body === null) throw new Failure('gone');
  return { item, account: await tenant.body(ACCOUNTS, item) };
}

/**
 * Changes an account as `decide` says, which sees it as it stands and who acts, throws what it refuses, and answers
 * undefined when the outcome already stands: then nothing is written, whatever If-Match says. Otherwise If-Match, when
 * the caller needs one, must be the account's revision. Sessions live in the same document without counting for the
 * revision, so a lost race is decided anew on what then stands, the caller's own rights included. Returns the account
 * as it stands afterwards, or as it was before its erasure.
 *
 * Throws Failure `not-found`, `gone`, `stale`, `last-administrator`, `busy` after several lost races, and
 * `unauthenticated` or `not-permitted` when the caller lost his rights meanwhile.
 */
export async function changeAccount(
  caller: Caller,
  id: string,
  ifMatch: string | undefined,
  decide: (account: Account, actor: Holder) => Decision | undefined,
): Promise<Account> {
  const { tenant, now } = caller;
  let actor: Holder = { id: caller.accountId, grants: caller.account.grants };
  for (let attempt = 1; ; attempt += 1) {
    const { item, account } = await storedAccount(tenant, id);
    const decision = decide(account, actor);
    if (decision === undefined) return account;
    if (ifMatch !== undefined && ifMatch !== account.revision) throw new Failure('stale');
    const { after, besides = [], events } = decision;
    const record =
      after === undefined
        ? { kind: ACCOUNTS, id, clear: { stub: true } }
        : { kind: ACCOUNTS, id, card: cardOf(after), body: after };
    const administrators = await administratorsChange(tenant, { id, before: account, after }, now);
    try {
      await tenant.commit([{ type: 'replace', record, etag: item.etag }, ...administrators, ...besides], events);
      return after ?? account;
    } catch (error) {
      if (!isStoreError(error, 'stale', 'conflict', 'not-found')) throw error;
      if (attempt === ATTEMPTS) throw new Failure('busy', { retryAfter: 1, cause: error });
      actor = await actorNow(caller);
    }
  }
}

/** The caller as he stands now: whoever removed him at the same moment has won. */
async function actorNow({ tenant, accountId, session, now }: Caller): Promise<Holder> {
  const item = await tenant.get(ACCOUNTS, accountId, 'body');
  const account = item === undefined || item.body === null ? undefined : await tenant.body(ACCOUNTS, item);
  const signedIn = account?.sessions.some((other) => other.id === session.id) === true;
  if (account === undefined || !signedIn || accountState(account, now) !== 'active') {
    throw new Failure('unauthenticated');
  }
  if (!allows(account.grants, 'accounts', 'write', 'all')) throw new Failure('not-permitted');
  return { id: accountId, grants: account.grants };
}
