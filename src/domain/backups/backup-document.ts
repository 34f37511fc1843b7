import type { JsonObject } from '../../model/json.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ItemIndex, StoredItem } from '../../ports/partition-store.ts';
import { canonicalJson } from '../collections/canonical-json.ts';
import { ReadWitness, type TenantHandle } from '../tenant-handle.ts';
import type { BackedUpKind } from './backed-up-kinds.ts';

/** One item of a tenant, opened. `card` and `body` are null where the item has none, as stubs. */
export interface BackupDocument {
  readonly kind: string;
  readonly id: string;
  readonly index: ItemIndex;
  readonly clear: JsonObject | null;
  readonly card: unknown;
  readonly body: unknown;
}

/** A document that stands in the store, and the etag under which it can be replaced. */
export interface StandingDocument {
  readonly document: BackupDocument;
  readonly etag: string;
}

/** Bounds memory: records are at most 64 KB, and each is held in two parts, sealed and opened. */
const PAGE = 100;

/**
 * All documents of a kind in id order (code units), a page in memory at a time. Opening is work for the processor alone, so
 * after each page others get their turn; in the background also those whom the store's use would slow down. Throws
 * SealBroken, and what the store throws.
 */
export async function* standingDocuments(
  tenant: TenantHandle,
  of: BackedUpKind,
  clock: Pick<Clock, 'sleep'>,
  background = false,
): AsyncGenerator<StandingDocument> {
  let after: string | undefined;
  do {
    const from = after === undefined ? {} : { after };
    const query = { kind: of.kind.name, parts: 'both', limit: PAGE, background, ...from } as const;
    const page: readonly StoredItem[] = await tenant.list(query);
    for (const item of page) yield { document: await opened(tenant, of, item), etag: item.etag };
    await clock.sleep(0);
    after = page.length < PAGE ? undefined : page.at(-1)?.id;
  } while (after !== undefined);
}

async function opened(tenant: TenantHandle, { kind }: BackedUpKind, item: StoredItem): Promise<BackupDocument> {
  const { id, index, clear } = item;
  const card = item.card === null ? null : await tenant.card(kind, item);
  return { kind: kind.name, id, index, clear, card, body: await openedBody(tenant, kind, item) };
}

async function openedBody(tenant: TenantHandle, kind: BackedUpKind['kind'], item: StoredItem): Promise<unknown> {
  if (item.body === null) return null;
  if (!kind.readLogged) return tenant.body(kind, item);
  return tenant.recordBody(kind, item, ReadWitness.forGeneration(kind.name, item.id));
}

/** The one text of a document: documents are equal when their texts are. Holds no line break. */
export function documentText(document: BackupDocument): string {
  return canonicalJson(document);
}

/** Whether the document is a record that lives: what is not is a stub. */
export function isAlive(document: BackupDocument): boolean {
  return document.clear?.['stub'] !== true;
}
