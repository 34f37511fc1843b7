import { EVENT_MAX_TARGETS } from '../../domain/audit/events.ts';
import { CHILDREN } from '../../domain/collections/children.ts';
import { type ChildRow, type ChildTable, openChildTable, readChildRows } from '../../domain/csv/child-rows.ts';
import { type RowMatch, RowMatcher } from '../../domain/csv/match-rows.ts';
import type { CivilDay } from '../../model/instant.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Caller } from '../pipeline/caller.ts';
import { roomIn } from '../records/room.ts';
import { withClassDoubted } from './class-age.ts';
import { type Written, writeRows } from './commit-rows.ts';
import type { ImportAnswer } from './import-answer.ts';
import { ImportReport, MOST_PROBLEMS } from './import-report.ts';
import { Room } from './import-room.ts';
import { type ImportView, type RowPlan, refused, viewsOf } from './import-view.ts';
import { classNames, type KnownChild, knownChildren } from './known-children.ts';
import type { Witness } from './open-child.ts';
import { type Glance, glanceAt, needsLook, planKnown } from './plan-known.ts';
import { planNew } from './plan-new.ts';
import { RowProblems } from './row-problems.ts';
import { Turns } from './turns.ts';

export interface ImportOptions {
  readonly facility: string;
  readonly today: CivilDay;
  readonly on: CivilDay;
  readonly dryRun: boolean;
  /** Rows before it are left out. */
  readonly fromRow: number;
  readonly accept: ReadonlySet<string>;
}

/** How far one run goes. */
export interface ImportPace {
  /** Milliseconds after which no further rows are begun. The first are always done. */
  readonly budget: number;
  /** Rows that are planned, and written, together; at most as many as one event names. */
  readonly rowsAtOnce: number;
}

/**
 * Reads and matches all rows of the file first, then plans and writes them in portions. What rows say is held meanwhile,
 * as far as this run can come before its report is full: some 10 MB for the most rows that a file may have, which costs
 * less than reading them twice. Others have
 * their turn every few milliseconds, whether the file is opened, read, planned or written; only a commit to a store within
 * the process, and a row of the largest size, hold them up for longer. Throws Failure `unreadable-file`, and what a commit throws.
 */
export async function runImport(
  caller: Caller,
  clock: Clock,
  bytes: Uint8Array,
  options: ImportOptions,
  pace: ImportPace,
): Promise<ImportAnswer> {
  const deadline = clock.monotonic() + pace.budget;
  const { facility, today, dryRun } = options;
  const turns = new Turns(clock);
  const rowsAtOnce = Math.min(pace.rowsAtOnce, EVENT_MAX_TARGETS);
  const table = await turns.through(openChildTable(bytes));
  const known = await knownChildren(caller, facility, turns);
  const view: ImportView = {
    ...{ caller, facility, today, dryRun, encoding: table.encoding },
    ...viewsOf(options.on, await classNames(caller, facility)),
    problems: new RowProblems(table),
    room: new Room(() => roomIn(caller, CHILDREN, facility, today)),
    references: new Map(),
  };
  const { rows, matches } = await readAndMatched(table, options, view, known, rowsAtOnce, turns);
  const report = new ImportReport(table, options);
  for (let at = 0; at < rows.length; at += rowsAtOnce) {
    const isOver = at > 0 && (clock.monotonic() >= deadline || report.isFull);
    if (isOver) return report.answer(rows[at]?.row ?? null);
    await takeOver(view, rows.slice(at, at + rowsAtOnce), matches, known, report, turns);
  }
  return report.answer(null);
}

type Matches = ReadonlyMap<number, RowMatch>;
type KnownChildren = ReadonlyMap<string, KnownChild>;

/** Matches every row, and keeps those that this run is about: to where its report is full, and a portion more. */
async function readAndMatched(
  table: ChildTable,
  options: ImportOptions,
  view: ImportView,
  known: KnownChildren,
  rowsAtOnce: number,
  turns: Turns,
): Promise<{ readonly rows: readonly ChildRow[]; readonly matches: Matches }> {
  const matcher = new RowMatcher();
  for (const { item, card } of known.values()) {
    if (turns.areDue) await turns.give();
    matcher.know({ ...card, id: item.id });
  }
  const rows: ChildRow[] = [];
  let problems = 0;
  let beyond = 0;
  for (const row of readChildRows(table, options)) {
    if (turns.areDue) await turns.give();
    if (row === undefined) continue;
    if (row.problems.every(({ severity }) => severity === 'warning')) matcher.add(row.row, row.values);
    if (row.row < options.fromRow || beyond > rowsAtOnce) continue;
    const doubted = withClassDoubted(view, row);
    rows.push(doubted);
    problems += doubted.problems.length;
    if (problems >= MOST_PROBLEMS) beyond += 1;
  }
  return { rows, matches: matcher.matches() };
}

/** Plans a portion of rows, writes it unless this is a dry run, and reports it. */
async function takeOver(
  view: ImportView,
  rows: readonly ChildRow[],
  matches: Matches,
  known: KnownChildren,
  report: ImportReport,
  turns: Turns,
): Promise<void> {
  const glances = new Map<ChildRow, Glance>();
  for (const row of rows) {
    if (turns.areDue) await turns.give();
    const match = matches.get(row.row);
    const child = match?.kind === 'match' ? known.get(match.id) : undefined;
    if (child !== undefined) glances.set(row, glanceAt(view, row, child));
  }
  const look = await notedLook(view, [...glances.values()]);
  const plans: { readonly row: ChildRow; readonly plan: RowPlan }[] = [];
  for (const row of rows) {
    if (turns.areDue) await turns.give();
    const glance = glances.get(row);
    const plan = glance === undefined ? unstored(view, row, matches.get(row.row)) : planKnown(view, row, glance, look);
    plans.push({ row, plan: await plan });
  }
  const writings = plans.flatMap(({ row, plan }) =>
    plan.outcome === 'created' || plan.outcome === 'changed' ? [{ row, plan }] : [],
  );
  const written = view.dryRun ? new Map<number, Written>() : await writeRows(view, writings, turns);
  if (!view.dryRun) view.room.recount();
  for (const { row, plan } of plans) {
    const done = written.get(row.row);
    report.add(row, done?.plan ?? plan, done?.child ?? childOf(plan));
  }
}

/** Plans a row that is about nobody who is stored: new, asked about, or held up by what is wrong in it. */
async function unstored(view: ImportView, row: ChildRow, match: RowMatch | undefined): Promise<RowPlan> {
  if (match?.kind === 'new') return planNew(view, row);
  if (match?.kind !== 'question') return refused(null);
  return refused(null, view.problems.plain(row.row, ['number'], match.code, match.text, 'question'));
}

/** Writes one read event for all bodies of a portion that have to be looked into. */
async function notedLook(view: ImportView, glances: readonly Glance[]): Promise<Witness> {
  const targets = glances.filter((glance) => needsLook(view, glance)).map(({ known }) => known.item.id);
  if (targets.length === 0) return NOTHING_NOTED;
  const { caller, facility } = view;
  const facts = { action: 'record-read', targetKind: CHILDREN.kind.name, targets, facility, reason: 'import' } as const;
  return caller.noteReadings(JSON.stringify(targets), facts);
}

const NOTHING_NOTED: Witness = () => {
  throw new RangeError('no read event names this record');
};

function childOf(plan: RowPlan): string | null {
  if (plan.outcome === 'changed') return plan.item.id;
  return plan.outcome === 'created' ? null : plan.child;
}
