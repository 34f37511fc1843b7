import * as z from 'zod';
import { Failure } from '../../model/failure.ts';
import type { LogArchive } from '../../ports/log-archive.ts';
import type { Caller } from '../pipeline/caller.ts';
import { sessionEndpoint } from '../pipeline/endpoint.ts';

/** A digest is written hourly at most: 500 are three weeks. Each is a read of its own. */
const MOST_ENTRIES = 500;
/** Bytes of one answer: two digests that are full. */
const MOST_BYTES = 4_000_000;

/** Media type of lines of JSON. Source: the convention of ndjson.org; none is registered. */
const NDJSON = 'application/x-ndjson';
const LINE_BREAK = Buffer.from('\n');

const query = z.strictObject({
  after: z
    .string()
    .regex(/^[a-z0-9-]{1,100}$/)
    .exactOptional()
    .meta({ description: 'Name of the last entry that the caller has: its number in ten digits.' }),
  limit: z.coerce.number().int().min(1).max(MOST_ENTRIES).default(MOST_ENTRIES),
});

/**
 * GET /audit-events/archive: the tenant's own log as the write-once archive holds it, oldest first: one entry per line, byte
 * for byte, none cut in two. An answer holds at most `limit` entries and about 4 MB, but one entry at least where there is
 * one; the answers joined in order verify offline. Entries are not made by facility, so whoever may read the log for some
 * facilities only is refused. The log tells of it, once per session and hour, before an answer leaves.
 */
export const exportLog = sessionEndpoint({
  name: 'exportLog',
  summary: { ja: '操作履歴・閲覧履歴を書き出す', en: 'Take out the whole log' },
  description: [
    'One archive entry per line, oldest first: a digest of the events of an hour or more, with the hash of the digest before.',
    'While there is more, the header `x-next` holds the path and query of the next answer; the last one has no such header.',
    'The answers joined in order are the file that `ops logs verify --file` verifies offline.',
    'What is younger than its first digest (70 minutes at most) is not in it yet. Needs the area for all facilities.',
  ].join(' '),
  query,
  confirm: true,
  answers: { 200: { description: 'Entries, as they are archived', type: NDJSON } },
  async handle(caller, { query: { after, limit } }, { archiveOf }) {
    await requireEveryFacility(caller);
    await caller.noteOnceAnHour('archive', { action: 'log-exported' });
    const { lines, next } = await entriesAfter(archiveOf(caller.tenant), after ?? '', limit);
    return {
      status: 200,
      content: { type: NDJSON, bytes: Buffer.concat(lines) },
      ...(next !== undefined && { headers: { 'x-next': `/api/audit-events/archive?after=${next}&limit=${limit}` } }),
    };
  },
});

/** Throws Failure `not-permitted`, noted in the audit log, for whoever may read the log for some facilities only. */
async function requireEveryFacility(caller: Caller): Promise<void> {
  if (caller.may('audit', 'read', 'all')) return;
  const facts = { action: 'access-refused', result: 'refused', reason: 'every-facility-read' } as const;
  await caller.noteOnceAnHour('archive', facts);
  throw new Failure('not-permitted', {
    text: {
      ja: '書き出しには、すべての園の操作履歴を見る権限が必要です。必要なときは園の管理者に頼んでください。',
      en: 'The log is taken out whole: this needs permission to read it for all facilities. If you need it, ask your administrator.',
    },
  });
}

/** The entries whose names follow `after`; `next` is the name of the last one when more follow it. */
async function entriesAfter(
  archive: Pick<LogArchive, 'read' | 'list'>,
  after: string,
  limit: number,
): Promise<{ readonly lines: readonly Uint8Array[]; readonly next: string | undefined }> {
  const lines: Uint8Array[] = [];
  let entries = 0;
  let bytes = 0;
  let last = after;
  for await (const { name } of archive.list()) {
    if (name <= after) continue;
    if (entries === limit) return { lines, next: last };
    const entry = await archive.read(name);
    // The retention has removed it since the list was asked for.
    if (entry === undefined) continue;
    if (entries > 0 && bytes + entry.length > MOST_BYTES) return { lines, next: last };
    lines.push(entry, LINE_BREAK);
    entries += 1;
    bytes += entry.length;
    last = name;
  }
  return { lines, next: undefined };
}
