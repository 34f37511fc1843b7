import * as z from 'zod';
import type { CivilDay } from '../../model/instant.ts';
import { schoolYear } from '../calendar.ts';
import { recordKind } from '../kind.ts';
import { nameSearchKey, nameSortKey, searchKey } from '../names.ts';
import { CERTIFICATION_HOURS, CERTIFICATIONS, type Child, childSchema, classEnd } from './child-fields.ts';
import { CHILD_LABELS, CHILD_WORDS } from './child-labels.ts';
import { CLASSES } from './classes.ts';
import { type Collection, sortable } from './collection.ts';
import { FACILITIES } from './facilities.ts';
import { recordId } from './field-schemas.ts';
import { entryOn, lastDay, OPEN_END } from './periods.ts';

const CARD_FIELDS = {
  facility: true,
  familyName: true,
  givenName: true,
  familyNameKana: true,
  givenNameKana: true,
  number: true,
  birthDate: true,
  sex: true,
  useKinds: true,
  enrolments: true,
  classes: true,
  certifications: true,
} as const;

/** What lists open: the dated lists too, so that a list is right on any day without anything being written. */
export interface ChildCard extends Pick<Child, keyof typeof CARD_FIELDS> {
  /** As `nameSearchKey` and `nameSortKey` made them when the card was written. */
  readonly searchKey: string;
  readonly sortKey: string;
}

/** What the dated lists say of one day. */
export interface ChildOnDay {
  readonly enrolled: boolean;
  readonly class: string | null;
  readonly order: number | null;
  readonly certification: (typeof CERTIFICATIONS)[number] | null;
  readonly hours: (typeof CERTIFICATION_HOURS)[number] | null;
}

const onDaySchema = z.strictObject({
  enrolled: z.boolean(),
  class: recordId.nullable(),
  order: z.int().nullable(),
  certification: z.enum(CERTIFICATIONS).nullable(),
  hours: z.enum(CERTIFICATION_HOURS).nullable(),
}) satisfies z.ZodType<ChildOnDay>;

/** The state of a child on a day. Who is not enrolled is in no class. */
export function childOn(child: Pick<Child, 'enrolments' | 'classes' | 'certifications'>, day: CivilDay): ChildOnDay {
  const enrolled = child.enrolments.length === 0 || entryOn(child.enrolments, day) !== undefined;
  const stay = enrolled ? entryOn(child.classes, day, classEnd) : undefined;
  const certified = entryOn(child.certifications, day);
  return {
    enrolled,
    class: stay?.class ?? null,
    order: stay?.order ?? null,
    certification: certified?.certification ?? null,
    hours: certified?.hours ?? null,
  };
}

/** The last day of enrolment; `OPEN_END` while it is open or no days are known. */
export function lastEnrolledDay({ enrolments }: Pick<Child, 'enrolments'>): CivilDay {
  const last = enrolments.at(-1);
  return last === undefined ? OPEN_END : lastDay(last);
}

/** Source: the product's design; a facility's list comes whole, and this is far above the largest nursery. */
const ENROLLED_PER_FACILITY = 2000;

const OTHER_YEAR = {
  code: 'other-school-year',
  text: {
    ja: 'このクラスは別の年度のものです。始まりの日か、クラスを直してください。',
    en: 'This class is of another school year. Correct the first day or the class.',
  },
};

/**
 * 園児. The index' civil day is the last day of enrolment, and those enrolled are asked for by it: a stored mark that
 * a child has left would go wrong when the date passes.
 */
export const CHILDREN: Collection<Child, ChildCard> = {
  kind: recordKind<ChildCard, Child>('child'),
  path: '/children',
  names: { one: 'Child', many: 'Children' },
  label: { ja: '園児', en: 'Child' },
  labels: CHILD_LABELS,
  words: CHILD_WORDS,
  reading: 'children',
  writing: { area: 'children', createIn: 'facility' },
  schema: childSchema,
  shownSchema: z.strictObject({ ...z.strictObject(childSchema.shape).pick(CARD_FIELDS).shape, onDay: onDaySchema }),
  shown: ({ searchKey: _search, sortKey: _sort, ...card }, day) => ({ ...card, onDay: childOn(card, day) }),
  card(child) {
    const { facility, familyName, givenName, familyNameKana, givenNameKana, number } = child;
    const { birthDate, sex, useKinds, enrolments, classes, certifications } = child;
    return {
      ...{ facility, familyName, givenName, familyNameKana, givenNameKana, number },
      ...{ birthDate, sex, useKinds, enrolments, classes, certifications },
      searchKey: nameSearchKey(child),
      sortKey: nameSortKey(child),
    };
  },
  index: (_id, child) => ({ facility: child.facility, day: lastEnrolledDay(child) }),
  fixed: [],
  references(child) {
    const first = child.enrolments[0]?.from ?? child.birthDate;
    const until = lastEnrolledDay(child);
    return [
      { to: FACILITIES, id: child.facility, pointer: '/facility', from: first, until },
      ...child.classes.map((stay, at) => ({
        to: CLASSES,
        id: stay.class,
        pointer: `/classes/${at}/class`,
        from: stay.from,
        until: classEnd(stay),
        misfit: (card: { schoolYear?: number }) => (card.schoolYear === schoolYear(stay.from) ? undefined : OTHER_YEAR),
      })),
    ];
  },
  unique({ number }) {
    const text = searchKey(number);
    return text === '' ? undefined : { kind: 'number', text, pointer: '/number' };
  },
  uniqueFailure: 'number-taken',
  limit: {
    perFacility: ENROLLED_PER_FACILITY,
    text: {
      ja: '一つの園に登録できる在園児は2,000人までです。退園した園児に退園日を入れてから、もう一度お試しください。',
      en: 'A facility holds at most 2,000 enrolled children. Enter the last day of those who have left, then try again.',
    },
  },
  ends: 'deleted',
  keptOpenBy: [],
  filters: { class: recordId },
  listed(card, filter, day, everybody) {
    const then = childOn(card, day);
    if (filter.class === undefined) return everybody || then.enrolled;
    return everybody ? card.classes.some((stay) => stay.class === filter.class) : then.class === filter.class;
  },
  sorts: {
    kana: { key: ({ sortKey }) => sortKey },
    birth: { key: ({ birthDate, sortKey }) => `${birthDate}\u0000${sortKey}` },
    number: { key: ({ number, sortKey }) => `${numberSortKey(number)}\u0000${sortKey}` },
    order: { key: (card, day) => `${sortable(childOn(card, day).order ?? 10_000)}\u0000${card.sortKey}` },
  },
  searchKey: (card) => card.searchKey,
  backedUp: true,
};

/** Numbers within a 園児番号 by their size, so that 2 comes before 10; children without one come last. */
function numberSortKey(number: string): string {
  const key = searchKey(number);
  return key === '' ? '\u{ffff}' : key.replace(/\d+/g, (digits) => digits.padStart(20, '0'));
}
