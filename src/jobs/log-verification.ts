import { type Digest, entryHash, entryName, entryNumber, readEntry } from '../domain/audit/digest.ts';
import { EVENT_KIND } from '../domain/audit/events.ts';
import { FINDINGS_KEPT, LOGS_ID, type LogCheck, type LogState } from '../domain/audit/log-state.ts';
import { expiredBefore } from '../domain/audit/retention.ts';
import { checkLink, checkRoot, compareEvents, type Finding, linkTo } from '../domain/audit/verification.ts';
import { STATE_ID, type TenantState } from '../domain/contracts/tenant-state.ts';
import { epochMs } from '../model/instant.ts';
import type { ControlContainer } from '../ports/control-store.ts';
import type { ArchiveEventsPorts, StoredLog } from './archive-events.ts';
import { eventsIn } from './committed-events.ts';

export interface VerifyLogsContext extends ArchiveEventsPorts {
  /** For how many days events are kept: what is older may be gone. */
  readonly retentionDays: number;
}

/** A verification under way. */
export type Running = NonNullable<LogCheck['running']>;

/** Digests of one tenant in one run: more than a week of hourly ones. A longer log takes several runs. */
const DIGESTS_PER_RUN = 200;
/** Events older than all digests that are named in one verification. */
const LEFTOVERS_NAMED = 100;

/** A verification that has yet to begin, at the log's head. */
export function begin({ head }: LogState, startedAt: string): Running {
  return { startedAt, head, digests: 0, events: 0, found: 0, findings: [], link: linkTo(head), skipped: [] };
}

/** How far a verification got in one run. */
export interface Portion {
  readonly running: Running;
  /** What this portion added. */
  readonly findings: readonly Finding[];
  readonly ended: boolean;
}

/** Goes back over as many digests as one run takes; at the root, looks at all that stands beside the chain and ends. */
export async function verifyPortion(context: VerifyLogsContext, tenantId: string, start: Running): Promise<Portion> {
  const findings: Finding[] = [];
  let running = start;
  for (let digests = 0; digests < DIGESTS_PER_RUN; digests += 1) {
    const { link } = running;
    if (link.number <= (await rootOf(context, tenantId)).number) break;
    const bytes = await context.archives.of(tenantId).read(entryName(link.number));
    // The retention removes an entry only after it has moved the root.
    if (bytes === undefined && link.number <= (await rootOf(context, tenantId)).number) break;
    const digest = bytes && readEntry(bytes);
    const facts = bytes && { hash: entryHash(bytes), claims: digest };
    const { findings: ofLink, sound, next } = checkLink(tenantId, link, facts);
    const compare = sound && digest !== undefined;
    const added = [...ofLink, ...(compare ? await compareWithPartition(context, tenantId, digest) : [])];
    findings.push(...added);
    running = {
      ...noted(running, added),
      digests: running.digests + 1,
      events: running.events + (compare ? digest.events.length : 0),
      link: next,
      skipped: [...running.skipped, ...between(next.number, link.number)],
    };
  }
  const ended = running.link.number <= (await rootOf(context, tenantId)).number;
  if (!ended) return { running, findings, ended };
  const beside = await besideChain(context, tenantId, running);
  return { running: noted(running, beside), findings: [...findings, ...beside], ended };
}

/** The last steps: the root, what stands in the archive beside the chain, and in the partition before all digests. */
async function besideChain(
  context: VerifyLogsContext,
  tenantId: string,
  running: Running,
): Promise<readonly Finding[]> {
  const root = await rootOf(context, tenantId);
  return [
    ...(running.link.number === root.number ? checkRoot(root, running.link) : []),
    ...(await strays(context, tenantId, running)),
    ...(await leftovers(context, tenantId)),
  ];
}

async function strays(context: VerifyLogsContext, tenantId: string, { skipped }: Running): Promise<readonly Finding[]> {
  const entries: { readonly name: string; readonly writtenAt: number }[] = [];
  for await (const entry of context.archives.of(tenantId).list()) entries.push(entry);
  // Read after the list: what the log's keeper has added meanwhile is its own.
  const { head, root } = (await logOf(context, tenantId))?.value ?? {};
  if (head === undefined || root === undefined) return [];
  const expired = expiredBefore(context.clock.now(), context.retentionDays);
  const strange = entries.filter(({ name, writtenAt }) => {
    const number = entryNumber(name);
    if (number === undefined || number > head.number + 1 || skipped.includes(number)) return true;
    return number <= root.number && writtenAt >= expired;
  });
  return strange.map(({ name }) => ({ fault: 'invented', where: 'archive', entry: name, event: null }));
}

/** Events from before the root: the retention has removed all that the archive held. */
async function leftovers(context: VerifyLogsContext, tenantId: string): Promise<readonly Finding[]> {
  const to = epochMs((await rootOf(context, tenantId)).until);
  if (to === 0 || (await emptied(context, tenantId))) return [];
  const query = { kind: EVENT_KIND, from: 0, to, limit: LEFTOVERS_NAMED };
  const items = await context.partitions.of(tenantId).committed(query);
  return items.map(({ id }) => ({ fault: 'invented', where: 'partition', entry: null, event: id }));
}

async function compareWithPartition(
  context: VerifyLogsContext,
  tenantId: string,
  digest: Digest,
): Promise<readonly Finding[]> {
  const stored = await eventsIn(context.partitions.of(tenantId), digest);
  const expired = expiredBefore(context.clock.now(), context.retentionDays);
  const findings = compareEvents(digest, stored, expired);
  // Asked afterwards: the erasure may have begun to empty the partition while it was read.
  return findings.length > 0 && (await emptied(context, tenantId)) ? [] : findings;
}

/** Whether the tenant's partition is being emptied, or is empty: its log lives on in the archive alone. */
async function emptied(context: VerifyLogsContext, tenantId: string): Promise<boolean> {
  const phase = await phaseOf(context, tenantId);
  return phase === 'destroying' || phase === 'tombstone';
}

export async function phaseOf(
  { control }: VerifyLogsContext,
  tenantId: string,
): Promise<TenantState['phase'] | undefined> {
  return (await (control.tenantState as ControlContainer<TenantState>).get(tenantId, STATE_ID))?.value.phase;
}

function noted(running: Running, added: readonly Finding[]): Running {
  const findings = [...running.findings, ...added].slice(0, FINDINGS_KEPT);
  return { ...running, findings, found: running.found + added.length };
}

/** Numbers that a digest says it does not follow, though they lie before it: what stands there is not ours. */
function between(lower: number, upper: number): readonly number[] {
  return Array.from({ length: upper - lower - 1 }, (_, at) => lower + 1 + at);
}

async function rootOf(context: VerifyLogsContext, tenantId: string): Promise<LogState['root']> {
  const log = await logOf(context, tenantId);
  if (log === undefined) throw new RangeError(`the log of ${tenantId} is not kept any more`);
  return log.value.root;
}

export async function logOf({ control }: VerifyLogsContext, tenantId: string): Promise<StoredLog | undefined> {
  return (control.tenantState as ControlContainer<LogState>).get(tenantId, LOGS_ID);
}
