import type { CivilDay } from '../../model/instant.ts';
import { ageOn } from '../calendar.ts';
import type { CHILD_COLUMNS } from './child-columns.ts';
import type { ProposedContacts } from './child-guardians.ts';
import { type Finding, finding } from './column.ts';
import type { ProposedChild } from './proposed-child.ts';

type Key = keyof typeof CHILD_COLUMNS;

/** Facilities keep school children in after-school care too (to about 12); above, the year is more likely wrong. */
const OLDEST = 12;

/** A finding about a row as a whole, with the columns to look at: the first of them that the table has. */
interface ChildFinding extends Finding {
  readonly keys: readonly Key[];
}

/** What does not fit together in a row. */
export function childFindings(
  child: Partial<ProposedChild>,
  { leftOver, nameless }: Pick<ProposedContacts, 'leftOver' | 'nameless'>,
  today: CivilDay,
): readonly ChildFinding[] {
  const found: ChildFinding[] = [];
  const add = (finding: Finding, ...keys: readonly Key[]) => found.push({ ...finding, keys });
  const { birthDate, enrolledOn, leftOn } = child;
  const isTold = [child.familyName, child.givenName, child.number].some((told) => told !== undefined);
  if (!isTold) add(NOBODY, 'fullName', 'familyName');
  if (birthDate !== undefined) {
    const age = ageOn(birthDate, today);
    if (birthDate > today) add(BORN_LATER, 'birthDate');
    else if (age > OLDEST) add(tooOld(age), 'birthDate');
    if (enrolledOn !== undefined && enrolledOn < birthDate) add(BEFORE_BIRTH, 'enrolledOn');
  }
  if (enrolledOn !== undefined && leftOn !== undefined && leftOn < enrolledOn) add(LEFT_BEFORE, 'leftOn');
  if (leftOver.length > 0) add(nobodysPhones(leftOver), 'guardianPhone', 'phone');
  if (nameless.length > 0) add(namelessGuardian(nameless), 'relationship', 'guardianKana');
  return found;
}

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

/** For a row that has its class from the row above, where it may be another one's, or nobody's. */
export function classFromAbove(name: string): Finding {
  return finding(
    'warning',
    'class-from-above',
    `クラスの欄が空いているため、上の行と同じ「${name}」として取り込みます。違うときは、クラスのない園児には「―」を、ほかの園児にはそのクラスの名前を入れてください。`,
    `The class is blank, so “${name}” of the row above is taken. If that is wrong, write ― for a child without a class, or the name of its class.`,
  );
}

function tooOld(age: number): Finding {
  return finding(
    'warning',
    'unusual-age',
    `この生年月日では今日の時点で${age}歳です。年をご確認ください。`,
    `By this birth date the child is ${age} years old today. Please check the year.`,
  );
}

/** Cells named in a message; with more of them the message says so. */
const SHOWN = 5;

function shownOf(told: readonly string[]): string {
  return told.slice(0, SHOWN).join('、') + (told.length > SHOWN ? '…' : '');
}

function namelessGuardian(told: readonly string[]): Finding {
  const shown = shownOf(told);
  return finding(
    'warning',
    'guardian-without-name',
    `続柄・ふりがな「${shown}」は保護者の名前がないため取り込みません。保護者氏名を入れてください。`,
    `“${shown}” is not taken in because the row does not name this guardian. Please enter the guardian's name.`,
  );
}

function nobodysPhones(phones: readonly string[]): Finding {
  const shown = shownOf(phones);
  return finding(
    'warning',
    'phone-without-guardian',
    `電話番号「${shown}」は保護者の名前がないため取り込みません。保護者氏名の列を加えてください。`,
    `The phone number “${shown}” is not taken in because the row names no guardian. Please add a column of guardians.`,
  );
}
