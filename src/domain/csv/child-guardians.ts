import { searchKey } from '../names.ts';
import type { ReadCells } from './cells.ts';
import type { CHILD_COLUMNS } from './child-columns.ts';

export interface ProposedGuardian {
  readonly name: string;
  readonly kana?: string;
  /** 続柄, as written, or 父 or 母 when the header said so. */
  readonly relationship?: string;
  /** In calling order. */
  readonly phones: readonly string[];
}

export interface ProposedContacts {
  /** The home's number. */
  readonly phone?: string;
  readonly guardians: readonly ProposedGuardian[];
  /** Numbers that belong to nobody in the row. */
  readonly leftOver: readonly string[];
  /** What stands in columns of a guardian, 続柄 and kana, where the row names none. */
  readonly nameless: readonly string[];
}

/**
 * Puts together what a row says about guardians and phones. Columns of 保護者 go together by their order; 父 and 母 are
 * guardians too, the same name told twice is one. The first plain phone is the home's. Guardians' phones go to the
 * guardian of the same order when there is one column each, else to the first; without guardian the home takes the first.
 */
export function contactsOf(values: ReadCells<typeof CHILD_COLUMNS>['values']): ProposedContacts {
  const people = new People();
  const names = values.guardianName ?? [];
  const numbers = values.guardianPhone ?? [];
  const paired = names.length > 1 && numbers.length === names.length;
  for (const [at, name] of names.entries()) {
    const phones = paired ? numbers[at] : undefined;
    people.add(name, values.guardianKana?.[at], values.relationship?.[at], phones);
  }
  people.add(values.father?.[0], undefined, '父', values.fatherPhone?.[0]);
  people.add(values.mother?.[0], undefined, '母', values.motherPhone?.[0]);

  const [home, ...others] = (values.phone ?? []).flatMap((phones) => phones ?? []);
  const unpaired = paired ? numbers.filter((_, at) => names[at] === undefined) : numbers;
  const ofParents = [
    ...(values.father?.[0] === undefined ? (values.fatherPhone?.[0] ?? []) : []),
    ...(values.mother?.[0] === undefined ? (values.motherPhone?.[0] ?? []) : []),
  ];
  const loose = [...unpaired.flatMap((phones) => phones ?? []), ...ofParents, ...others];
  const nameless = [...(values.relationship ?? []).entries(), ...(values.guardianKana ?? []).entries()].flatMap(
    ([at, said]) => (said === undefined || names[at] !== undefined ? [] : [said]),
  );
  const [first, ...rest] = people.guardians();
  if (first !== undefined) {
    const guardians = [{ ...first, phones: unique([...first.phones, ...loose]) }, ...rest];
    return { ...(home === undefined ? {} : { phone: home }), guardians, leftOver: [], nameless };
  }
  const [phone, ...leftOver] = unique(home === undefined ? loose : [home, ...loose]);
  return { ...(phone === undefined ? {} : { phone }), guardians: [], leftOver, nameless };
}

/** The guardians of a row by their names, each once. The work for one does not grow with how many columns the row has. */
class People {
  readonly #byName = new Map<string, Omit<ProposedGuardian, 'phones'> & { readonly phones: Set<string> }>();

  add(
    name: string | undefined,
    kana: string | undefined,
    relationship: string | undefined,
    phones: readonly string[] = [],
  ): void {
    if (name === undefined) return;
    const said = { ...(kana === undefined ? {} : { kana }), ...(relationship === undefined ? {} : { relationship }) };
    const key = searchKey(name);
    const known = this.#byName.get(key) ?? { name, phones: new Set() };
    for (const phone of phones) known.phones.add(phone);
    this.#byName.set(key, { ...said, ...known });
  }

  guardians(): readonly ProposedGuardian[] {
    return [...this.#byName.values()].map((one) => ({ ...one, phones: [...one.phones] }));
  }
}

function unique(phones: readonly string[]): readonly string[] {
  return [...new Set(phones)];
}
