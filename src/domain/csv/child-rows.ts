import type { CivilDay } from '../../model/instant.ts';
import { ageOn } from '../calendar.ts';
import { type Certification, type CertificationHours, CHILD_COLUMNS, type Sex, type UseKind } from './child-columns.ts';
import { contactsOf, type ProposedGuardian } from './child-guardians.ts';
import { type CellProblem, type Finding, finding } from './column.ts';
import { openTable, type Row, type RowOptions, type RowPosition, readRows, type Table } from './table.ts';

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
  readonly useKind: UseKind;
  readonly certification: Certification;
  readonly certificationHours: CertificationHours;
  /** `150-0001`. */
  readonly postalCode: string;
  readonly address: string;
  readonly phone: string;
  readonly guardians: readonly ProposedGuardian[];
  readonly notes: string;
}

export interface ChildRow {
  /** As Excel numbers it. */
  readonly row: number;
  /** Only what the row says: what is absent keeps what is stored. */
  readonly values: Partial<ProposedChild>;
  /** A row with an `error` or a `question` waits for a person; `warning` alone does not hold it up. */
  readonly problems: readonly CellProblem[];
  /** Where reading goes on after this row. */
  readonly next: RowPosition;
}

export type ChildTable = Table<typeof CHILD_COLUMNS>;

export interface ChildRowOptions extends RowOptions {
  /** The civil day against which birth dates are looked at. */
  readonly today: CivilDay;
}

/** Opens a file of children. Throws Failure `unreadable-file` with advice. */
export function openChildTable(bytes: Uint8Array): ChildTable {
  return openTable(bytes, CHILD_COLUMNS);
}

/**
 * What each row says, one at a time. `from` is the `next` of an earlier row of the same file; reading goes on there
 * without what stands before. Throws Failure `unreadable-file` when the file has too many rows, and nothing else.
 */
export function* readChildRows(table: ChildTable, options: ChildRowOptions, from?: RowPosition): Generator<ChildRow> {
  for (const row of readRows(table, options, from)) yield childRow(table, row, options.today);
}

function childRow(
  table: ChildTable,
  { row, values, problems, next }: Row<typeof CHILD_COLUMNS>,
  today: CivilDay,
): ChildRow {
  const name = namesOf(values);
  const certified = values.certification?.[0];
  const { phone, guardians, leftOver } = contactsOf(values);
  const child: Partial<ProposedChild> = present({
    ...name,
    nickname: values.nickname?.[0],
    number: values.number?.[0],
    birthDate: values.birthDate?.[0],
    sex: values.sex?.[0],
    className: values.className?.[0],
    enrolledOn: values.enrolledOn?.[0],
    leftOn: values.leftOn?.[0],
    useKind: values.useKind?.[0],
    certification: certified?.certification,
    certificationHours: values.certificationHours?.[0] ?? certified?.hours,
    postalCode: values.postalCode?.[0],
    address: values.address?.[0],
    phone,
    guardians: guardians.length === 0 ? undefined : guardians,
    notes: values.notes?.[0],
  });
  const headerOf = (key: keyof typeof CHILD_COLUMNS) => table.fields.find((field) => field.key === key)?.header ?? '';
  const about = (key: keyof typeof CHILD_COLUMNS, found: Finding): CellProblem => ({
    ...found,
    row,
    column: headerOf(key),
  });
  const found: CellProblem[] = problems.filter(({ column }) => !isSaidBetter(table, column, child));
  const isTold = child.familyName !== undefined || child.givenName !== undefined || child.number !== undefined;
  if (!isTold && found.every(({ severity }) => severity === 'warning')) found.push(about('fullName', NOBODY));
  if (child.birthDate !== undefined) {
    const age = ageOn(child.birthDate, today);
    if (child.birthDate > today) found.push(about('birthDate', BORN_LATER));
    else if (age > OLDEST) found.push(about('birthDate', tooOld(age)));
    if (child.enrolledOn !== undefined && child.enrolledOn < child.birthDate)
      found.push(about('enrolledOn', BEFORE_BIRTH));
  }
  if (child.enrolledOn !== undefined && child.leftOn !== undefined && child.leftOn < child.enrolledOn) {
    found.push(about('leftOn', LEFT_BEFORE));
  }
  if (leftOver.length > 0) found.push(about('guardianPhone', nobodysPhones(leftOver)));
  return { row, values: child, problems: found, next };
}

type Names = Pick<ProposedChild, 'familyName' | 'givenName' | 'familyNameKana' | 'givenNameKana'>;

/** Columns of their own come before the one column for the whole name. */
function namesOf(values: Row<typeof CHILD_COLUMNS>['values']): { readonly [K in keyof Names]: string | undefined } {
  const full = values.fullName?.[0];
  const kana = values.fullKana?.[0];
  return {
    familyName: values.familyName?.[0] ?? full?.family,
    givenName: values.givenName?.[0] ?? full?.given,
    familyNameKana: values.familyNameKana?.[0] ?? kana?.family,
    givenNameKana: values.givenNameKana?.[0] ?? kana?.given,
  };
}

/** A problem of the whole name does not matter where 姓 and 名 stand in columns of their own. */
function isSaidBetter(table: ChildTable, column: string, child: Partial<ProposedChild>): boolean {
  const key = table.fields.find(({ header }) => header === column)?.key;
  if (key === 'fullName')
    return child.familyName !== undefined && child.givenName !== undefined && has(table, 'familyName');
  return (
    key === 'fullKana' &&
    child.familyNameKana !== undefined &&
    child.givenNameKana !== undefined &&
    has(table, 'familyNameKana')
  );
}

function has(table: ChildTable, key: keyof typeof CHILD_COLUMNS): boolean {
  return table.fields.some((field) => field.key === key);
}

/** Without the entries that are undefined. */
function present<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  // Only undefined entries are dropped, which is what the type says.
  return Object.fromEntries(Object.entries(values).filter(([, entry]) => entry !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

/** Facilities keep school children in after-school care too (to about 12); above, the year is more likely wrong. */
const OLDEST = 12;

const NOBODY = finding(
  'error',
  'no-child',
  'この行には名前も園児番号もないため、だれの行か分かりません。名前を入れるか、行を消してください。',
  'This row has neither a name nor a number, so it is not clear whose it is. Enter the name or remove the row.',
);
const BORN_LATER = finding(
  'error',
  'born-in-future',
  '生年月日が今日より後の日付です。年をご確認ください。',
  'The birth date lies after today. Please check the year.',
);
const BEFORE_BIRTH = finding(
  'warning',
  'enrolled-before-birth',
  '入園日が生年月日より前です。どちらかの年をご確認ください。',
  'The child is enrolled before its birth. Please check both dates.',
);
const LEFT_BEFORE = finding(
  'error',
  'left-before-enrolled',
  '退園日が入園日より前です。日付をご確認ください。',
  'The child left before it was enrolled. Please check both dates.',
);

function tooOld(age: number): Finding {
  return finding(
    'warning',
    'unusual-age',
    `この生年月日では今日の時点で${age}歳です。年をご確認ください。`,
    `By this birth date the child is ${age} years old today. Please check the year.`,
  );
}

function nobodysPhones(phones: readonly string[]): Finding {
  const shown = phones.join('、');
  return finding(
    'warning',
    'phone-without-guardian',
    `電話番号「${shown}」は保護者の名前がないため取り込みません。保護者氏名の列を加えてください。`,
    `The phone number “${shown}” is not taken in because the row names no guardian. Please add a column of guardians.`,
  );
}
