import type { ReadLog } from '../../domain/audit/read-log.ts';
import type { OpenTenant } from '../../domain/open-tenant.ts';
import { allows, facilitiesOf } from '../../domain/permissions.ts';
import { ACCOUNTS, type Account, accountState, cardOf } from '../../domain/sign-in/account.ts';
import { inNetwork, parseAddress } from '../../domain/sign-in/client-address.ts';
import type { SessionTokens } from '../../domain/sign-in/session-token.ts';
import { findSession, needsTouch, type Session, sessionEnded, touchSession } from '../../domain/sign-in/sessions.ts';
import type { TenantHandle } from '../../domain/tenant-handle.ts';
import type { TenantHandles } from '../../domain/tenant-handles.ts';
import { Failure } from '../../model/failure.ts';
import type { StoredItem } from '../../ports/partition-store.ts';
import { isStoreError } from '../../ports/store-error.ts';
import { type Caller, type EventFacts, eventFacts, type Visitor, visitorEvent } from './caller.ts';
import type { RequestLimits } from './request-limits.ts';

export interface AuthenticateParts {
  readonly handles: TenantHandles;
  readonly sessionTokens: SessionTokens;
  readonly readLog: ReadLog;
  readonly limits: Pick<RequestLimits, 'use'>;
}

/**
 * The caller behind a session's token: one of the three places that make tenant handles. The tenant and the account
 * come from the verified token alone; the account is read at each request, so grants, suspension, the active period
 * and the list of sessions are those of this very moment. Nothing is read for a token that is not ours, nor for one
 * that asks too often, whether or not its session still lives. Throws Failure `unauthenticated` (also where the
 * contract has ended), `too-many-requests` and `network-not-allowed`.
 */
export async function authenticate(
  token: string | undefined,
  visitor: Visitor,
  parts: AuthenticateParts,
): Promise<Caller> {
  const claims = token === undefined ? undefined : await parts.sessionTokens.check(token);
  if (claims === undefined) throw new Failure('unauthenticated');
  parts.limits.use(claims.secret);
  const { handle, rules }: OpenTenant = await parts.handles.open(claims.tenant);
  const item = await handle.get(ACCOUNTS, claims.account, 'body');
  if (item === undefined || item.body === null) throw new Failure('unauthenticated', { detail: 'no such account' });
  const account = await handle.body(ACCOUNTS, item);
  const session = findSession(account.sessions, claims.secret);
  if (session === undefined || sessionEnded(session, visitor.now, rules.sessionHours))
    throw new Failure('unauthenticated');
  if (accountState(account, visitor.now) !== 'active')
    throw new Failure('unauthenticated', { detail: 'the account is not active' });
  if (!networkAllowed(rules.allowedNetworks, visitor.address)) throw new Failure('network-not-allowed');
  const current = await withLastUse(handle, claims.account, account, item, session, visitor);
  return callerOf(visitor, { handle, rules }, { id: claims.account, ...current }, session, parts.readLog);
}

/** Writes the last use when the written one is older than an hour. A lost race is left to the next request. */
async function withLastUse(
  handle: TenantHandle,
  id: string,
  account: Account,
  item: StoredItem,
  session: Session,
  visitor: Visitor,
): Promise<{ account: Account; item: StoredItem }> {
  if (!needsTouch(session, visitor.now)) return { account, item };
  const touched = { ...account, sessions: touchSession(account.sessions, session.id, visitor.now) };
  try {
    const receipt = await handle.commitWithoutEvent('session-last-use', [
      { type: 'replace', record: { kind: ACCOUNTS, id, card: cardOf(touched), body: touched }, etag: item.etag },
    ]);
    return { account: touched, item: { ...item, etag: receipt.etags[0] ?? item.etag } };
  } catch (error) {
    if (!isStoreError(error, 'stale', 'not-found', 'busy', 'unavailable')) throw error;
    return { account, item };
  }
}

function callerOf(
  visitor: Visitor,
  { handle, rules }: OpenTenant,
  { id, account, item }: { id: string; account: Account; item: StoredItem },
  session: Session,
  readLog: ReadLog,
): Caller {
  const mine = <F extends Omit<EventFacts, 'actor' | 'session'>>(facts: F) => ({
    ...facts,
    actor: id,
    session: session.id,
  });
  return {
    ...visitor,
    tenant: handle,
    rules,
    accountId: id,
    account,
    accountItem: item,
    session,
    facilities: (area, level) => facilitiesOf(account.grants, area, level),
    may: (area, level, facility) => allows(account.grants, area, level, facility),
    event: (facts) => visitorEvent(visitor, mine(facts)),
    noteOnceAnHour: (subject, facts) => readLog.note(handle, session.id, subject, eventFacts(visitor, mine(facts))),
    noteReading: (record, facility) =>
      readLog.noteRecord(
        handle,
        session.id,
        record,
        eventFacts(visitor, mine({ action: 'record-read', targetKind: record.kind, targets: [record.id], facility })),
      ),
    noteReadings: (subject, facts) =>
      readLog.noteRecords(handle, session.id, subject, eventFacts(visitor, mine(facts))),
    outOfReach: async (targetKind, targetId) => {
      const facts = mine({
        action: 'access-refused',
        targetKind,
        targets: [targetId],
        result: 'refused',
        reason: 'out-of-reach',
      } as const);
      await readLog.note(handle, session.id, `${targetKind}:${targetId}`, eventFacts(visitor, facts));
      return new Failure('not-found');
    },
  };
}

/** Whether the tenant's rules let this address work. An address that is not known is outside every network. */
export function networkAllowed(networks: readonly string[], address: string | null): boolean {
  if (networks.length === 0) return true;
  const from = address === null ? undefined : parseAddress(address);
  return from !== undefined && networks.some((network) => inNetwork(from, network));
}
