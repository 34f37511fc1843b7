import type { CHILD_COLUMNS } from '../../domain/csv/child-columns.ts';
import type { ChildTable } from '../../domain/csv/child-rows.ts';
import type { CellProblem, Finding, Severity } from '../../domain/csv/column.ts';
import { HeaderNames } from '../../domain/csv/header-names.ts';
import { Failure, type FailureCode, type InputError, type Text } from '../../model/failure.ts';

type Key = keyof typeof CHILD_COLUMNS;

/** Columns that a field of the record is read from, by the field that a pointer begins with. */
const COLUMNS_OF: Readonly<Record<string, readonly Key[]>> = {
  number: ['number'],
  familyName: ['familyName', 'fullName'],
  givenName: ['givenName', 'fullName'],
  familyNameKana: ['familyNameKana', 'fullKana'],
  givenNameKana: ['givenNameKana', 'fullKana'],
  nickname: ['nickname'],
  birthDate: ['birthDate'],
  sex: ['sex'],
  useKinds: ['useKinds'],
  enrolments: ['enrolledOn', 'leftOn'],
  classes: ['className'],
  certifications: ['certification', 'certificationHours'],
  postalCode: ['postalCode'],
  address: ['address'],
  phone: ['phone'],
  guardians: ['guardianName', 'father', 'mother'],
  notes: ['notes'],
};

/** Makes problems of one row, each with the header under which the file has the column; without one where it has none. */
export class RowProblems {
  readonly #headers: HeaderNames<Key>;

  constructor({ fields }: Pick<ChildTable, 'fields'>) {
    this.#headers = new HeaderNames(fields);
  }

  of(row: number, keys: readonly Key[], { severity, code, text }: Finding): CellProblem {
    return { row, column: this.#headers.of(...keys), severity, code, text };
  }

  plain(row: number, keys: readonly Key[], code: string, text: Text, severity: Severity = 'error'): CellProblem {
    return this.of(row, keys, { severity, code, text });
  }

  /** The problems that a refusal tells, which is for the row alone; anything else that was thrown goes on. */
  ofRefusal(row: number, thrown: unknown, ...codes: readonly FailureCode[]): readonly CellProblem[] {
    if (!(thrown instanceof Failure) || !codes.includes(thrown.code)) throw thrown;
    return thrown.errors.map((error) => this.#ofError(row, error));
  }

  #ofError(row: number, { pointer, code, text }: InputError): CellProblem {
    const [, field = ''] = pointer.split('/');
    return this.plain(row, COLUMNS_OF[field] ?? [], code, text);
  }
}
