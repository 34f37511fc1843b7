import fc from 'fast-check';
import { isStoreError } from '../../../src/ports/store-error.ts';

/** Two stores that are asked the same; each knows its own etags, which the test calls by the number of their write. */
export type Side = 'sqlite' | 'cosmos';
type Etags = Readonly<Record<Side, string>>;

/** Which of an item's etags a replace names: 0 the newest that was given out, then older ones, then none of them. */
export class EtagBook {
  readonly #of = new Map<string, Etags[]>();
  readonly #labels = new Map<string, string>();
  #writes = 0;

  enter(keys: readonly string[], etags: Readonly<Record<Side, readonly (string | null)[]>>): void {
    this.#writes += 1;
    for (const [position, key] of keys.entries()) {
      const sqlite = etags.sqlite[position];
      const cosmos = etags.cosmos[position];
      if (sqlite == null || cosmos == null) continue;
      this.#of.set(key, [{ sqlite, cosmos }, ...(this.#of.get(key) ?? [])]);
      this.#labels.set(sqlite, `write ${this.#writes}`);
      this.#labels.set(cosmos, `write ${this.#writes}`);
    }
  }

  pick(key: string, age: number, side: Side): string {
    return this.#of.get(key)?.[age]?.[side] ?? '"never given out"';
  }

  /** The value with etags by their writes. */
  labelled(value: unknown): unknown {
    return JSON.parse(
      JSON.stringify(value ?? null, (name, each) => (name === 'etag' ? (this.#labels.get(each) ?? 'unknown') : each)),
    );
  }
}

/** What a call gave, or which refusal. */
export async function told(
  call: () => Promise<unknown>,
): Promise<{ readonly value?: unknown; readonly refused?: string }> {
  try {
    return { value: await call() };
  } catch (error) {
    if (isStoreError(error)) return { refused: error.kind };
    if (error instanceof RangeError) return { refused: 'RangeError' };
    throw error;
  }
}

/** The value without the properties that are undefined: the port's types are exact. */
export function exact<T>(value: object): T {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as T;
}

/** Present in half of the cases. */
export const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 1 });
