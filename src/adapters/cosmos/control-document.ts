import * as z from 'zod';
import { type EpochMs, SECOND } from '../../model/instant.ts';
import type { JsonObject } from '../../model/json.ts';
import type { ControlItem, StoredControlItem } from '../../ports/control-store.ts';
import { StoreError } from '../../ports/store-error.ts';
import type { ContainerLayout } from './container-layout.ts';
import { documentId } from './document-id.ts';

const documentSchema = z.object({
  key: z.string(),
  value: z.custom<JsonObject>((value) => typeof value === 'object' && value !== null && !Array.isArray(value)),
  dueAt: z.number().optional(),
  _etag: z.string(),
  _ts: z.number(),
});

/** The document that stands for an item: `key` is its id as the caller knows it. Throws RangeError as `documentId`. */
export function controlDocument(layout: ContainerLayout, item: ControlItem): JsonObject & { readonly id: string } {
  const { partition, id, value, dueAt } = item;
  return {
    id: documentId(id),
    [layout.partitionProperty]: partition,
    key: id,
    value,
    ...(dueAt === null ? {} : { dueAt }),
  };
}

/** The item. The commit time is `_ts`, whole seconds. Throws StoreError `damaged` for a document of another shape. */
export function storedControlItem(layout: ContainerLayout, document: unknown): StoredControlItem {
  const parsed = documentSchema.safeParse(document);
  const partition = (document as JsonObject | null | undefined)?.[layout.partitionProperty];
  if (!parsed.success || typeof partition !== 'string') {
    throw new StoreError('damaged', `a document of ${layout.name} has another shape`);
  }
  const { key, value, dueAt = null, _etag, _ts } = parsed.data;
  return { partition, id: key, value, dueAt, etag: _etag, committedAt: committedAt(_ts) };
}

function committedAt(seconds: number): EpochMs {
  return seconds * SECOND;
}
