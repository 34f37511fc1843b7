import { CHILD_COLUMNS } from '../../domain/csv/child-columns.ts';
import type { ChildRow, ChildTable } from '../../domain/csv/child-rows.ts';
import type { CellProblem } from '../../domain/csv/column.ts';
import { ignoredOfChildren } from '../../domain/csv/ignored-columns.ts';
import type { CivilDay } from '../../model/instant.ts';
import type { ImportAnswer, Outcome, ProblemAnswer, RowAnswer } from './import-answer.ts';
import type { RowPlan } from './import-view.ts';
import { changedFields } from './plan-known.ts';

/** Problems in one answer, after which the rest is left to the next: about half a megabyte. */
export const MOST_PROBLEMS = 1000;

/** Gathers what is told of a run. */
export class ImportReport {
  readonly #table: ChildTable;
  readonly #about: { readonly dryRun: boolean; readonly on: CivilDay };
  readonly #counts: Record<Outcome, number> = { created: 0, changed: 0, left: 0, refused: 0 };
  readonly #rows: RowAnswer[] = [];
  readonly #problems: ProblemAnswer[] = [];

  constructor(table: ChildTable, { dryRun, on }: { readonly dryRun: boolean; readonly on: CivilDay }) {
    this.#table = table;
    this.#about = { dryRun, on };
  }

  get isFull(): boolean {
    return this.#problems.length >= MOST_PROBLEMS;
  }

  add({ row, problems }: ChildRow, plan: RowPlan, child: string | null): void {
    const { outcome } = plan;
    this.#counts[outcome] += 1;
    this.#rows.push({ row, outcome, child, fields: outcome === 'changed' ? changedFields(plan) : [] });
    for (const problem of problems) this.#problems.push(problemAnswer(problem));
    if (outcome === 'refused') for (const problem of plan.problems) this.#problems.push(problemAnswer(problem));
  }

  /** The answer; `nextRow` is where to go on, null when the file is done. */
  answer(nextRow: number | null): ImportAnswer {
    const { encoding, separator, headerRow, fields, ignored } = this.#table;
    return {
      ...this.#about,
      file: {
        ...{ encoding, separator, headerRow },
        columns: fields.map(({ key, header }) => ({ header, meaning: CHILD_COLUMNS[key].labels })),
        ignored: ignored.map(ignoredOfChildren).map(({ text, ...column }) => ({ ...column, message: text })),
      },
      counts: this.#counts,
      rows: this.#rows,
      problems: this.#problems,
      nextRow,
    };
  }
}

function problemAnswer({ row, column, severity, code, text, proposal }: CellProblem): ProblemAnswer {
  return { row, column, severity, code, message: text, ...(proposal === undefined ? {} : { proposal }) };
}
