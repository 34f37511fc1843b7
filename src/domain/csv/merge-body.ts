import type { Child } from '../collections/child-fields.ts';
import { kanaAsHiragana, searchKey } from '../names.ts';
import type { ProposedGuardian } from './child-guardians.ts';
import type { ProposedChild } from './proposed-child.ts';

/** The fields of a record beyond its card that a file can change. */
export type BodyPart = Pick<Child, 'nickname' | 'postalCode' | 'address' | 'phone' | 'guardians' | 'notes'>;

/** Those fields after a row; `fresh` is what the row tells anew. What is not told stays, and nobody is taken away. */
export function mergedBody(stored: BodyPart, fresh: Partial<ProposedChild>): BodyPart {
  return {
    nickname: fresh.nickname ?? stored.nickname,
    postalCode: fresh.postalCode ?? stored.postalCode,
    address: fresh.address ?? stored.address,
    phone: fresh.phone ?? stored.phone,
    guardians: fresh.guardians === undefined ? stored.guardians : mergedGuardians(stored.guardians, fresh.guardians),
    notes: fresh.notes ?? stored.notes,
  };
}

type Guardian = Child['guardians'][number];

/** Guardians are told by their names; those whom the row does not name stay, new ones come last. */
function mergedGuardians(stored: readonly Guardian[], told: readonly ProposedGuardian[]): Guardian[] {
  const merged = [...stored];
  const places = new Map(stored.map(({ name }, at) => [searchKey(name), at] as const).toReversed());
  for (const one of told) {
    const key = searchKey(one.name);
    const at = places.get(key) ?? merged.length;
    const known = merged[at] ?? { name: one.name, kana: '', relationship: '', phones: [], workplace: null };
    const next = {
      ...known,
      kana: one.kana === undefined || kanaAsHiragana(known.kana).trim() === one.kana ? known.kana : one.kana,
      relationship: one.relationship ?? known.relationship,
      phones: mergedPhones(known.phones, one.phones),
    };
    merged[at] = next;
    places.set(key, at);
  }
  return merged;
}

/** Numbers that are new are called first, and none is lost; those that are known already change nothing. */
function mergedPhones(stored: readonly string[], told: readonly string[]): string[] {
  const digits = (phone: string) => phone.normalize('NFKC').replace(/[^\d+]/gu, '');
  const known = new Set(stored.map(digits));
  if (told.every((phone) => known.has(digits(phone)))) return [...stored];
  const first = new Set(told.map(digits));
  return [...told, ...stored.filter((phone) => !first.has(digits(phone)))];
}
