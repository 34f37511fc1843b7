import { classAge, schoolYear } from '../../domain/calendar.ts';
import { classFromAbove } from '../../domain/csv/child-findings.ts';
import type { ChildRow } from '../../domain/csv/child-rows.ts';
import { dayWithin } from '../../domain/csv/register-columns.ts';
import type { ImportView } from './import-view.ts';

/**
 * The row, with a warning where its class stands on a row above and is for children of another age: below the last class
 * of a register stand those who come without one, at times with nothing to show it.
 */
export function withClassDoubted({ merge, problems }: ImportView, row: ChildRow): ChildRow {
  const { className, birthDate, enrolledOn, leftOn = null } = row.values;
  if (!row.classIsFromAbove || className === undefined || birthDate === undefined) return row;
  const year = schoolYear(dayWithin(enrolledOn === undefined ? [] : [{ from: enrolledOn, to: leftOn }], merge.on));
  if (merge.classes.takes(className, year, classAge(birthDate, year))) return row;
  return { ...row, problems: [...row.problems, problems.of(row.row, ['className'], classFromAbove(className))] };
}
