import type { CivilDay } from '../../model/instant.ts';
import type { ReadCells } from './cells.ts';
import type { Certification, CertificationHours, CHILD_COLUMNS, Sex, UseKind } from './child-columns.ts';
import { contactsOf, type ProposedGuardian } from './child-guardians.ts';

/** What a row of a table says about a child; what it leaves blank, or what cannot be read, is absent. */
export interface ProposedChild {
  readonly familyName: string;
  readonly givenName: string;
  /** Full-width hiragana. */
  readonly familyNameKana: string;
  readonly givenNameKana: string;
  readonly nickname: string;
  readonly number: string;
  readonly birthDate: CivilDay;
  readonly sex: Sex;
  /** As written; which class of which 年度 it is, the caller knows. */
  readonly className: string;
  readonly enrolledOn: CivilDay;
  readonly leftOn: CivilDay;
  readonly useKinds: readonly UseKind[];
  readonly certification: Certification;
  readonly certificationHours: CertificationHours;
  /** `150-0001`. */
  readonly postalCode: string;
  readonly address: string;
  readonly phone: string;
  readonly guardians: readonly ProposedGuardian[];
  readonly notes: string;
}

/** What the cells of a row say about a child; `contacts` are those of the same cells, for who has them already. */
export function proposedChild(values: CellValues, contacts = contactsOf(values)): Partial<ProposedChild> {
  const certified = values.certification?.[0];
  const { phone, guardians } = contacts;
  return present({
    ...namesOf(values),
    nickname: values.nickname?.[0],
    number: values.number?.[0],
    birthDate: values.birthDate?.[0],
    sex: values.sex?.[0],
    className: values.className?.[0],
    enrolledOn: values.enrolledOn?.[0],
    leftOn: values.leftOn?.[0],
    useKinds: values.useKinds?.[0],
    certification: certified?.certification,
    certificationHours: values.certificationHours?.[0] ?? certified?.hours,
    postalCode: values.postalCode?.[0],
    address: values.address?.[0],
    phone,
    guardians: guardians.length === 0 ? undefined : guardians,
    notes: values.notes?.[0],
  });
}

type CellValues = ReadCells<typeof CHILD_COLUMNS>['values'];
type Names = Pick<ProposedChild, 'familyName' | 'givenName' | 'familyNameKana' | 'givenNameKana'>;

/** Columns of their own come before the one column for the whole name. */
function namesOf(values: CellValues): { readonly [K in keyof Names]: string | undefined } {
  const full = values.fullName?.[0];
  const kana = values.fullKana?.[0];
  return {
    familyName: values.familyName?.[0] ?? full?.family,
    givenName: values.givenName?.[0] ?? full?.given,
    familyNameKana: values.familyNameKana?.[0] ?? kana?.family,
    givenNameKana: values.givenNameKana?.[0] ?? kana?.given,
  };
}

/** Without the entries that are undefined. */
function present<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const kept: Partial<T> = {};
  for (const key in values) if (values[key] !== undefined) kept[key] = values[key];
  // Only undefined entries are dropped, which is what the type says.
  return kept as { [K in keyof T]?: Exclude<T[K], undefined> };
}
