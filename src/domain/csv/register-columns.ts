import { isDeepStrictEqual } from 'node:util';
import type { CivilDay } from '../../model/instant.ts';
import type { Child } from '../collections/child-fields.ts';
import { CHILD_WORDS } from '../collections/child-labels.ts';
import { CHILDREN, type ChildCard, childOn } from '../collections/children.ts';
import { entryOn, type Period } from '../collections/periods.ts';
import { contentOf, readCells } from './cells.ts';
import { CHILD_COLUMNS } from './child-columns.ts';
import { guarded } from './formula-guard.ts';
import { type ProposedChild, proposedChild } from './proposed-child.ts';
import { heldBy } from './write-csv.ts';

/** What the columns of a register (名簿) need to know besides the child. */
export interface RegisterView {
  /** The day as of which class, certification and enrolment are told. */
  readonly on: CivilDay;
  /** The name of a class of the facility by its id. */
  className(id: string): string;
}

interface RegisterColumn<Of> {
  readonly key: keyof typeof CHILD_COLUMNS;
  readonly header: string;
  cell(child: Of, view: RegisterView): string;
}

/** 利用区分 and phones stand in one cell. */
const BETWEEN = '、';

/** In the column of classes a blank would mean the class of the row above; a dash of cp932 that no spreadsheet runs. */
const NO_CLASS = '―';

function column<Of>(key: keyof typeof CHILD_COLUMNS, cell: RegisterColumn<Of>['cell'], place = ''): RegisterColumn<Of> {
  return { key, header: CHILD_COLUMNS[key].labels.ja + place, cell };
}

/** Columns that lists show, too: a card is enough to fill them. */
export const CARD_COLUMNS: readonly RegisterColumn<ChildCard>[] = [
  column('number', ({ number }) => number),
  column('familyName', ({ familyName }) => familyName),
  column('givenName', ({ givenName }) => givenName),
  column('familyNameKana', ({ familyNameKana }) => familyNameKana),
  column('givenNameKana', ({ givenNameKana }) => givenNameKana),
  column('birthDate', ({ birthDate }) => birthDate),
  column('sex', ({ sex }) => CHILD_WORDS.sex[sex].ja),
  column('className', (card, view) => {
    const { class: id } = childOn(card, dayWithin(card.enrolments, view.on));
    return id === null ? NO_CLASS : view.className(id);
  }),
  column('enrolledOn', ({ enrolments }, { on }) => periodToTell(enrolments, on)?.from ?? ''),
  column('leftOn', ({ enrolments }, { on }) => periodToTell(enrolments, on)?.to ?? ''),
  column('useKinds', ({ useKinds }) => useKinds.map((kind) => CHILD_WORDS.useKinds[kind].ja).join(BETWEEN)),
  column('certification', (card, { on }) => {
    const { certification } = childOn(card, dayWithin(card.enrolments, on));
    return certification === null ? '' : CHILD_WORDS['certifications.certification'][certification].ja;
  }),
  column('certificationHours', (card, { on }) => {
    const { hours } = childOn(card, dayWithin(card.enrolments, on));
    return hours === null ? '' : CHILD_WORDS['certifications.hours'][hours].ja;
  }),
];

/** Columns for which a record is opened, with as many guardians as are to have a place. */
export function bodyColumns(guardians: number): readonly RegisterColumn<Child>[] {
  return [
    column('nickname', ({ nickname }) => nickname),
    column('postalCode', ({ postalCode }) => postalCode),
    column('address', ({ address }) => address),
    column('phone', ({ phone }) => phone),
    ...Array.from({ length: guardians }, (_, at) => [
      column<Child>('guardianName', (child) => child.guardians[at]?.name ?? '', String(at + 1)),
      column<Child>('guardianKana', (child) => child.guardians[at]?.kana ?? '', String(at + 1)),
      column<Child>('relationship', (child) => child.guardians[at]?.relationship ?? '', String(at + 1)),
      column<Child>('guardianPhone', (child) => child.guardians[at]?.phones.join(BETWEEN) ?? '', String(at + 1)),
    ]).flat(),
    column('notes', ({ notes }) => notes),
  ];
}

/** The rows of a register, the header first, with a place for each guardian of who has most of them. */
export function* registerRows(children: readonly Child[], view: RegisterView): Generator<string[]> {
  const guardians = Math.max(1, ...children.map((child) => child.guardians.length));
  const ofCard = CARD_COLUMNS;
  const ofBody = bodyColumns(guardians);
  yield [...ofCard, ...ofBody].map(({ header }) => header);
  for (const child of children) {
    const card = CHILDREN.card(child);
    yield [...ofCard.map(({ cell }) => cell(card, view)), ...ofBody.map(({ cell }) => cell(child, view))];
  }
}

/** The enrolment that a register tells of: that of the day, else the last one. */
export function periodToTell<P extends Period>(enrolments: readonly P[], on: CivilDay): P | undefined {
  return entryOn(enrolments, on) ?? enrolments.at(-1);
}

/** The day itself, or for who is not enrolled then the nearest day of the enrolment that the register tells of. */
export function dayWithin(enrolments: readonly Period[], on: CivilDay): CivilDay {
  const period = periodToTell(enrolments, on);
  if (period === undefined) return on;
  if (on < period.from) return period.from;
  return period.to !== null && period.to < on ? period.to : on;
}

const NOTHING: ReadonlySet<string> = new Set();

/**
 * What a row would tell if an export of that encoding had written it: the stored forms as they come back from a file.
 * A row that tells the same tells nothing new, so importing an export changes nothing.
 */
export function toldByExport<Of>(
  columns: readonly RegisterColumn<Of>[],
  child: Of,
  view: RegisterView,
  encoding: string,
): Partial<ProposedChild> {
  const fields = columns.map(({ key, header }, index) => ({ key, header, index }));
  const contents = columns.map(({ cell }) => contentOf(guarded(heldBy(encoding, cell(child, view)))));
  return proposedChild(readCells(CHILD_COLUMNS, fields, 0, contents, NOTHING).values);
}

/** What a row tells that an export would not have told. */
export function news(told: Partial<ProposedChild>, known: Partial<ProposedChild>): Partial<ProposedChild> {
  const entries = Object.entries(told);
  const before = new Map(Object.entries(known));
  // Entries are only left out, which the type says.
  return Object.fromEntries(entries.filter(([key, entry]) => !isDeepStrictEqual(entry, before.get(key))));
}
