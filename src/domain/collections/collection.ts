import type * as z from 'zod';
import type { FailureCode, Text } from '../../model/failure.ts';
import type { Area } from '../../model/grants.ts';
import type { CivilDay } from '../../model/instant.ts';
import type { Kind } from '../kind.ts';

/** A record of another collection that a record names. It must stand in the same facility as the record itself. */
export interface Reference {
  readonly to: Collection<object, object>;
  readonly id: string;
  /** JSON pointer of the field that names it. */
  readonly pointer: string;
  /** The days for which it is named: what is closed by then is refused. */
  readonly from: CivilDay;
  readonly until: CivilDay;
  /** Why the card of what is named does not fit, or undefined when it does. */
  misfit?(card: object): { readonly code: string; readonly text: Text } | undefined;
}

/** A value that no two records of a facility share. It is kept unique by a create-only document of its own. */
export interface UniqueValue {
  /** Kind of that document; its id is `<facility>:<look-up of the value>`. */
  readonly kind: string;
  /** Values count as the same when these texts are equal. */
  readonly text: string;
  readonly pointer: string;
}

/** What lists can be narrowed by besides the facility. Each collection's query schema says which of them it takes. */
export interface Filter {
  readonly class?: string;
  readonly schoolYear?: number;
}

/** An order of a list: each card's key on the list's day, compared by code unit. */
export interface Sort<Card> {
  key(card: Card, day: CivilDay): string;
}

/**
 * All that is declared of one kind of childcare data; endpoints, API document, permission checks, lists, import and
 * labels follow from it. `Fields` is what clients send and see, and the sealed body; `Card` is the sealed part that
 * lists open. Functions are pure; days are civil days in Asia/Tokyo.
 */
export interface Collection<Fields extends object, Card extends object> {
  /** A kind that is read-logged opens a body only against the read event. */
  readonly kind: Kind<Card, Fields, true> | Kind<Card, Fields, false>;
  readonly path: `/${string}`;
  /** For operation ids and schema names, e.g. `Child` and `Children`. */
  readonly names: { readonly one: string; readonly many: string };
  readonly label: Text;
  /** Every field by its path (`guardians.phones`), in the words of staff. */
  readonly labels: Readonly<Record<keyof Fields & string, Text>> & Readonly<Record<string, Text>>;
  /** The values of fields that are a choice, by the field's path, in the words of staff. */
  readonly words: Readonly<Record<string, Readonly<Record<string, Text>>>>;
  /** Who may read: those with read on the area, or any session within its facilities. */
  readonly reading: Area | 'any';
  /** Who may write: write on the area, in the record's facility; to create, perhaps in the whole tenant. */
  readonly writing: { readonly area: Area; readonly createIn: 'facility' | 'tenant' };
  /** Strict, with defaults for what may be left out; the whole of it is checked at each write. */
  readonly schema: z.ZodObject & z.ZodType<Fields>;
  /** What lists show of a card on a day. */
  readonly shownSchema: z.ZodObject;
  shown(card: Card, day: CivilDay): object;
  card(fields: Fields): Card;
  /** What stands in the clear: the facility, and the last day on which the record counts (`OPEN_END` when none is known). */
  index(id: string, fields: Fields): { readonly facility: string; readonly day: CivilDay };
  /** Fields that never change once the record is made. */
  readonly fixed: readonly string[];
  references(fields: Fields): readonly Reference[];
  unique(card: Card): UniqueValue | undefined;
  /** What the caller is told when another record has the unique value; undefined where there is none. */
  readonly uniqueFailure: FailureCode | undefined;
  /** At most this many records of one facility whose last day has not passed. */
  readonly limit: { readonly perFacility: number; readonly text: Text } | undefined;
  /** How a record ends: closed with a day and kept, or deleted, leaving a stub. */
  readonly ends: 'closed' | 'deleted';
  /** Collections whose records keep this one from being closed while they last longer. */
  readonly keptOpenBy: readonly { readonly kind: string; readonly text: Text }[];
  /** Zod shape of the filters that lists of this collection take. */
  readonly filters: Readonly<Record<string, z.ZodType>>;
  /** Whether a list of that day shows the card. With `everybody`, days do not count. */
  listed(card: Card, filter: Filter, day: CivilDay, everybody: boolean): boolean;
  /** Orders of a list by their names; the first one unless told. */
  readonly sorts: Readonly<Record<string, Sort<Card>>>;
  /** What searches compare with, as `nameSearchKey` makes it; absent where there is no search. */
  searchKey?(card: Card): string;
  /** Whether generations of the backup hold it. */
  readonly backedUp: boolean;
}

/** A number as a part of a sort key: padded, so that it sorts by its size. */
export function sortable(number: number): string {
  return String(number).padStart(5, '0');
}
