import { type Child, childSchema } from '../../domain/collections/child-fields.ts';
import { CHILDREN } from '../../domain/collections/children.ts';
import type { Reference } from '../../domain/collections/collection.ts';
import type { ChildRow } from '../../domain/csv/child-rows.ts';
import type { ClassNames } from '../../domain/csv/class-names.ts';
import type { CellProblem } from '../../domain/csv/column.ts';
import type { ColumnFinding, MergeView } from '../../domain/csv/merge-card.ts';
import type { ProposedChild } from '../../domain/csv/proposed-child.ts';
import type { RegisterView } from '../../domain/csv/register-columns.ts';
import type { CivilDay } from '../../model/instant.ts';
import type { StoredItem } from '../../ports/partition-store.ts';
import type { Caller } from '../pipeline/caller.ts';
import { validated } from '../pipeline/validation.ts';
import { checkReferences } from '../records/references.ts';
import type { Room } from './import-room.ts';
import type { RowProblems } from './row-problems.ts';

/** All that rows of one run are judged by. */
export interface ImportView {
  readonly caller: Caller;
  readonly facility: string;
  readonly today: CivilDay;
  readonly dryRun: boolean;
  /** Of the file: an export written in it may hold other forms of a few characters. */
  readonly encoding: string;
  readonly register: RegisterView;
  readonly merge: MergeView;
  readonly problems: RowProblems;
  readonly room: Room;
  /** Facilities and classes that were read for references already. */
  readonly references: Map<string, StoredItem | undefined>;
}

/** The view's part that speaks of days and classes. */
export function viewsOf(on: CivilDay, classes: ClassNames): Pick<ImportView, 'register' | 'merge'> {
  return { register: { on, className: (id) => classes.nameOf(id) }, merge: { on, classes } };
}

export interface Creation {
  readonly outcome: 'created';
  readonly told: Partial<ProposedChild>;
  readonly fields: Child;
}
export interface Alteration {
  readonly outcome: 'changed';
  readonly told: Partial<ProposedChild>;
  readonly item: StoredItem;
  readonly former: Child;
  readonly fields: Child;
}
export interface Refusal {
  readonly outcome: 'refused';
  readonly child: string | null;
  readonly problems: readonly CellProblem[];
}
/** What is to become of a row. */
export type RowPlan = Creation | Alteration | Refusal | { readonly outcome: 'left'; readonly child: string };

/**
 * The record that a row leads to: in the collection's shape, its references sound, and with a place in the facility when
 * it takes one. Otherwise a refusal of the row that says why.
 */
export async function checkedChild(
  view: ImportView,
  { row }: ChildRow,
  child: string | null,
  merged: Child,
  newReferences: (fields: Child) => readonly Reference[],
  takesPlace: (fields: Child) => boolean,
): Promise<Child | Refusal> {
  try {
    const fields = validated(childSchema, merged, '');
    await checkReferences(view.caller, view.facility, newReferences(fields), view.today, view.references);
    if (!takesPlace(fields) || (await view.room.take())) return fields;
    const text = CHILDREN.limit?.text ?? { ja: '', en: '' };
    return refused(child, view.problems.plain(row, [], 'limit-reached', text));
  } catch (thrown) {
    return refused(child, ...view.problems.ofRefusal(row, thrown, 'invalid-input', 'closed'));
  }
}

export function refused(child: string | null, ...problems: readonly CellProblem[]): Refusal {
  return { outcome: 'refused', child, problems };
}

export function refusedFor(
  { problems }: ImportView,
  { row }: ChildRow,
  child: string | null,
  findings: readonly ColumnFinding[],
): Refusal {
  return refused(child, ...findings.map(([key, found]) => problems.of(row, [key], found)));
}

/** A row that found somebody else's change in its way. */
export function refusedMeanwhile({ problems }: ImportView, { row }: ChildRow, child: string | null): Refusal {
  return refused(child, problems.plain(row, [], 'changed-meanwhile', CHANGED_MEANWHILE));
}

const CHANGED_MEANWHILE = {
  ja: '取り込みの間に、ほかの人がこの園児を変更しました。もう一度取り込んでください。',
  en: 'Somebody else changed this child during the import. Import the file again.',
};
