import * as z from 'zod';
import { ACTIONS, EVENT_KIND, eventOf } from '../../domain/audit/events.ts';
import { canonicalJson } from '../../domain/collections/canonical-json.ts';
import { because } from '../../domain/collections/field-schemas.ts';
import { UUID_OF_SERVICE } from '../../domain/ids.ts';
import { instantInput } from '../../domain/instant-input.ts';
import { epochMs } from '../../model/instant.ts';
import type { StoredItem, TimelinePosition, TimelineQuery } from '../../ports/partition-store.ts';
import type { Caller } from '../pipeline/caller.ts';
import { sessionEndpoint } from '../pipeline/endpoint.ts';

/** The most that a store gives at once. */
const LIMIT = { standard: 100, most: 500 };

/** What ids can be made of in every store: a name, which has no place in a URL, is refused. */
const TARGET_ID = /^[A-Za-z0-9_:-]{1,200}$/;

const cursorInput = z
  .string()
  .refine(
    (text) => positionOf(text) !== undefined,
    because(
      'no-cursor',
      '続きの位置（cursor）が正しくありません。',
      'Give the cursor exactly as the page before gave it.',
    ),
  );

const query = z.strictObject({
  account: z.string().regex(UUID_OF_SERVICE).exactOptional().meta({ description: 'Who did it.' }),
  action: z.enum(ACTIONS).exactOptional(),
  target: z.string().regex(TARGET_ID).exactOptional().meta({ description: 'Id of what it was done to.' }),
  from: instantInput.exactOptional(),
  to: instantInput.exactOptional().meta({ description: 'Exclusive.' }),
  limit: z.coerce.number().int().min(1).max(LIMIT.most).default(LIMIT.standard),
  cursor: cursorInput.exactOptional(),
});
type Query = z.infer<typeof query>;

const eventShown = z
  .strictObject({
    id: z.string(),
    at: z.iso.datetime(),
    action: z.enum(ACTIONS),
    actor: z.string().nullable().meta({ description: 'Id of the account; null where nobody was signed in.' }),
    session: z.string().nullable(),
    address: z.string().nullable(),
    agent: z.string().nullable(),
    targetKind: z.string().nullable(),
    targets: z.array(z.string()),
    facility: z.string().nullable(),
    result: z.enum(['done', 'refused', 'failed']),
    reason: z.string().nullable(),
    version: z.string().nullable(),
    trace: z.string(),
  })
  .meta({ id: 'AuditEvent' });

const answer = z
  .strictObject({
    items: z.array(eventShown),
    next: z.string().nullable().meta({ description: 'The cursor of the next, older page; null on the last one.' }),
  })
  .meta({ id: 'AuditEventList' });

/**
 * GET /audit-events: who did and who saw what, newest first by (at, id). Whoever may read it for some facilities only
 * sees the events of those. Events name people by account id. Reading is itself told, once an hour and filter.
 */
export const listAuditEvents = sessionEndpoint({
  name: 'listAuditEvents',
  summary: { ja: '操作履歴・閲覧履歴を見る', en: 'List audit events' },
  query,
  answers: { 200: { description: 'A page of events', schema: answer } },
  async handle(caller, { query: asked }) {
    const { limit, cursor, ...filter } = asked;
    await caller.noteOnceAnHour(canonicalJson(filter), { action: 'events-listed' });
    const before = cursor === undefined ? undefined : positionOf(cursor);
    const items = await caller.tenant.timeline({
      kind: EVENT_KIND,
      limit,
      where: conditions(caller, filter),
      ...(filter.from !== undefined && { from: epochMs(filter.from) }),
      ...(filter.to !== undefined && { to: epochMs(filter.to) }),
      ...(before !== undefined && { before }),
    });
    const last = items.length < limit ? undefined : items.at(-1);
    return { status: 200, body: { items: items.map(eventOf), next: last === undefined ? null : cursorOf(last) } };
  },
});

function conditions(
  caller: Caller,
  { account, action, target }: Pick<Query, 'account' | 'action' | 'target'>,
): NonNullable<TimelineQuery['where']> {
  const facilities = caller.facilities('audit', 'read');
  return [
    ...(facilities === 'all' ? [] : [{ field: 'facility', anyOf: facilities }]),
    ...(account === undefined ? [] : [{ field: 'actor', is: account }]),
    ...(action === undefined ? [] : [{ field: 'action', is: action }]),
    ...(target === undefined ? [] : [{ field: 'targets', has: target }]),
  ];
}

/** The position and nothing else: milliseconds since 1970 and the event's id. */
function cursorOf({ id, index }: StoredItem): string {
  return `${index.at}.${id}`;
}

function positionOf(cursor: string): TimelinePosition | undefined {
  const [, at, id] = /^(\d{1,15})\.([0-9a-f-]{36})$/.exec(cursor) ?? [];
  return at === undefined || id === undefined ? undefined : { at: Number(at), id };
}
