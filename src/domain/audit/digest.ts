import { createHash } from 'node:crypto';
import * as z from 'zod';
import { type EpochMs, epochMs, type Instant, instant, MINUTE } from '../../model/instant.ts';
import type { JsonObject } from '../../model/json.ts';
import type { ItemIndex, StoredItem } from '../../ports/partition-store.ts';

/**
 * Digests: what the archive of a tenant's events is made of. Digest n holds every event whose commit time is in its bounds,
 * and the hash of the digest before. One digest is one archive entry: a JSON object in one line, without a line break at its
 * end. An exported log is these lines in order (NDJSON), so that it can be verified without the service.
 */

/** Where a chain of digests stands after one of them. */
export type LogMark = {
  /** Of the digest, from 1 on; 0 before the first. */
  readonly number: number;
  /** SHA-256 of its entry's bytes, hex. */
  readonly hash: string;
  /** The upper bound of what it covers: commit time, exclusive. */
  readonly until: Instant;
};

export const LOG_START: LogMark = { number: 0, hash: '0'.repeat(64), until: instant(0) };

/** An event as it stood in the partition, with everything that can be told from it there. */
export interface ArchivedEvent {
  readonly id: string;
  readonly committedAt: Instant;
  readonly index: ItemIndex;
  readonly clear: JsonObject | null;
}

/** What a digest says of itself. */
export type DigestClaims = {
  readonly tenant: string;
  readonly number: number;
  /** Number of the digest before: one less, unless an entry that is none of the service's own took that name. */
  readonly follows: number;
  /** The hash of the digest before. */
  readonly previous: string;
  /** Bounds of the commit times: inclusive. */
  readonly from: Instant;
  /** Exclusive. */
  readonly to: Instant;
};

export type Digest = DigestClaims & {
  /** In the order of (commit time, id). */
  readonly events: readonly ArchivedEvent[];
};

const FORMAT = 'leyserkids-log-1';
/** Room for more digests than hourly ones of a million years, so that the order of names is the order of numbers. */
const NAME_DIGITS = 10;
const NAME = /^\d{10}$/;
const HASH = /^[0-9a-f]{64}$/;
/** An event whose own time is further from its commit time than this was written by a clock that is wrong, or by a hand. */
const APART_AT_MOST = 10 * MINUTE;

const time = z.iso.datetime({ precision: 3 });
const entrySchema = z.strictObject({
  format: z.literal(FORMAT),
  tenant: z.string(),
  number: z.int().min(1),
  follows: z.int().min(0),
  previous: z.string().regex(HASH),
  from: time,
  to: time,
  events: z
    .array(
      z.strictObject({
        id: z.string(),
        committedAt: time,
        index: z.record(z.string(), z.unknown()),
        clear: z.record(z.string(), z.unknown()).nullable(),
      }),
    )
    .min(1),
});

/** The name of a digest's entry in the archive. */
export function entryName(number: number): string {
  return String(number).padStart(NAME_DIGITS, '0');
}

/** The number behind an entry's name, or undefined for a name that no digest has. */
export function entryNumber(name: string): number | undefined {
  return NAME.test(name) && name !== entryName(0) ? Number(name) : undefined;
}

export function archivedEvent({ id, committedAt, index, clear }: StoredItem): ArchivedEvent {
  return { id, committedAt: instant(committedAt), index, clear };
}

/** The digest that continues `mark`, under `number`, with the events committed from there until `to` (exclusive). */
export function digestAfter(
  tenant: string,
  mark: LogMark,
  number: number,
  events: readonly ArchivedEvent[],
  to: EpochMs,
): Digest {
  const { number: follows, hash: previous, until: from } = mark;
  return { tenant, number, follows, previous, from, to: instant(to), events };
}

/** The bytes of a digest's entry. */
export function entryBytes({ tenant, number, follows, previous, from, to, events }: Digest): Uint8Array {
  return Buffer.from(JSON.stringify({ format: FORMAT, tenant, number, follows, previous, from, to, events }));
}

export function entryHash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/**
 * The digest in an entry, or undefined when these bytes are none: no such JSON, or events that are out of order or out of the
 * digest's own bounds. Says nothing about the chain.
 */
export function readEntry(bytes: Uint8Array): Digest | undefined {
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(bytes).toString());
  } catch {
    return undefined;
  }
  const parsed = entrySchema.safeParse(json);
  if (!parsed.success) return undefined;
  const digest = parsed.data as unknown as Digest;
  return digest.follows < digest.number && digest.from < digest.to && inOrder(digest) ? digest : undefined;
}

/** Instants are compared as texts: all have one form. */
function inOrder({ from, to, events }: Digest): boolean {
  return events.every(({ id, committedAt }, at) => {
    const before = events[at - 1];
    const after =
      before === undefined ||
      before.committedAt < committedAt ||
      (before.committedAt === committedAt && before.id < id);
    return after && from <= committedAt && committedAt < to;
  });
}

export function markOf(digest: DigestClaims, hash: string): LogMark {
  return { number: digest.number, hash, until: digest.to };
}

/** Whether the digest is the next one after `mark`. */
export function continues(digest: DigestClaims, tenant: string, mark: LogMark): boolean {
  return (
    digest.tenant === tenant &&
    digest.follows === mark.number &&
    digest.previous === mark.hash &&
    digest.from === mark.until
  );
}

/** The events whose own time, as people see it and as the store finds it, is more than 10 minutes from their commit time. */
export function farFromCommit(events: readonly ArchivedEvent[]): readonly ArchivedEvent[] {
  return events.filter(({ committedAt, index, clear }) => {
    const shown = Date.parse(String(clear?.['at']));
    return [shown, index.at ?? Number.NaN].some((at) => !(Math.abs(at - epochMs(committedAt)) <= APART_AT_MOST));
  });
}
