import type { AuditEvent } from '../../domain/audit/events.ts';
import type { OpenTenant } from '../../domain/open-tenant.ts';
import { ACCOUNTS, type Account, accountState, cardOf } from '../../domain/sign-in/account.ts';
import type { HashingPlace } from '../../domain/sign-in/password-hasher.ts';
import { Failure } from '../../model/failure.ts';
import { isStoreError } from '../../ports/store-error.ts';
import type { Answer } from '../pipeline/answer.ts';
import { networkAllowed } from '../pipeline/authenticate.ts';
import type { Visitor } from '../pipeline/caller.ts';
import type { Services } from '../pipeline/services.ts';
import { attempted, type Counter, startedAnew } from './attempt.ts';
import { noteFailure } from './failed-attempt.ts';
import { accountById, type Found, findByLogin, findNobody, type StoredAccount } from './found-account.ts';
import { takeNetworkAttempt } from './network-attempt.ts';
import { type SignIn, shownAccount, startSignIn } from './start-sign-in.ts';

/** A proof that was accepted. */
export interface Proven {
  /** The account as the proof leaves it, before the session. */
  readonly account: Account;
  /** Counts that begin anew, besides the attempt's own. */
  readonly counters?: readonly Counter[];
  readonly events?: readonly AuditEvent[];
}

/** One way to prove that an account is one's own. `W` is what its costly work gives. */
export interface Way<W> {
  counter(lookUpId: string, knownDevice: string | undefined): Counter;
  /** The costly work: the same for everybody, with an account or without. Done once for each attempt. */
  work(place: HashingPlace, account: Account | undefined): Promise<W>;
  /**
   * Undefined when the proof fails. Asked of accounts that may sign in, and again when the account changed before the
   * commit. May throw Failure `invalid-input` to whoever has proven that the account is his.
   */
  prove(stored: StoredAccount, work: W, found: Found, open: OpenTenant): Proven | undefined;
  /** Reason code of a failed proof. */
  readonly wrong: string;
  /** What everybody is told who is refused: one answer, whatever the reason. */
  refusal(): Failure;
}

export interface Claim {
  readonly tenant: string;
  readonly loginId: string;
}

/** The account's other sign-ins write the same document: so often a sign-in is decided anew. */
const COMMITS = 5;

const NOT_FROM_HERE = 'network-not-allowed';

/**
 * Signs in by a way of proof. Before any store call the network's attempt and a place to hash in are taken, then the
 * attempt of the account ID. Tenants that do not live, ids that nobody has, accounts that may not sign in and wrong
 * proofs cost the same hashes, look-ups and, where there is a tenant, store calls; all of them get `way.refusal()`.
 *
 * A network that the tenant's rules leave out is told as `network-not-allowed` only to who has given the right proof:
 * anybody else learns neither the rules nor whether the account exists, and staff who try from home learn why it does
 * not work. That attempt stays counted, and its event is written.
 */
export async function signIn<W>(visitor: Visitor, claim: Claim, services: Services, way: Way<W>): Promise<Answer> {
  takeNetworkAttempt(visitor, services);
  return services.hasher.withPlace(async (place) => {
    const open = await services.entrance.open(claim.tenant);
    try {
      return await (open === undefined
        ? refusedStranger(visitor, claim, place, services, way)
        : atTenant(visitor, claim, open, place, services, way));
    } catch (error) {
      // The contract ended while we worked: from now on the tenant is unknown.
      throw error instanceof Failure && error.code === 'contract-ended' ? way.refusal() : error;
    }
  });
}

function refusedStranger<W>(
  visitor: Visitor,
  claim: Claim,
  place: HashingPlace,
  services: Services,
  way: Way<W>,
): Promise<never> {
  const { lookUpId } = findNobody(services.entrance, claim.loginId, visitor);
  const counter = way.counter(lookUpId, undefined);
  return attempted(undefined, `${claim.tenant}/${counter.id}`, counter, services, async () => {
    await way.work(place, undefined);
    throw way.refusal();
  });
}

async function atTenant<W>(
  visitor: Visitor,
  claim: Claim,
  open: OpenTenant,
  place: HashingPlace,
  services: Services,
  way: Way<W>,
): Promise<Answer> {
  const found = await findByLogin(open.handle, claim.loginId, visitor);
  const counter = way.counter(found.lookUpId, found.knownDevice);
  return attempted(open.handle, `${claim.tenant}/${counter.id}`, counter, services, async () => {
    const work = await way.work(place, found.stored?.account);
    let { stored } = found;
    for (let commit = 1; ; commit += 1) {
      const proven = judged(visitor, open, { ...found, stored }, work, way);
      if (stored === undefined || typeof proven === 'string') {
        const reason = typeof proven === 'string' ? proven : way.wrong;
        await noteFailure(open.handle, visitor, { ...found, stored }, reason, services);
        throw reason === NOT_FROM_HERE ? new Failure(NOT_FROM_HERE) : way.refusal();
      }
      const begun = await startSignIn(visitor, open, stored.id, proven.account, services);
      if (await committed(open, stored, proven, counter, begun)) return signedIn(stored.id, begun);
      if (commit === COMMITS) throw new Failure('busy', { retryAfter: 1 });
      stored = await accountById(open.handle, stored.id);
    }
  });
}

/** The proof if nothing speaks against signing in, else the code of the first reason. */
function judged<W>(visitor: Visitor, open: OpenTenant, found: Found, work: W, way: Way<W>): Proven | string {
  const { stored } = found;
  if (stored === undefined) return 'unknown-id';
  const state = accountState(stored.account, visitor.now);
  if (state !== 'active') return state;
  const proven = way.prove(stored, work, found, open);
  if (proven === undefined) return way.wrong;
  return networkAllowed(open.rules.allowedNetworks, visitor.address) ? proven : NOT_FROM_HERE;
}

/** False when the account changed meanwhile. */
async function committed(
  { handle }: OpenTenant,
  { id, item }: StoredAccount,
  { counters = [], events = [] }: Proven,
  counter: Counter,
  { account, event }: SignIn,
): Promise<boolean> {
  const record = { kind: ACCOUNTS, id, card: cardOf(account), body: account };
  const anew = startedAnew(counter, ...counters);
  try {
    await handle.commit([{ type: 'replace', record, etag: item.etag }, ...anew], [event, ...events]);
    return true;
  } catch (error) {
    if (!isStoreError(error, 'stale', 'not-found')) throw error;
    return false;
  }
}

function signedIn(id: string, { account, session, cookies }: SignIn): Answer {
  return { status: 200, body: { account: shownAccount(id, account), session }, cookies };
}
