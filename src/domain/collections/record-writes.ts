import type { CivilDay } from '../../model/instant.ts';
import type { StoredItem } from '../../ports/partition-store.ts';
import { internalKind, type RecordWrite, recordKind } from '../kind.ts';
import type { Change, TenantHandle } from '../tenant-handle.ts';
import { canonicalJson } from './canonical-json.ts';
import type { Collection } from './collection.ts';
import { OPEN_END } from './periods.ts';

/** Former contents of records: `<kind>:<id>:<id of the event that tells of the change>`. */
export const VERSIONS = recordKind<never, object>('version');

/** Kinds of items that hang on a record: their ids begin with `remainsPrefix`, and they go when it is deleted. */
export const REMAINS: readonly string[] = [VERSIONS.name];

/** What the ids of everything begin with that hangs on a record. */
export function remainsPrefix(kind: string, id: string): string {
  return `${kind}:${id}:`;
}

/** The item of a record. `made` is carried from its creation on; `closedOn` is its last day once it is closed. */
export function recordWrite<Fields extends object, Card extends object>(
  collection: Collection<Fields, Card>,
  id: string,
  fields: Fields,
  keep: { readonly made: string | undefined; readonly closedOn: CivilDay | null },
): RecordWrite<Card, Fields> & { readonly card: Card } {
  const { facility, day } = collection.index(id, fields);
  return {
    kind: collection.kind,
    id,
    index: { facility, day: keep.closedOn ?? day },
    card: collection.card(fields),
    body: fields,
    ...(keep.made === undefined ? {} : { clear: { made: keep.made } }),
  };
}

/** What a record was created with, so that sending the same again is told from another record with its id. */
export function madeOf<Fields extends object>(
  tenant: TenantHandle,
  { kind }: Collection<Fields, object>,
  fields: Fields,
): string {
  return tenant.lookUp('made', canonicalJson([kind.name, fields]));
}

/** The mark that `madeOf` left on a stored record. */
export function storedMade(item: StoredItem): string | undefined {
  const made = item.clear?.['made'];
  return typeof made === 'string' ? made : undefined;
}

/** What stays of a deleted record: its id, which never lives again, and the facility whose people may know that. */
export function stubOf(item: Pick<StoredItem, 'kind' | 'id' | 'index'>): RecordWrite<never, never> {
  const { facility } = item.index;
  return {
    kind: internalKind<never, never>(item.kind),
    id: item.id,
    clear: { stub: true },
    ...(facility === undefined ? {} : { index: { facility } }),
  };
}

export function isStub(item: StoredItem): boolean {
  return item.clear?.['stub'] === true;
}

/** The last day of a facility or class that is closed, which is the index' civil day; null while none is set. */
export function closedOn(item: Pick<StoredItem, 'index'>): CivilDay | null {
  const { day } = item.index;
  return day === undefined || day === OPEN_END ? null : day;
}

/** The former content that a change leaves behind, and the name by which its event tells of it. */
export function versionOf(
  item: StoredItem,
  former: object,
  eventId: string,
): { readonly name: string; readonly change: Change } {
  const name = remainsPrefix(item.kind, item.id) + eventId;
  return { name, change: { type: 'create', record: { kind: VERSIONS, id: name, body: former } } };
}

/**
 * The changes that keep a record's unique value its own: none when it stays the same. `before` is undefined for a new
 * record, `after` for one that is deleted. A value that another record has makes the commit fail with `conflict`.
 */
export function uniqueChanges<Card extends object>(
  tenant: TenantHandle,
  collection: Collection<object, Card>,
  id: string,
  before: { readonly facility: string; readonly card: Card } | undefined,
  after: { readonly facility: string; readonly card: Card } | undefined,
): readonly Change[] {
  const keyOf = (of: typeof before) => {
    const unique = of && collection.unique(of.card);
    if (of === undefined || unique === undefined) return undefined;
    return {
      kind: unique.kind,
      id: `${of.facility}:${tenant.lookUp(unique.kind, unique.text)}`,
      facility: of.facility,
    };
  };
  const former = keyOf(before);
  const next = keyOf(after);
  if (former?.id === next?.id) return [];
  return [
    ...(former === undefined ? [] : [{ type: 'delete', kind: former.kind, id: former.id } as const]),
    ...(next === undefined
      ? []
      : [
          {
            type: 'create',
            record: {
              kind: internalKind<never, never>(next.kind),
              id: next.id,
              index: { facility: next.facility },
              clear: { record: id },
            },
          } as const,
        ]),
  ];
}
