import { type EpochMs, epochMs, type Instant } from '../../model/instant.ts';
import type { StoredItem } from '../../ports/partition-store.ts';
import { canonicalJson } from '../collections/canonical-json.ts';
import { archivedEvent, type Digest, type DigestClaims, entryName, type LogMark } from './digest.ts';

/**
 * What is wrong with a log.
 * - `missing`: what was written is not there any more, at the end of the log (truncated) as anywhere else
 * - `altered`: what is there is not what was written
 * - `invented`: it was never written by the service
 * - `reordered`: it stands in another place than it was written to
 * - `unvouched`: it does not fit the next digest, which is itself not what was written; so nothing tells which of them is
 * - `unsound`: the chain vouches for it, and yet it does not continue the digest before
 */
export type Fault = 'missing' | 'altered' | 'invented' | 'reordered' | 'unvouched' | 'unsound';

/** One thing that is wrong, and the place. */
export type Finding = {
  readonly fault: Fault;
  readonly where: 'archive' | 'partition';
  /** Name of the archive entry, whose digest covers the place; null for what is older than all of them. */
  readonly entry: string | null;
  /** Id of the event; null when it is about the entry as a whole. */
  readonly event: string | null;
};

/** What the digest after says of the one to look at next: a log is verified from its head backwards, because hashes point back. */
export type Link = {
  readonly number: number;
  /** Null when nothing says it: the digest after is missing or unreadable. */
  readonly hash: string | null;
  readonly until: Instant | null;
  /** Whether every digest after it is what was written. */
  readonly vouched: boolean;
};

/** What is known of an entry that was read: its hash, and what it says when it is a digest at all. */
export interface EntryFacts {
  readonly hash: string;
  readonly claims: DigestClaims | undefined;
}

export interface LinkCheck {
  readonly findings: readonly Finding[];
  /** Whether the entry is what was written, as far as can be told: only then its events say what the partition must hold. */
  readonly sound: boolean;
  readonly next: Link;
}

/** Where the verification of a log begins: its head, as the service keeps it apart from archive and partition. */
export function linkTo({ number, hash, until }: LogMark): Link {
  return { number, hash, until, vouched: true };
}

/** Holds one entry against what the digest after says of it. `facts` is undefined when there is no such entry. */
export function checkLink(tenant: string, link: Link, facts: EntryFacts | undefined): LinkCheck {
  const { number, hash, until, vouched } = link;
  const finding = (fault: Fault): readonly Finding[] => [
    { fault, where: 'archive', entry: entryName(number), event: null },
  ];
  const unknown: Link = { number: number - 1, hash: null, until: null, vouched: false };
  if (facts === undefined) return { findings: finding('missing'), sound: false, next: unknown };
  const { claims } = facts;
  const own = claims !== undefined && claims.tenant === tenant && claims.number === number;
  if (hash !== null && facts.hash !== hash) {
    const findings = finding(vouched ? 'altered' : 'unvouched');
    if (!own || claims.follows !== number - 1) return { findings, sound: false, next: unknown };
    const next = { number: claims.follows, hash: claims.previous, until: claims.from, vouched: false };
    return { findings, sound: false, next };
  }
  if (!own) return { findings: finding(hash === null ? 'altered' : 'unsound'), sound: false, next: unknown };
  const next = { number: claims.follows, hash: claims.previous, until: claims.from, vouched };
  const fits = until === null || claims.to === until;
  return { findings: fits ? [] : finding('unsound'), sound: fits, next };
}

/** Holds the end of the walk against the root: the last digest that the retention removed, or the start of the log. */
export function checkRoot(root: LogMark, link: Link): readonly Finding[] {
  const known = link.hash !== null && link.vouched;
  const same = link.number === root.number && link.hash === root.hash && link.until === root.until;
  return known && !same ? [{ fault: 'unsound', where: 'archive', entry: entryName(link.number + 1), event: null }] : [];
}

/**
 * Holds the partition's events within a digest's bounds against the digest. An event that is missing and was committed before
 * `expiredBefore` is none of the findings: the retention may have removed it.
 */
export function compareEvents(
  digest: Pick<Digest, 'number' | 'events'>,
  stored: readonly StoredItem[],
  expiredBefore: EpochMs,
): readonly Finding[] {
  const entry = entryName(digest.number);
  const found = (fault: Fault, event: string): Finding => ({ fault, where: 'partition', entry, event });
  const standing = new Map(stored.map((item) => [item.id, item]));
  const findings: Finding[] = [];
  for (const event of digest.events) {
    const item = standing.get(event.id);
    standing.delete(event.id);
    if (item === undefined) {
      if (epochMs(event.committedAt) >= expiredBefore) findings.push(found('missing', event.id));
    } else if (!isArchived(item, event)) findings.push(found('altered', event.id));
  }
  return [...findings, ...[...standing.keys()].map((id) => found('invented', id))];
}

/** Whether the partition's item is exactly the archived event. An event that could expire would vanish unseen. */
export function isArchived(item: StoredItem, event: Digest['events'][number]): boolean {
  return item.expiresAt === null && canonicalJson(archivedEvent(item)) === canonicalJson(event);
}
