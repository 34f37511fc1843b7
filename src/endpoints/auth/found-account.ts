import { newId } from '../../domain/ids.ts';
import { ACCOUNTS, type Account } from '../../domain/sign-in/account.ts';
import { LOGIN_LOOK_UP, LOGINS } from '../../domain/sign-in/account-documents.ts';
import { deviceMark } from '../../domain/sign-in/devices.ts';
import type { TenantHandle } from '../../domain/tenant-handle.ts';
import type { StoredItem } from '../../ports/partition-store.ts';
import type { Visitor } from '../pipeline/caller.ts';
import type { Entrance } from '../pipeline/entrance.ts';

export interface StoredAccount {
  readonly id: string;
  readonly item: StoredItem;
  readonly account: Account;
}

/** What an account ID leads to. */
export interface Found {
  /** Keyed look-up of the account ID. */
  readonly lookUpId: string;
  readonly stored: StoredAccount | undefined;
  /** The mark of the visitor's device when the account knows it. */
  readonly knownDevice: string | undefined;
}

/** Finds an account by its ID. Two reads, one look-up and one mark of the device, whether or not there is such an account. */
export async function findByLogin(tenant: TenantHandle, loginId: string, visitor: Visitor): Promise<Found> {
  const lookUpId = tenant.lookUp(LOGIN_LOOK_UP, loginId);
  const login = await tenant.get(LOGINS, lookUpId, 'none');
  // Nobody has this new id: reading it costs as much as reading somebody.
  const id = accountOf(login) ?? newId(visitor.now);
  const stored = await accountById(tenant, id);
  const mark = markOf(visitor, id);
  const known = mark !== undefined && stored?.account.devices.includes(mark) === true;
  return { lookUpId, stored, knownDevice: known ? mark : undefined };
}

/** The same work, but for the reads, where there is no tenant. */
export function findNobody(entrance: Entrance, loginId: string, visitor: Visitor): Found {
  const lookUpId = entrance.strangersLookUp(LOGIN_LOOK_UP, loginId);
  markOf(visitor, newId(visitor.now));
  return { lookUpId, stored: undefined, knownDevice: undefined };
}

/** The account as it stands; undefined when there is none, or it was erased. One read. */
export async function accountById(tenant: TenantHandle, id: string): Promise<StoredAccount | undefined> {
  const item = await tenant.get(ACCOUNTS, id, 'body');
  if (item === undefined || item.body === null) return undefined;
  return { id, item, account: await tenant.body(ACCOUNTS, item) };
}

/** The account that a document which leads to one names. */
export function accountOf(item: StoredItem | undefined): string | undefined {
  const { account } = (item?.clear ?? {}) as { account?: string };
  return account;
}

function markOf({ device }: Visitor, accountId: string): string | undefined {
  return device === null ? undefined : deviceMark(device, accountId);
}
