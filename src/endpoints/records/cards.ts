import type { Collection } from '../../domain/collections/collection.ts';
import { isStub } from '../../domain/collections/record-writes.ts';
import type { TenantHandle } from '../../domain/tenant-handle.ts';
import type { FacilityScope } from '../../model/grants.ts';
import type { CivilDay } from '../../model/instant.ts';
import type { ListQuery, StoredItem } from '../../ports/partition-store.ts';
import { within } from './reach.ts';

export interface OpenedCard<Card> {
  readonly item: StoredItem;
  readonly card: Card;
}

type Wanted = Pick<ListQuery, 'facility' | 'dayFrom' | 'after'>;

/** The store's largest page: the list of a facility takes one read. */
const LARGEST_READ = 2000;

/** Reads of one page of a list over several facilities, at most: what is out of scope is passed over within it. */
const READS_PER_PAGE = 10;

/** Cards of a stretch of the collection, opened in portions as they are asked for; stubs are passed over. */
export async function* cardPortions<Card extends object>(
  tenant: TenantHandle,
  { kind }: Collection<object, Card>,
  wanted: Wanted,
  size: number,
): AsyncGenerator<readonly OpenedCard<Card>[]> {
  let query: ListQuery = { kind: kind.name, parts: 'card', limit: size, ...wanted };
  for (;;) {
    const items = await tenant.list(query);
    const opened: OpenedCard<Card>[] = [];
    for (const item of items) if (!isStub(item)) opened.push({ item, card: await tenant.card<Card>(kind, item) });
    yield opened;
    const last = items.at(-1);
    if (last === undefined || items.length < size) return;
    query = { ...query, after: last.id };
  }
}

/** All cards of a facility. */
export async function facilityCards<Card extends object>(
  tenant: TenantHandle,
  collection: Collection<object, Card>,
  wanted: { readonly facility: string; readonly dayFrom?: CivilDay },
): Promise<readonly OpenedCard<Card>[]> {
  const all: OpenedCard<Card>[] = [];
  for await (const portion of cardPortions(tenant, collection, wanted, LARGEST_READ)) all.push(...portion);
  return all;
}

/**
 * The next cards in id order, at most `limit`, of the facilities in scope. `next` is the position that was reached,
 * null at the end; a page may be short, even empty, and have a next one, because reads are bounded.
 */
export async function cardPage<Card extends object>(
  tenant: TenantHandle,
  { kind }: Collection<object, Card>,
  scope: FacilityScope,
  wanted: Wanted,
  limit: number,
  listed: (card: Card) => boolean,
): Promise<{ readonly cards: readonly OpenedCard<Card>[]; readonly next: string | null }> {
  const [only, ...others] = scope === 'all' ? [] : scope;
  const oneFacility = only !== undefined && others.length === 0 ? { facility: only } : {};
  const cards: OpenedCard<Card>[] = [];
  let next = wanted.after;
  for (let reads = 0; scope.length > 0 && reads < READS_PER_PAGE; reads += 1) {
    const after = next === undefined ? {} : { after: next };
    const items = await tenant.list({ kind: kind.name, parts: 'card', limit, ...wanted, ...oneFacility, ...after });
    for (const item of items) {
      next = item.id;
      if (isStub(item) || !within(scope, item.index.facility)) continue;
      const card = await tenant.card<Card>(kind, item);
      if (!listed(card)) continue;
      cards.push({ item, card });
      if (cards.length === limit) return { cards, next };
    }
    if (items.length < limit) return { cards, next: null };
  }
  return { cards, next: scope.length === 0 ? null : (next ?? null) };
}

/** Cards in one of the collection's orders, the first unless told; equal ones by id. */
export function sorted<Card extends object>(
  { sorts }: Collection<object, Card>,
  cards: readonly OpenedCard<Card>[],
  by: string | undefined,
  day: CivilDay,
): readonly OpenedCard<Card>[] {
  const sort = by === undefined ? Object.values(sorts)[0] : sorts[by];
  return cards
    .map((opened) => ({ opened, key: `${sort?.key(opened.card, day) ?? ''}\u0000${opened.item.id}` }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ opened }) => opened);
}
