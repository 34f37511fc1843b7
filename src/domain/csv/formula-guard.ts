/**
 * First characters that make a spreadsheet run a field as a formula (OWASP, CSV injection), full width included as
 * Japanese Excel takes them too, and `'` itself, so that taking one off is always right.
 */
const RUNS_AS_FORMULA = /^[=+\-@\t\r'＝＋－＠]/u;

/** A field as exports write it: with a `'` before what a spreadsheet could run as a formula. */
export function guarded(field: string): string {
  return RUNS_AS_FORMULA.test(field) ? `'${field}` : field;
}

/** The field behind a cell: takes one leading `'` off. */
export function unguarded(cell: string): string {
  return cell.startsWith("'") ? cell.slice(1) : cell;
}
