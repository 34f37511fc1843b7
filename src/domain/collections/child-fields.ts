import { Buffer } from 'node:buffer';
import * as z from 'zod';
import type { CivilDay } from '../../model/instant.ts';
import { schoolYear, schoolYearBounds } from '../calendar.ts';
import {
  because,
  block,
  day,
  filledLine,
  line,
  phone,
  phones,
  position,
  postalCode,
  recordId,
} from './field-schemas.ts';
import { datedList, type Period } from './periods.ts';

export const SEXES = ['male', 'female', 'unspecified'] as const;
/** 利用区分: 通常, 一時預かり, 誰でも通園, 延長. */
export const USE_KINDS = ['regular', 'temporary', 'anyone', 'extended'] as const;
/** 認定区分 1号, 2号, 3号 (Children and Childcare Support Act, article 19). */
export const CERTIFICATIONS = ['1', '2', '3'] as const;
/** 保育必要量 標準時間, 短時間: of 2号 and 3号 only. */
export const CERTIFICATION_HOURS = ['standard', 'short'] as const;

/** Kinds of use that come without a class. */
const WITHOUT_CLASS: readonly string[] = ['temporary', 'anyone'];

/** Whether a child with these kinds of use is in no class. */
export function comesWithoutClass(kinds: readonly (typeof USE_KINDS)[number][]): boolean {
  return kinds.every((kind) => WITHOUT_CLASS.includes(kind));
}

/** Names are as long as family registers have them, with room for names of other languages. */
const NAME_MAX = 50;
export const NOTES_MAX = 4000;

const person = {
  name: filledLine(NAME_MAX),
  kana: line(NAME_MAX).default(''),
  /** 続柄. */
  relationship: line(20).default(''),
  phones,
};

const guardian = z.strictObject({
  ...person,
  workplace: z
    .strictObject({ name: line(100), phone: phone.default('') })
    .nullable()
    .default(null),
});
const contact = z.strictObject({ ...person, notes: line(200).default('') });
const sibling = z.strictObject({
  name: filledLine(NAME_MAX),
  kana: line(NAME_MAX).default(''),
  birthDate: day.nullable().default(null),
  notes: line(200).default(''),
});

/**
 * The last day of a stay in a class. A class is of one 年度, so a stay without end lasts to 31 March: next year's entry
 * can be written from January on, and takes effect on 1 April without anything being written.
 */
export function classEnd(stay: Period): CivilDay {
  return stay.to ?? schoolYearBounds(schoolYear(stay.from)).last;
}

const STAY_ACROSS_YEARS = because(
  'across-school-years',
  'クラスは年度ごとです。3月31日までとし、4月からのクラスは別に入れてください。',
  'A class is of one school year. End it on 31 March at the latest.',
);
const HOURS_NOT_HERE = because(
  'hours-not-for-certification-1',
  '1号認定には保育必要量がありません。2号か3号のときだけ入れてください。',
  'Hours belong to certifications 2 and 3 only.',
);
const CLASS_NOT_HERE = because(
  'class-not-for-this-use',
  '一時預かり・誰でも通園だけの園児は、クラスに入りません。クラスの終わりの日を入れるか、利用区分を直してください。',
  'Temporary and anyone-may-attend use come without a class. End the stay in the class, or correct the kind of use.',
);
const GIVEN_TWICE = because('given-twice', '同じものが重なっています。', 'Give each once.');

/** The whole record as UTF-8 JSON: sealed, with its card and former version, it stays far below a commit's 1.8 MB. */
const RECORD_MAX_BYTES = 64 * 1024;
const TOO_LONG = because(
  'record-too-large',
  '一人分の内容が多すぎます（64KBまで）。備考などを短くしてください。',
  'The record is too large (at most 64 KB). Shorten notes or lists.',
);

const certifications = datedList(
  { certification: z.enum(CERTIFICATIONS), hours: z.enum(CERTIFICATION_HOURS).nullable().default(null) },
  40,
);

/** All fields of a child's record, as the API takes and gives them. Names are kept exactly as typed. */
export const childSchema = z
  .strictObject({
    facility: recordId,
    familyName: filledLine(NAME_MAX),
    givenName: line(NAME_MAX).default(''),
    familyNameKana: line(NAME_MAX).default(''),
    givenNameKana: line(NAME_MAX).default(''),
    nickname: line(NAME_MAX).default(''),
    /** 園児番号; empty where none is given. */
    number: line(20).default(''),
    birthDate: day,
    sex: z.enum(SEXES).default('unspecified'),
    useKinds: z
      .array(z.enum(USE_KINDS))
      .min(1)
      .max(USE_KINDS.length)
      .refine((kinds) => new Set(kinds).size === kinds.length, GIVEN_TWICE)
      .default(['regular']),
    /** 入園 and 退園. Empty where the days are not known: the child then counts as enrolled on every day. */
    enrolments: datedList({}, 20),
    classes: datedList({ class: recordId, order: position.nullable().default(null) }, 40, classEnd),
    certifications,
    postalCode: postalCode.default(''),
    address: line(300).default(''),
    phone: phone.default(''),
    /** In the order in which they are called. */
    guardians: z.array(guardian).max(6).default([]),
    emergencyContacts: z.array(contact).max(10).default([]),
    /** 送迎者: who may pick the child up. */
    pickUpPersons: z.array(contact).max(10).default([]),
    siblings: z.array(sibling).max(10).default([]),
    notes: block(NOTES_MAX).default(''),
  })
  .superRefine((child, context) => {
    for (const [at, stay] of child.classes.entries()) {
      const across = stay.to !== null && schoolYear(stay.to) !== schoolYear(stay.from) && stay.to >= stay.from;
      if (across) context.addIssue({ code: 'custom', path: ['classes', at, 'to'], ...STAY_ACROSS_YEARS });
      const without = stay.to === null && comesWithoutClass(child.useKinds);
      if (without) context.addIssue({ code: 'custom', path: ['classes', at], ...CLASS_NOT_HERE });
    }
    for (const [at, { certification, hours }] of child.certifications.entries()) {
      if (certification !== '1' || hours === null) continue;
      context.addIssue({ code: 'custom', path: ['certifications', at, 'hours'], ...HOURS_NOT_HERE });
    }
    const bytes = Buffer.byteLength(JSON.stringify(child));
    if (bytes > RECORD_MAX_BYTES) context.addIssue({ code: 'custom', path: [], ...TOO_LONG });
  })
  .meta({ id: 'ChildFields' });

export type Child = z.output<typeof childSchema>;
