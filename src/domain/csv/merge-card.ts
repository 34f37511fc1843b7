import type { CivilDay } from '../../model/instant.ts';
import { schoolYear, schoolYearBounds } from '../calendar.ts';
import { type Child, classEnd } from '../collections/child-fields.ts';
import { entryOn } from '../collections/periods.ts';
import type { CHILD_COLUMNS } from './child-columns.ts';
import type { ClassNames } from './class-names.ts';
import { type Finding, finding } from './column.ts';
import { countingFrom, enrolled } from './dated-changes.ts';
import type { ProposedChild } from './proposed-child.ts';
import { dayWithin, periodToTell } from './register-columns.ts';

/** The fields of a card that a file can change. */
export type CardPart = Pick<
  Child,
  | 'number'
  | 'familyName'
  | 'givenName'
  | 'familyNameKana'
  | 'givenNameKana'
  | 'birthDate'
  | 'sex'
  | 'useKinds'
  | 'enrolments'
  | 'classes'
  | 'certifications'
>;

/** Those fields of a card or record. */
export function cardPart(child: CardPart): CardPart {
  const { number, familyName, givenName, familyNameKana, givenNameKana, birthDate, sex } = child;
  const { useKinds, enrolments, classes, certifications } = child;
  return {
    ...{ number, familyName, givenName, familyNameKana, givenNameKana, birthDate, sex },
    ...{ useKinds, enrolments, classes, certifications },
  };
}

/** As of which day a file speaks, and which classes there are. */
export interface MergeView {
  readonly on: CivilDay;
  readonly classes: ClassNames;
}

/** A finding with the column that it is about. */
export type ColumnFinding = readonly [keyof typeof CHILD_COLUMNS, Finding];

/** A part of the row that cannot be taken over. */
interface Refused {
  readonly refused: ColumnFinding;
}

/**
 * The card's fields after a row; `told` is all that the row says, `fresh` the part that is new. What is not told stays.
 * Dated lists keep their history: a class or certification that is another counts from the day of the file on, or from
 * the beginning where there was none before.
 */
export function mergedCard(
  stored: CardPart,
  told: Partial<ProposedChild>,
  fresh: Partial<ProposedChild>,
  view: MergeView,
): { readonly next: CardPart; readonly findings: readonly ColumnFinding[] } {
  const findings: ColumnFinding[] = [];
  const settle = <T extends object>(result: T | Refused, former: T): T => {
    if (!('refused' in result)) return result;
    findings.push(result.refused);
    return former;
  };
  const dated = fresh.enrolledOn !== undefined || fresh.leftOn !== undefined;
  const entered = dated ? enrolled(stored.enrolments, told.enrolledOn, told.leftOn) : stored.enrolments;
  const enrolments = settle(entered ?? LEFT_WITHOUT_ENROLMENT, stored.enrolments);
  const next: CardPart = {
    number: fresh.number ?? stored.number,
    familyName: fresh.familyName ?? stored.familyName,
    givenName: fresh.givenName ?? stored.givenName,
    familyNameKana: fresh.familyNameKana ?? stored.familyNameKana,
    givenNameKana: fresh.givenNameKana ?? stored.givenNameKana,
    birthDate: fresh.birthDate ?? stored.birthDate,
    sex: fresh.sex ?? stored.sex,
    useKinds: [...(fresh.useKinds ?? stored.useKinds)],
    enrolments,
    classes: stored.classes,
    certifications: stored.certifications,
  };
  return {
    next: {
      ...next,
      classes:
        fresh.className === undefined ? next.classes : settle(inClass(next, fresh.className, view), next.classes),
      certifications:
        fresh.certification === undefined && fresh.certificationHours === undefined
          ? next.certifications
          : settle(certified(next, told, view.on), next.certifications),
    },
    findings,
  };
}

function inClass(card: CardPart, name: string, { on, classes }: MergeView): CardPart['classes'] | Refused {
  const day = dayWithin(card.enrolments, on);
  const year = schoolYear(day);
  const named = classes.named(name, year);
  const current = entryOn(card.classes, day, classEnd);
  if (current !== undefined && named.includes(current.class)) return card.classes;
  const [only, ...others] = named;
  if (only === undefined || others.length > 0) {
    return { refused: ['className', classes.finding(name, year)] };
  }
  const isFirst = card.classes.every((stay) => schoolYear(stay.from) !== year);
  const from = isFirst ? latest(schoolYearBounds(year).first, firstDay(card, on)) : day;
  return countingFrom(card.classes, { class: only, order: null, from }, classEnd);
}

function certified(card: CardPart, told: Partial<ProposedChild>, on: CivilDay): CardPart['certifications'] | Refused {
  const day = dayWithin(card.enrolments, on);
  const current = entryOn(card.certifications, day);
  const certification = told.certification ?? current?.certification;
  if (certification === undefined) return HOURS_ALONE;
  const hours = certification === '1' ? null : (told.certificationHours ?? current?.hours ?? null);
  if (certification === current?.certification && hours === current.hours) return card.certifications;
  const from = card.certifications.length === 0 ? firstDay(card, on) : day;
  return countingFrom(card.certifications, { certification, hours, from });
}

/** The first day of the enrolment that the file tells of; the birth where no enrolment is known. */
function firstDay(card: CardPart, on: CivilDay): CivilDay {
  return periodToTell(card.enrolments, on)?.from ?? card.birthDate;
}

function latest(a: CivilDay, b: CivilDay): CivilDay {
  return a > b ? a : b;
}

const LEFT_WITHOUT_ENROLMENT: Refused = {
  refused: [
    'leftOn',
    finding(
      'error',
      'left-without-enrolment',
      '退園日だけでは取り込めません。入園日も入れてください。',
      'A last day alone cannot be taken over. Enter the day of enrolment too.',
    ),
  ],
};
const HOURS_ALONE: Refused = {
  refused: [
    'certificationHours',
    finding(
      'error',
      'hours-without-certification',
      '保育必要量だけでは取り込めません。認定区分も入れてください。',
      'Certified hours alone cannot be taken over. Enter the certification too.',
    ),
  ],
};
