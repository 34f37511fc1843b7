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

/** What to do about a refusal in a file, where the record's own text speaks of what a file cannot say. */
const IN_A_FILE: Readonly<Record<string, Text>> = {
  'class-not-for-this-use': {
    ja: '一時預かり・誰でも通園だけの園児は、クラスに入りません。クラスの欄を「―」にするか、利用区分を直してください。すでにクラスに入っている園児は、先に園児の画面でクラスの終わりの日を入れてください。',
    en: 'Temporary and anyone-may-attend use come without a class. Write ― as the class, or correct the kind of use. For a child that is in a class already, end that stay in its record first.',
  },
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
    return this.plain(row, COLUMNS_OF[field] ?? [], code, IN_A_FILE[code] ?? text);
  }
}
