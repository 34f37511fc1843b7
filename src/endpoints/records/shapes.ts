import * as z from 'zod';
import type { Collection } from '../../domain/collections/collection.ts';
import { day, recordId } from '../../domain/collections/field-schemas.ts';
import { closedOn } from '../../domain/collections/record-writes.ts';
import { UUID_V7 } from '../../domain/ids.ts';
import type { CivilDay } from '../../model/instant.ts';
import type { StoredItem } from '../../ports/partition-store.ts';

/** The schemas of one collection's requests and answers, made once so that the API document names each once. */
export interface RecordShapes {
  /** A whole record. */
  readonly record: z.ZodType;
  /** A record as lists show it. */
  readonly card: z.ZodType;
  /** A new record: its fields, and the id that the client may choose. */
  readonly creation: z.ZodType<object>;
  /** A JSON merge patch of the fields. */
  readonly patch: z.ZodType<object>;
}

export const idParams = z.strictObject({ id: recordId });

const standing = { id: recordId, etag: z.string() };

export function shapesOf(collection: Collection<object, object>): RecordShapes {
  const { names, schema, shownSchema, ends } = collection;
  const ending = ends === 'closed' ? { closedOn: day.nullable() } : {};
  return {
    record: z.strictObject({ ...standing, ...schema.shape, ...ending }).meta({ id: names.one }),
    card: z.strictObject({ ...standing, ...shownSchema.shape, ...ending }).meta({ id: `${names.one}Card` }),
    creation: schema.safeExtend({ id: z.string().regex(UUID_V7).exactOptional() }).meta({ id: `New${names.one}` }),
    patch: patchOf(schema).meta({ id: `${names.one}Patch` }),
  };
}

/** Each field may be left out, or be null to take it away; what must be there is checked after the patch is applied. */
function patchOf(schema: z.ZodObject): z.ZodType<object> {
  const fields = Object.entries(schema.shape).map(([name, field]) => {
    const bare = field instanceof z.ZodDefault ? (field.unwrap() as z.ZodType) : (field as z.ZodType);
    return [name, bare.nullable().exactOptional()];
  });
  return z.strictObject(Object.fromEntries(fields));
}

/** A store's etag as HTTP's answers and conditions carry it here: without quotes. */
export function bareEtag(etag: string): string {
  return etag.replaceAll('"', '');
}

/** What an answer tells of a record besides its fields. */
export function withStanding(
  collection: Pick<Collection<object, object>, 'ends'>,
  item: Pick<StoredItem, 'id' | 'etag' | 'index'>,
  content: object,
): { readonly id: string; readonly etag: string; readonly closedOn?: CivilDay | null } {
  const ending = collection.ends === 'closed' ? { closedOn: closedOn(item) } : {};
  return { id: item.id, etag: bareEtag(item.etag), ...content, ...ending };
}
