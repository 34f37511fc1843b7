import * as z from 'zod';
import { DAY, type EpochMs, SECOND } from '../../model/instant.ts';
import type { JsonObject } from '../../model/json.ts';
import type { ItemIndex, ItemKey, NewItem, Parts, StoredItem } from '../../ports/partition-store.ts';
import { StoreError } from '../../ports/store-error.ts';
import { storedEtag } from './stored-etag.ts';

/** How long expired items stay, so that a clock set wrong for a while destroys nothing. The embedded store waits as long. */
const TIDY_AFTER_MS = DAY;
/** The longest that Cosmos DB takes for `ttl`, in seconds. Source: its documentation of time to live. */
const LONGEST_TTL = 2_147_483_647;

const jsonObject = z.custom<JsonObject>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
);

/** An item as it comes back; properties that a query left out are absent. */
const documentSchema = z.object({
  kind: z.string(),
  key: z.string(),
  facility: z.string().optional(),
  class: z.string().optional(),
  day: z.string().optional(),
  at: z.number().optional(),
  clear: jsonObject.optional(),
  card: z.string().optional(),
  body: z.string().optional(),
  expiresAt: z.number().optional(),
  _etag: z.string(),
  _ts: z.number(),
});
export type ItemDocument = z.infer<typeof documentSchema>;

/** The properties that every read brings; the sealed parts come on demand. */
export const ITEM_PROPERTIES = [
  'kind',
  'key',
  'facility',
  'class',
  'day',
  'at',
  'clear',
  'expiresAt',
  '_etag',
  '_ts',
] as const;

/** The document's id: kinds hold no colon and the rule of `ItemKey` no sign that Cosmos DB forbids. */
export function itemId(key: ItemKey): string {
  return `${key.kind}:${key.id}`;
}

/** The document that stands for an item. What the item lacks is left out. `now`: the Clock's, for the time to live. */
export function itemDocument(tenantId: string, item: NewItem, now: EpochMs): JsonObject & { readonly id: string } {
  const { kind, id, index, clear, card, body, expiresAt } = item;
  return {
    id: itemId(item),
    tenantId,
    kind,
    key: id,
    ...index,
    ...(clear === null ? {} : { clear }),
    ...(card === null ? {} : { card }),
    ...(body === null ? {} : { body }),
    ...(expiresAt === null ? {} : { expiresAt, ttl: timeToLive(expiresAt, now) }),
  };
}

/** Seconds from the write on. Only tidies up: readers judge `expiresAt` by the Clock. */
function timeToLive(expiresAt: EpochMs, now: EpochMs): number {
  const remaining = Math.max(0, expiresAt - now) + TIDY_AFTER_MS;
  return Math.min(LONGEST_TTL, Math.ceil(remaining / SECOND));
}

/** The document's fields. Throws StoreError `damaged` for anything that this service would not have written. */
export function parsedDocument(document: unknown): ItemDocument {
  const parsed = documentSchema.safeParse(document);
  if (!parsed.success) throw new StoreError('damaged', 'a document of an item has another shape');
  return parsed.data;
}

export function hasExpired(document: ItemDocument, now: EpochMs): boolean {
  return document.expiresAt !== undefined && document.expiresAt <= now;
}

/** The item with the sealed parts that were asked for. The commit time is `_ts`, whole seconds. */
export function storedItem(document: ItemDocument, parts: Parts): StoredItem {
  const { kind, key, facility, class: className, day, at, expiresAt = null } = document;
  const index: ItemIndex = {
    ...(facility === undefined ? {} : { facility }),
    ...(className === undefined ? {} : { class: className }),
    ...(day === undefined ? {} : { day }),
    ...(at === undefined ? {} : { at }),
  };
  return {
    kind,
    id: key,
    index,
    clear: document.clear ?? null,
    card: parts === 'card' || parts === 'both' ? (document.card ?? null) : null,
    body: parts === 'body' || parts === 'both' ? (document.body ?? null) : null,
    expiresAt,
    etag: storedEtag(document._etag, expiresAt),
    committedAt: document._ts * SECOND,
  };
}
