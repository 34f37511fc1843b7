import type { Child } from '../../domain/collections/child-fields.ts';
import { CHILDREN, lastEnrolledDay } from '../../domain/collections/children.ts';
import type { ChildRow } from '../../domain/csv/child-rows.ts';
import { mergedBody } from '../../domain/csv/merge-body.ts';
import { mergedCard } from '../../domain/csv/merge-card.ts';
import { checkedChild, type ImportView, type RowPlan, refused, refusedFor } from './import-view.ts';

/** Plans a row about a child that is not stored yet. */
export async function planNew(view: ImportView, row: ChildRow): Promise<RowPlan> {
  const { values } = row;
  const { familyName, birthDate } = values;
  if (familyName === undefined || birthDate === undefined) {
    const keys = familyName === undefined ? (['familyName', 'fullName'] as const) : (['birthDate'] as const);
    return refused(null, view.problems.plain(row.row, keys, 'needed-for-new-child', NEEDED));
  }
  const nobody: Child = { ...NOBODY, facility: view.facility, birthDate };
  const { next, findings } = mergedCard(nobody, values, values, view.merge);
  if (findings.length > 0) return refusedFor(view, row, null, findings);
  const fields = await checkedChild(
    view,
    row,
    null,
    { ...nobody, ...next, ...mergedBody(nobody, values) },
    CHILDREN.references,
    (child) => lastEnrolledDay(child) >= view.today,
  );
  return 'outcome' in fields ? fields : { outcome: 'created', told: values, fields };
}

/** A record of which nothing is known: what a new row is merged into. */
const NOBODY: Omit<Child, 'facility' | 'birthDate'> = {
  familyName: '',
  givenName: '',
  familyNameKana: '',
  givenNameKana: '',
  nickname: '',
  number: '',
  sex: 'unspecified',
  useKinds: ['regular'],
  enrolments: [],
  classes: [],
  certifications: [],
  postalCode: '',
  address: '',
  phone: '',
  guardians: [],
  emergencyContacts: [],
  pickUpPersons: [],
  siblings: [],
  notes: '',
};

const NEEDED = {
  ja: '新しい園児を登録するには、名前と生年月日が必要です。入れてから、もう一度取り込んでください。',
  en: 'A new child needs a name and a birth date. Enter them, then import again.',
};
