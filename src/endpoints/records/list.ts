import * as z from 'zod';
import { civilDay } from '../../domain/calendar.ts';
import { canonicalJson } from '../../domain/collections/canonical-json.ts';
import { CLASSES } from '../../domain/collections/classes.ts';
import type { Collection, Filter } from '../../domain/collections/collection.ts';
import { because, day, recordId } from '../../domain/collections/field-schemas.ts';
import { Failure } from '../../model/failure.ts';
import type { CivilDay } from '../../model/instant.ts';
import type { Answer } from '../pipeline/answer.ts';
import type { Caller } from '../pipeline/caller.ts';
import { sessionEndpoint } from '../pipeline/endpoint.ts';
import { cardPage, facilityCards, type OpenedCard, sorted } from './cards.ts';
import { findRecord, readScope, within } from './reach.ts';
import { type RecordShapes, withStanding } from './shapes.ts';

interface ListInput extends Filter {
  readonly facility?: string;
  readonly day?: CivilDay;
  readonly sort?: string;
  readonly left?: 'include';
  readonly closed?: 'include';
  readonly limit?: number;
  readonly cursor?: string;
}

const DEFAULT_PAGE = 50;
const LARGEST_PAGE = 200;

const WHOLE_ONLY = because(
  'needs-facility',
  '並べ替えには、園かクラスの指定が必要です。',
  'Sorting needs a facility or class.',
);
const PAGED_ONLY = because(
  'whole-list',
  '園かクラスの一覧は一度に全部返ります。limit と cursor は付けないでください。',
  'The list of a facility or class comes whole: send neither limit nor cursor.',
);

/**
 * Cards: of a facility or a class the whole list of a day (today unless told), sorted; otherwise of all facilities
 * within reach, in id order by pages. A cursor is a position and nothing else: scope and filters apply anew each time.
 */
export function listRecords<Fields extends object, Card extends object>(
  collection: Collection<Fields, Card>,
  shapes: RecordShapes,
) {
  const { kind, label, names } = collection;
  return sessionEndpoint({
    name: `list${names.many}`,
    summary: { ja: `${label.ja}の一覧`, en: `List ${names.many.toLowerCase()}` },
    query: querySchema(collection),
    answers: {
      200: {
        description: 'Cards. `next`, when it is not null, is the cursor of the next page.',
        schema: z.strictObject({ items: z.array(shapes.card), next: recordId.nullable() }),
      },
    },
    failures: ['not-found'],
    async handle(caller, { query }) {
      const facility = await facilityAskedFor(caller, collection, query);
      const on = query.day ?? civilDay(caller.now);
      if (kind.readLogged) {
        const { sort: _sort, limit: _limit, cursor: _cursor, ...filter } = query;
        const facts = { action: 'records-listed', targetKind: kind.name, facility: facility ?? null } as const;
        await caller.noteOnceAnHour(canonicalJson([kind.name, filter]), facts);
      }
      const everybody = (query.left ?? query.closed) === 'include';
      const wanted = (card: Card) => collection.listed(card, query, on, everybody);
      const from = everybody ? {} : { dayFrom: on };
      if (facility !== undefined) {
        const cards = await facilityCards(caller.tenant, collection, { facility, ...from });
        const listed = cards.filter(({ card }) => wanted(card));
        return listAnswer(collection, sorted(collection, listed, query.sort, on), null, on);
      }
      const page = { ...from, ...(query.cursor === undefined ? {} : { after: query.cursor }) };
      const scope = readScope(caller, collection);
      const { cards, next } = await cardPage(
        caller.tenant,
        collection,
        scope,
        page,
        query.limit ?? DEFAULT_PAGE,
        wanted,
      );
      return listAnswer(collection, cards, next, on);
    },
  });
}

function listAnswer<Card extends object>(
  collection: Collection<object, Card>,
  cards: readonly OpenedCard<Card>[],
  next: string | null,
  on: CivilDay,
): Answer {
  const items = cards.map(({ item, card }) => withStanding(collection, item, collection.shown(card, on)));
  return { status: 200, body: { items, next } };
}

/** The facility whose whole list is meant: named, or that of the class that is named. Throws Failure `not-found`. */
async function facilityAskedFor(
  caller: Caller,
  collection: Collection<object, object>,
  query: ListInput,
): Promise<string | undefined> {
  const scope = readScope(caller, collection);
  if (query.class === undefined) {
    if (query.facility === undefined || within(scope, query.facility)) return query.facility;
    throw await caller.outOfReach('facility', query.facility);
  }
  const { facility } = (await findRecord(caller, CLASSES, query.class, 'none')).index;
  if (!within(scope, facility)) throw await caller.outOfReach('class', query.class);
  if (query.facility !== undefined && query.facility !== facility) throw new Failure('not-found');
  return facility;
}

function querySchema(collection: Collection<object, object>): z.ZodType<ListInput> {
  const filters = Object.entries(collection.filters).map(([name, filter]) => [name, filter.exactOptional()]);
  const [first, ...others] = Object.keys(collection.sorts);
  return z
    .strictObject({
      facility: recordId.exactOptional(),
      day: day.exactOptional(),
      sort: z.enum([first ?? '', ...others]).exactOptional(),
      ...(collection.ends === 'closed'
        ? { closed: z.literal('include').exactOptional() }
        : { left: z.literal('include').exactOptional() }),
      limit: z.coerce.number().int().min(1).max(LARGEST_PAGE).exactOptional(),
      cursor: recordId.exactOptional(),
      ...(Object.fromEntries(filters) as Record<string, z.ZodType>),
    })
    .superRefine((query: ListInput, context) => {
      const whole = query.facility !== undefined || query.class !== undefined;
      if (!whole && query.sort !== undefined) context.addIssue({ code: 'custom', path: ['sort'], ...WHOLE_ONLY });
      for (const name of ['limit', 'cursor'] as const) {
        if (whole && query[name] !== undefined) context.addIssue({ code: 'custom', path: [name], ...PAGED_ONLY });
      }
    }) as z.ZodType<ListInput>;
}
