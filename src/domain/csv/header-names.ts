import type { HeaderField } from './header.ts';

/** The headers of one table as the file writes them, by what they mean: for problems that name a column. */
export class HeaderNames<K extends string> {
  readonly #headers: ReadonlyMap<K, string>;

  constructor(fields: readonly HeaderField<K>[]) {
    // Of several columns of one meaning the first is named.
    this.#headers = new Map(fields.toReversed().map(({ key, header }) => [key, header]));
  }

  has(key: K): boolean {
    return this.#headers.has(key);
  }

  /** The header of the first of these columns that the table has; empty when it has none. */
  of(...keys: readonly K[]): string {
    return keys.map((key) => this.#headers.get(key)).find((header) => header !== undefined) ?? '';
  }
}
