import { Failure } from '../../model/failure.ts';
import type { EpochMs } from '../../model/instant.ts';
import type { Change, TenantHandle } from '../tenant-handle.ts';
import { ACCOUNTS, type AccountCard, isStandingAdministrator } from './account.ts';
import { ADMINISTRATORS, ADMINISTRATORS_ID } from './account-documents.ts';

/** An account before and after a commit; undefined where there is none (not yet, or erased). */
export interface AccountTransition {
  readonly id: string;
  readonly before: AccountCard | undefined;
  readonly after: AccountCard | undefined;
}

const PAGE = 500;

/**
 * What the commit of this transition must also write, so that a tenant never loses its last standing administrator:
 * nothing when the account is one before and after, or neither; otherwise the `administrators` document under If-Match
 * (or its creation). Each commit that makes or unmakes a standing administrator includes this; when it fails as
 * `stale` or `conflict`, the caller reads again and asks again.
 *
 * Every id in the document is a standing administrator: being one has no end of its own, only a commit ends it. The
 * document may lack one whose active period began by itself, as no commit marks that moment. So when it would become
 * empty the accounts are looked through, and who is found standing takes the place. That is safe because every commit
 * that unmakes a standing administrator, listed or not, replaces the document: of two that rely on each other's
 * administrator, one is stale.
 *
 * Throws Failure `last-administrator` when nobody would be left.
 */
export async function administratorsChange(
  tenant: TenantHandle,
  { id, before, after }: AccountTransition,
  now: EpochMs,
): Promise<readonly Change[]> {
  const stood = before !== undefined && isStandingAdministrator(before, now);
  const stands = after !== undefined && isStandingAdministrator(after, now);
  if (stood === stands) return [];
  const item = await tenant.get(ADMINISTRATORS, ADMINISTRATORS_ID, 'none');
  const others = idsOf(item?.clear).filter((listed) => listed !== id);
  const accounts = stands ? [...others, id] : others.length > 0 ? others : [await anotherStanding(tenant, id, now)];
  const record = { kind: ADMINISTRATORS, id: ADMINISTRATORS_ID, clear: { accounts } };
  return [item === undefined ? { type: 'create', record } : { type: 'replace', record, etag: item.etag }];
}

/** A standing administrator besides this account. Looks through all accounts' cards. */
async function anotherStanding(tenant: TenantHandle, id: string, now: EpochMs): Promise<string> {
  let after: string | undefined;
  do {
    const page = await tenant.list({
      kind: ACCOUNTS.name,
      parts: 'card',
      limit: PAGE,
      ...(after !== undefined && { after }),
    });
    for (const item of page) {
      if (item.id === id || item.card === null) continue;
      if (isStandingAdministrator(await tenant.card(ACCOUNTS, item), now)) return item.id;
    }
    after = page.length < PAGE ? undefined : page.at(-1)?.id;
  } while (after !== undefined);
  throw new Failure('last-administrator');
}

function idsOf(clear: object | null | undefined): readonly string[] {
  const { accounts } = (clear ?? {}) as { accounts?: readonly string[] };
  return accounts ?? [];
}
