import { type DigestClaims, entryHash, entryName, LOG_START, type LogMark, markOf, readEntry } from './digest.ts';
import { checkLink, checkRoot, type EntryFacts, type Finding, type Link } from './verification.ts';

/** A digest that somebody knows from elsewhere, e.g. because he noted it: its number and the hash of its entry. */
export type KnownMark = Pick<LogMark, 'number' | 'hash'>;

export type ExportReport = {
  readonly tenant: string | null;
  /** The first and the last digest in the file; null when it holds none. */
  readonly first: DigestClaims | null;
  readonly last: LogMark | null;
  readonly digests: number;
  readonly events: number;
  readonly findings: readonly Finding[];
};

/** So many places are named one by one; a number that was forged to be huge must not name millions of missing digests. */
const NAMED_AT_MOST = 1000;

interface Line {
  readonly facts: EntryFacts;
  readonly claims: DigestClaims;
}

/**
 * Verifies an exported log: the lines of the file, without their line breaks. Needs nothing but the file. Only `last`, known
 * from elsewhere, can tell that the newest digests were cut off or written anew; only `root` (the newest digest that the
 * retention removed) that the oldest were cut off.
 */
export async function verifyExport(
  lines: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  known: { readonly last?: KnownMark; readonly root?: KnownMark } = {},
): Promise<ExportReport> {
  const byNumber = new Map<number, Line>();
  const findings: Finding[] = [];
  let first: Line | undefined;
  let newest: Line | undefined;
  let events = 0;
  let at = 0;
  for await (const line of lines) {
    at += 1;
    const digest = readEntry(line);
    if (digest === undefined) {
      findings.push({ fault: 'altered', where: 'archive', entry: `line ${at}`, event: null });
      continue;
    }
    const { events: held, ...claims } = digest;
    const entry = { facts: { hash: entryHash(line), claims }, claims };
    if (byNumber.has(claims.number)) {
      findings.push({ fault: 'invented', where: 'archive', entry: `line ${at}`, event: null });
      continue;
    }
    events += held.length;
    byNumber.set(claims.number, entry);
    if (newest !== undefined && claims.number < newest.claims.number) {
      findings.push({ fault: 'reordered', where: 'archive', entry: `line ${at}`, event: null });
    } else newest = entry;
    if (first === undefined || claims.number < first.claims.number) first = entry;
  }
  return {
    tenant: newest?.claims.tenant ?? null,
    first: first?.claims ?? null,
    last: newest === undefined ? null : markOf(newest.claims, newest.facts.hash),
    digests: byNumber.size,
    events,
    findings: [...findings, ...walk(byNumber, newest, first, known)],
  };
}

/** From the newest digest back to the oldest. What the chain never leads to does not belong to it. */
function walk(
  byNumber: ReadonlyMap<number, Line>,
  newest: Line | undefined,
  first: Line | undefined,
  { last, root }: { readonly last?: KnownMark; readonly root?: KnownMark },
): readonly Finding[] {
  const findings: Finding[] = [];
  const tenant = newest?.claims.tenant ?? '';
  const from = last ?? { number: newest?.claims.number ?? 0, hash: null };
  let link: Link = { ...from, until: null, vouched: true };
  const down = root?.number ?? Math.max(0, (first?.claims.number ?? 1) - 1);
  const met = new Set<number>();
  while (link.number > down) {
    met.add(link.number);
    const check = checkLink(tenant, link, byNumber.get(link.number)?.facts);
    findings.push(...check.findings);
    link = findings.length < NAMED_AT_MOST ? check.next : nextInFile(byNumber, check.next);
  }
  const start = down === 0 ? LOG_START : undefined;
  if (start !== undefined) findings.push(...checkRoot(start, link));
  else if (root !== undefined && link.hash !== null) {
    findings.push(...checkRoot({ ...root, until: link.until ?? '' }, link));
  }
  for (const number of byNumber.keys()) {
    if (!met.has(number)) findings.push({ fault: 'invented', where: 'archive', entry: entryName(number), event: null });
  }
  return findings;
}

function nextInFile(byNumber: ReadonlyMap<number, Line>, link: Link): Link {
  if (byNumber.has(link.number)) return link;
  const below = [...byNumber.keys()].filter((number) => number < link.number);
  return { ...link, number: Math.max(0, ...below), hash: null, until: null };
}
