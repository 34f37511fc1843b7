import { setImmediate } from 'node:timers/promises';
import * as z from 'zod';
import { civilDay } from '../../domain/calendar.ts';
import { canonicalJson } from '../../domain/collections/canonical-json.ts';
import type { Collection } from '../../domain/collections/collection.ts';
import { line, recordId } from '../../domain/collections/field-schemas.ts';
import { nameMatcher, searchKey } from '../../domain/names.ts';
import { Failure, type InputError } from '../../model/failure.ts';
import type { CivilDay } from '../../model/instant.ts';
import type { Caller } from '../pipeline/caller.ts';
import { sessionEndpoint } from '../pipeline/endpoint.ts';
import { cardPortions, type OpenedCard, sorted } from './cards.ts';
import { readScope, within } from './reach.ts';
import { type RecordShapes, withStanding } from './shapes.ts';

/** Cards opened between two breaths: some 2 to 4 ms, so that other requests of the instance wait no longer. */
const PORTION = 100;
const MOST_FOUND = 200;

/**
 * Finds records by any part of a name, written in kanji or kana of any form. Without a facility the whole tenant is
 * searched, as far as the caller reaches: with two characters or more, and one such search at a time for each account
 * and instance. The text stands in no event, no log and no URL.
 */
export function searchRecords<Fields extends object, Card extends object>(
  collection: Collection<Fields, Card>,
  shapes: RecordShapes,
) {
  const { kind, label, names } = collection;
  const underWay = new Set<string>();
  return sessionEndpoint({
    name: `search${names.many}`,
    summary: { ja: `${label.ja}を探す`, en: `Search ${names.many.toLowerCase()}` },
    body: {
      format: 'json',
      schema: z.strictObject({
        text: line(100),
        facility: recordId.exactOptional(),
        left: z.literal('include').exactOptional(),
      }),
    },
    answers: {
      200: {
        description: `At most ${MOST_FOUND} cards; with \`more\` there are others, and a longer text finds fewer.`,
        schema: z.strictObject({ items: z.array(shapes.card), more: z.boolean() }),
      },
    },
    failures: ['not-found', 'busy-with-your-last'],
    async handle(caller, { body }) {
      const { text, facility, left } = body;
      const scope = readScope(caller, collection);
      requireLength(text, facility === undefined ? 2 : 1);
      if (facility !== undefined && !within(scope, facility)) throw await caller.outOfReach('facility', facility);
      const facts = { action: 'records-searched', targetKind: kind.name, facility: facility ?? null } as const;
      const filter = { facility, left, text: searchKey(text) };

      const searcher = `${caller.tenant.tenantId}/${caller.accountId}`;
      if (facility === undefined) {
        if (underWay.has(searcher)) throw new Failure('busy-with-your-last', { retryAfter: 1 });
        underWay.add(searcher);
      }
      try {
        await caller.noteOnceAnHour(canonicalJson([kind.name, filter]), facts);
        const today = civilDay(caller.now);
        const stretches = facility !== undefined ? [facility] : scope === 'all' ? [undefined] : scope;
        const found = await find(caller, collection, stretches, left === undefined ? today : undefined, text);
        const shown = sorted(collection, found.slice(0, MOST_FOUND), undefined, today).map(({ item, card }) =>
          withStanding(collection, item, collection.shown(card, today)),
        );
        return { status: 200, body: { items: shown, more: found.length > MOST_FOUND } };
      } finally {
        if (facility === undefined) underWay.delete(searcher);
      }
    },
  });
}

/** Cards whose key has the text, of these facilities (undefined = all); stops when more than can be shown are found. */
async function find<Card extends object>(
  caller: Caller,
  collection: Collection<object, Card>,
  facilities: readonly (string | undefined)[],
  dayFrom: CivilDay | undefined,
  text: string,
): Promise<readonly OpenedCard<Card>[]> {
  const matches = nameMatcher(text);
  const found: OpenedCard<Card>[] = [];
  for (const facility of facilities) {
    const wanted = { ...(facility === undefined ? {} : { facility }), ...(dayFrom === undefined ? {} : { dayFrom }) };
    for await (const portion of cardPortions(caller.tenant, collection, wanted, PORTION)) {
      for (const opened of portion) {
        if (matches(collection.searchKey?.(opened.card) ?? '')) found.push(opened);
        if (found.length > MOST_FOUND) return found;
      }
      await setImmediate();
    }
  }
  return found;
}

/** Counted in characters of the search key, so that spaces and half-width voicing marks do not count. */
function requireLength(text: string, least: number): void {
  if ([...searchKey(text)].length >= least) return;
  const error: InputError = {
    pointer: '/text',
    code: 'too-short',
    text: {
      ja: `${least}文字以上入力してください。園を選ぶと1文字でも探せます。`,
      en: `Type at least ${least} character${least === 1 ? '' : 's'}. Within one facility a single one will do.`,
    },
  };
  throw new Failure('invalid-input', { errors: [error] });
}
