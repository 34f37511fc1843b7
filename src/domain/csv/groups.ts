import { isFooter, type Understood } from './around-the-table.ts';
import { contentOf, isDash } from './cells.ts';
import { LONGEST } from './column.ts';
import type { HeaderField } from './header.ts';
import type { CsvRecord } from './records.ts';
import type { Steps } from './steps.ts';

/**
 * How a column names groups of rows: in each row, on the first row of a group only, or in a way that leaves open what a
 * blank cell means.
 */
export type Grouping = 'each-row' | 'first-row' | 'unclear';

/**
 * Finds out how a column names groups. It does so on first rows only when some cells are blank and none repeats the one
 * before it; where each row has its own value this is known after two rows, and a blank there means blank. A dash says that
 * the row belongs to no group, and so may another column. It stays unclear where as many values or more stand on a row
 * alone as have blank cells below: such a file has a value in each row as well, and the blank ones may have none.
 */
export function* groupingOf(
  understood: Understood,
  { key, index }: HeaderField<string>,
  records: Iterable<CsvRecord>,
): Steps<Grouping> {
  let [last, below, alone, shared] = ['', 0, 0, 0];
  const begin = (value: string) => {
    if (last !== '' && below === 0) alone += 1;
    if (last !== '' && below > 0) shared += 1;
    [last, below] = [value, 0];
  };
  for (const { cells } of records) {
    yield;
    if (cells === null || isFooter(cells, understood)) continue;
    const cell = cells[index]?.trim() ?? '';
    if (isDash(cell)) begin('');
    else if (cell === '') below += isOfGroup(understood, key, cells) === false ? 0 : 1;
    else if (cell === last) return 'each-row';
    else begin(cell);
  }
  begin('');
  if (shared === 0) return 'each-row';
  return shared > alone ? 'first-row' : 'unclear';
}

/** What another column of the row says of its being in a group; undefined when nothing. */
function isOfGroup({ columns, fields }: Understood, key: string, cells: readonly string[]): boolean | undefined {
  const fillsDown = columns[key]?.fillsDown;
  const field = fields.find((one) => one.key === fillsDown?.by);
  const content = field === undefined ? '' : contentOf(cells[field.index] ?? '');
  return content === '' || content.length > LONGEST ? undefined : fillsDown?.isOfGroup(content);
}

/** What a row has from the row above: nothing speaks against it, or it cannot be known. */
export type FromAbove = 'likely' | 'doubtful';

/**
 * Hands the value of a group's first row down to its other rows, to be asked row by row. A row has none that itself says
 * to be of no group. It cannot be known whether a row is of the group above when the file as a whole is unclear, or when
 * something stands between: a blank row, a sum, one that is of no group, a broken row. A row that says to be of a group is
 * of the one above, save behind a broken row, which may have begun another.
 */
export class GroupsAbove {
  readonly #understood: Understood;
  readonly #groupings: ReadonlyMap<string, Grouping>;
  readonly #values = new Map<string, string>();
  readonly #apart = new Set<string>();
  readonly #lost = new Set<string>();

  constructor(understood: Understood, groupings: ReadonlyMap<string, Grouping>) {
    this.#understood = understood;
    this.#groupings = groupings;
  }

  has(key: string): boolean {
    return this.#groupings.has(key);
  }

  /** Something that is no row of the table, or one that is broken. */
  pass(isBroken = false): void {
    for (const key of this.#groupings.keys()) (isBroken ? this.#lost : this.#apart).add(key);
  }

  /** The contents of the next row with those from above in place, and how sure these are, by key. */
  fill(
    cells: readonly string[],
    contents: readonly string[],
  ): { readonly contents: readonly string[]; readonly fromAbove: ReadonlyMap<string, FromAbove> } {
    const fromAbove = new Map<string, FromAbove>();
    if (this.#groupings.size === 0) return { contents, fromAbove };
    const filled = this.#understood.fields.map(({ key, index }, at) => {
      const content = contents[at] ?? '';
      if (!this.has(key)) return content;
      if (content !== '' || isDash(cells[index] ?? '')) {
        this.#values.set(key, content);
        this.#apart.delete(key);
        this.#lost.delete(key);
        return content;
      }
      const said = isOfGroup(this.#understood, key, cells);
      if (said === false) this.#apart.add(key);
      const value = said === false ? '' : (this.#values.get(key) ?? '');
      const isUnknown = said === undefined && (this.#groupings.get(key) === 'unclear' || this.#apart.has(key));
      const isDoubtful = isUnknown || this.#lost.has(key);
      if (value !== '' && (said === undefined || isDoubtful)) fromAbove.set(key, isDoubtful ? 'doubtful' : 'likely');
      return value;
    });
    return { contents: filled, fromAbove };
  }
}
