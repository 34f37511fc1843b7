import { type ExportReport, type KnownMark, verifyExport } from '../domain/audit/export-verification.ts';
import { CHECK_ID, LOGS_ID, type LogCheck, type LogState } from '../domain/audit/log-state.ts';
import type { Finding } from '../domain/audit/verification.ts';
import { DAY, type EpochMs, epochMs } from '../model/instant.ts';
import type { ControlReader, ControlStore, StoredControlItem } from '../ports/control-store.ts';
import type { Answer, Command } from './command.ts';
import { linesOf } from './log-file.ts';
import type { OptionValues } from './options.ts';
import { refused } from './refused.ts';
import { table } from './table.ts';

const PAGE = 500;
/** The service verifies once a day; a log whose last verification began longer ago than this is told as late. */
const LATE_AFTER = 2 * DAY;

export const logsVerify: Command = {
  name: 'logs verify',
  summary: 'whether audit logs are as they were written; with --file, an exported one',
  detail: `Without --file: what the service found when it last verified each tenant's log, once a day, in the partition and in the
archive. This tool reads no logs itself. FOUND: how many events and entries are missing, altered, invented or reordered;
below the table stands where. A log is covered up to its last digest: at most 70 minutes ago.
With --file: verifies an exported log (one archive entry per line) with nothing but the file. That its newest entries were
not cut off or written anew can only be told with --last, as the service shows it or as it was noted before; the same holds
for its oldest entries and --root.
Exit code 1 when something is wrong, or a log was not verified for two days.`,
  options: {
    tenant: { value: 'ID', help: 'Only the log of this tenant.' },
    file: { value: 'FILE', help: 'Verify this exported log; no store is opened.' },
    last: { value: 'N:HASH', help: 'With --file: number and hash of the newest digest.' },
    root: { value: 'N:HASH', help: 'With --file: number and hash of the newest digest that the retention removed.' },
  },
  offline(options) {
    const file = options.optional('file');
    if (file === undefined) return undefined;
    if (options.optional('tenant') !== undefined) throw refused('--tenant does not go with --file: the file names it.');
    return verifyFile(file, { ...known(options, 'last'), ...known(options, 'root') });
  },
  async run(options, { control }) {
    for (const name of ['last', 'root']) {
      if (options.optional(name) !== undefined) throw refused(`--${name} goes with --file only.`);
    }
    const tenant = options.optional('tenant');
    const logs = await logsOf(control, tenant);
    if (tenant !== undefined && logs.length === 0) throw refused(`No log is kept for "${tenant}": check the tenant.`);
    return lastResults(logs, await control.now());
  },
};

interface KeptLog {
  readonly tenant: string;
  readonly log: LogState;
  readonly check: LogCheck['last'];
}

async function logsOf(control: ControlStore, tenant: string | undefined): Promise<readonly KeptLog[]> {
  const states: ControlReader = control.container('tenant-state');
  const items = tenant === undefined ? await allOf(states) : await states.ofPartition(tenant);
  const checks = new Map(
    items
      .filter(({ id }) => id === CHECK_ID)
      .map(({ partition, value }) => [partition, (value as LogCheck).last] as const),
  );
  return items
    .filter(({ id }) => id === LOGS_ID)
    .map(({ partition, value }) => ({
      tenant: partition,
      log: value as LogState,
      check: checks.get(partition) ?? null,
    }));
}

async function allOf(states: ControlReader): Promise<readonly StoredControlItem[]> {
  const items: StoredControlItem[] = [];
  let after: StoredControlItem | undefined;
  do {
    const page: readonly StoredControlItem[] = await states.page({ limit: PAGE, ...(after && { after }) });
    items.push(...page);
    after = page.length < PAGE ? undefined : page.at(-1);
  } while (after !== undefined);
  return items;
}

function lastResults(logs: readonly KeptLog[], now: EpochMs): Answer {
  if (logs.length === 0) return { text: 'No log is kept yet.', json: [] };
  const results = logs.map((kept) => ({ ...kept, late: isLate(kept, now) }));
  const rows = results.map(({ tenant, log, check, late }) => [
    tenant,
    check === null ? 'never' : check.finishedAt,
    late ? 'LATE' : 'no',
    String(check?.digests ?? 0),
    String(check?.events ?? 0),
    String(check?.found ?? 0),
    log.head.until,
  ]);
  const header = ['TENANT', 'VERIFIED (UTC)', 'LATE', 'DIGESTS', 'EVENTS', 'FOUND', 'COVERED UNTIL (UTC)'];
  const places = results.flatMap(({ tenant, check }) =>
    (check?.findings ?? []).map((finding) => `${tenant}: ${placeOf(finding)}`),
  );
  return {
    text: [table(header, rows), ...(places.length > 0 ? ['', ...places] : [])].join('\n'),
    json: results,
    trouble: results.some(({ late, check }) => late || (check?.found ?? 0) > 0),
  };
}

/** An ended tenant's log of which nothing is left is never verified again; one that is new has its first day. */
function isLate({ log, check }: KeptLog, now: EpochMs): boolean {
  if (log.root.number === log.head.number) return false;
  return now - epochMs(check?.startedAt ?? log.retention.lookedAt) > LATE_AFTER;
}

async function verifyFile(
  file: string,
  marks: { readonly last?: KnownMark; readonly root?: KnownMark },
): Promise<Answer> {
  const report = await verifyExport(linesOf(file), marks);
  const trouble = report.findings.length > 0 || report.last === null;
  return { text: fileText(report, marks), json: { ...report }, trouble };
}

function fileText(report: ExportReport, marks: { readonly last?: KnownMark; readonly root?: KnownMark }): string {
  const { tenant, first, last, digests, events, findings } = report;
  if (first === null || last === null)
    return 'The file holds no digest: it is no exported log, or nothing of it is left.';
  const verdict =
    findings.length === 0 ? 'It is as it was written.' : `${findings.length} places are not as they were written:`;
  return [
    `Log of ${tenant}: ${digests} digests with ${events} events, committed from ${first.from} until ${last.until} (UTC).`,
    verdict,
    ...findings.map(placeOf),
    ...(marks.last === undefined
      ? [`Nothing in the file tells that no newer digest was cut off: compare --last ${last.number}:`, last.hash]
      : []),
    ...(marks.root === undefined && first.follows > 0
      ? [`It begins after digest ${first.follows}: compare --root ${first.follows}:`, first.previous]
      : []),
  ].join('\n');
}

function placeOf({ fault, where, entry, event }: Finding): string {
  const at = entry === null ? 'before the oldest digest' : entry.startsWith('line') ? entry : `digest ${entry}`;
  return event === null ? `${fault} in the ${where}: ${at}` : `${fault} in the ${where}: event ${event}, ${at}`;
}

const MARK = /^(\d{1,10}):([0-9a-f]{64})$/;

function known<Name extends 'last' | 'root'>(options: OptionValues, name: Name): { readonly [K in Name]?: KnownMark } {
  const given = options.optional(name);
  if (given === undefined) return {};
  const [, number, hash] = MARK.exec(given) ?? [];
  if (number === undefined || hash === undefined) {
    throw refused(`--${name} must be a number, a colon and the 64 digits of a hash, as the service shows them.`);
  }
  return { [name]: { number: Number(number), hash } } as { readonly [K in Name]?: KnownMark };
}
