import { Failure, type Text } from '../../model/failure.ts';
import type { Grants } from '../../model/grants.ts';
import { covers } from '../permissions.ts';

/** Somebody as these rules see him. */
export interface Holder {
  readonly id: string;
  readonly grants: Grants;
}

const ADMINISTRATOR_HAS_RECOVERY_CODES: Text = {
  ja: 'アカウントを管理できる人の登録はやり直せません。本人の予備コードを使うか、アカウントを消去して招待し直してください。',
  en: 'The registration of an administrator cannot be reset. Let the person use a recovery code, or erase the account and invite the person anew.',
};

/**
 * Nobody gives rights that he does not hold himself: grants and invitations. Throws Failure `more-than-own-grants`.
 * Facilities that are unknown count as not held, unless all are held: who may not give for a facility does not learn
 * whether it exists.
 */
export function mayGive(giver: Holder, grants: Grants): void {
  if (!covers(giver.grants, grants)) throw new Failure('more-than-own-grants');
}

/**
 * Nobody acts on an account that holds more than his own grants: granting, resetting, suspending, resuming, changing
 * its active period, erasing, and seeing or ending its sessions. Throws Failure `more-than-own-grants`.
 */
export function mayActOn(actor: Holder, target: Holder): void {
  if (!covers(actor.grants, target.grants)) throw new Failure('more-than-own-grants');
}

/**
 * Nobody does this to himself: changing his own grants or active period, suspending, resetting or erasing himself. So
 * that another person always looks on, and nobody shuts himself out by mistake. Throws Failure `own-grants`.
 */
export function onlyToOthers(actor: Holder, target: Holder): void {
  if (actor.id === target.id) throw new Failure('own-grants');
}

/**
 * Nobody takes over a registered administrator by a new registration code. An invited one who has not registered yet
 * may be given another code. Throws Failure `not-permitted` with advice.
 */
export function mayBeReset(account: { readonly grants: Grants; readonly registered: boolean }): void {
  if (account.registered && account.grants.accounts?.level === 'write') {
    throw new Failure('not-permitted', { text: ADMINISTRATOR_HAS_RECOVERY_CODES });
  }
}
