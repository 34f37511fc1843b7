import { table } from '../../src/cli/table.ts';
import { type Bound, type Comparison, ratioOf, verdictOf } from './ratio.ts';

/** A comparison and the figure that it belongs to. */
export interface Line extends Comparison {
  readonly figure: string;
}

const HEADER = ['figure', 'ratio', 'bound', '', 'measured', 'against', 'unit', 'what'];

/** The figures as a table for people. */
export function tableOf(lines: readonly Line[]): string {
  const rows = lines.map((line) => [
    line.figure,
    number(ratioOf(line)),
    boundText(line.bound),
    verdictOf(line),
    number(line.measured),
    number(line.against),
    line.unit,
    line.what,
  ]);
  return table(HEADER, rows);
}

/** The figures for programs: one object per line of the table. */
export function jsonOf(lines: readonly Line[]): string {
  const rows = lines.map((line) => ({ ...line, ratio: ratioOf(line), verdict: verdictOf(line) }));
  return JSON.stringify(rows, null, 2);
}

function boundText(bound: Bound | null): string {
  if (bound === null) return '-';
  return 'atMost' in bound ? `<= ${bound.atMost}` : `>= ${bound.atLeast}`;
}

/** Three digits that mean something are more than a shared machine repeats. */
function number(value: number): string {
  return String(value >= 100 ? Math.round(value) : Number(value.toPrecision(3)));
}
