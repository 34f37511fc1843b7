import type { AuditEvent } from '../../domain/audit/events.ts';
import type { OpenTenant } from '../../domain/open-tenant.ts';
import { ACCOUNTS, type Account, accountState, cardOf, registeredAccount } from '../../domain/sign-in/account.ts';
import { LOGIN_LOOK_UP, LOGINS } from '../../domain/sign-in/account-documents.ts';
import { administratorsChange } from '../../domain/sign-in/administrators.ts';
import { codeHash, newRecoveryCodes } from '../../domain/sign-in/codes.ts';
import type { Change, TenantHandle } from '../../domain/tenant-handle.ts';
import { Failure } from '../../model/failure.ts';
import { isStoreError } from '../../ports/store-error.ts';
import type { Answer } from '../pipeline/answer.ts';
import { networkAllowed } from '../pipeline/authenticate.ts';
import { type Visitor, visitorEvent } from '../pipeline/caller.ts';
import type { Services } from '../pipeline/services.ts';
import { activation, isActivationCode } from './activation.ts';
import { passwordCounter, startedAnew } from './attempt.ts';
import type { CodeUse, Registering } from './code-use.ts';
import { accountOf } from './found-account.ts';
import { invited } from './invited.ts';
import { type SignIn, shownAccount, startSignIn } from './start-sign-in.ts';

/** Administrators and other registrations write the same documents: so often a registration is decided anew. */
const COMMITS = 5;

/**
 * Registers the person at this tenant and signs him in, in one commit: account, what uses the code up, the account ID,
 * administrators and events. `needsGood` holds the password to its rule, now that the account's name is known. Throws
 * Failure `code-not-accepted`, `login-taken`, `network-not-allowed` (only for a right code, for the reasons given at
 * `signIn`), `invalid-input`, and `busy` after several lost races; nothing is used up then.
 */
export async function registeredAt(
  open: OpenTenant,
  registering: Registering,
  passwordHash: string,
  needsGood: (account: Account) => void,
  services: Services,
): Promise<Answer> {
  const { handle, rules } = open;
  const { visitor, loginId, hash } = registering;
  const lookUpId = handle.lookUp(LOGIN_LOOK_UP, loginId);
  for (let commit = 1; ; commit += 1) {
    const use = isActivationCode(handle, hash)
      ? await activation(handle, registering, services.telemetry)
      : await invited(handle, registering);
    if (commit > 1) await needFreeLogin(handle, lookUpId, use);
    if (!networkAllowed(rules.allowedNetworks, visitor.address)) throw new Failure('network-not-allowed');
    needsGood(use.account);
    const recoveryCodes = use.account.grants.accounts?.level === 'write' ? newRecoveryCodes() : null;
    const account = {
      ...registeredAccount(use.account, loginId, passwordHash),
      recoveryCodes: (recoveryCodes ?? []).map(codeHash),
    };
    const begun =
      accountState(account, visitor.now) === 'active'
        ? await startSignIn(visitor, open, use.id, account, services)
        : undefined;
    const after = begun?.account ?? account;
    const events = eventsOf(visitor, use, recoveryCodes !== null, begun);
    try {
      await handle.commit(await changesOf(handle, registering, use, lookUpId, after), events);
      return answer(use.id, after, begun, recoveryCodes);
    } catch (error) {
      if (!isStoreError(error, 'stale', 'conflict', 'not-found')) throw error;
      if (commit === COMMITS) throw new Failure('busy', { retryAfter: 1, cause: error });
    }
  }
}

/** Throws Failure `login-taken` when another account has this account ID. */
async function needFreeLogin(handle: TenantHandle, lookUpId: string, { id }: CodeUse): Promise<void> {
  const holder = accountOf(await handle.get(LOGINS, lookUpId, 'none'));
  if (holder !== undefined && holder !== id) throw new Failure('login-taken');
}

async function changesOf(
  handle: TenantHandle,
  { visitor, loginId }: Registering,
  { id, stored, account: before, besides }: CodeUse,
  lookUpId: string,
  after: Account,
): Promise<readonly Change[]> {
  const record = { kind: ACCOUNTS, id, card: cardOf(after), body: after };
  return [
    stored === undefined ? { type: 'create', record } : { type: 'replace', record, etag: stored.item.etag },
    ...besides,
    ...loginChanges(handle, id, before.loginId, loginId, lookUpId),
    ...(await administratorsChange(handle, { id, before: stored?.account, after }, visitor.now)),
    // The failures were failures at a former password, or at none.
    ...startedAnew(passwordCounter(lookUpId, undefined), passwordCounter(lookUpId, after.devices.at(-1))),
  ];
}

/** An account that was reset has its account ID still: it is kept, or given up for another. */
function loginChanges(
  handle: TenantHandle,
  account: string,
  before: string | null,
  chosen: string,
  lookUpId: string,
): readonly Change[] {
  if (before === chosen) return [];
  const created: Change = { type: 'create', record: { kind: LOGINS, id: lookUpId, clear: { account } } };
  if (before === null) return [created];
  return [created, { type: 'delete', kind: LOGINS.name, id: handle.lookUp(LOGIN_LOOK_UP, before) }];
}

function eventsOf(
  visitor: Visitor,
  { id, action }: CodeUse,
  withRecoveryCodes: boolean,
  begun: SignIn | undefined,
): readonly [AuditEvent, ...AuditEvent[]] {
  const own = { actor: id, targetKind: ACCOUNTS.name, targets: [id] };
  return [
    visitorEvent(visitor, { action, ...own }),
    ...(withRecoveryCodes ? [visitorEvent(visitor, { action: 'recovery-codes-made', ...own })] : []),
    ...(begun === undefined ? [] : [begun.event]),
  ];
}

function answer(
  id: string,
  account: Account,
  begun: SignIn | undefined,
  recoveryCodes: readonly string[] | null,
): Answer {
  const { activeFrom } = account;
  return {
    status: 200,
    body: { account: shownAccount(id, account), session: begun?.session ?? null, activeFrom, recoveryCodes },
    ...(begun !== undefined && { cookies: begun.cookies }),
  };
}
