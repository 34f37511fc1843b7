/** What a ratio is held to. Source: the product's plan for speed and memory. */
export type Bound = { readonly atMost: number } | { readonly atLeast: number };

/** One line of the table: two quantities of the same unit, measured within one run by turns. */
export interface Comparison {
  readonly what: string;
  readonly measured: number;
  /** What it is compared with. */
  readonly against: number;
  readonly unit: string;
  /** Null where the ratio is only told. */
  readonly bound: Bound | null;
}

export type Verdict = 'ok' | 'over' | '-';

/** The middle value; of an even number of values the mean of the two in the middle. Throws RangeError for none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[sorted.length >> 1];
  const lower = sorted[(sorted.length - 1) >> 1];
  if (upper === undefined || lower === undefined) throw new RangeError('there is no median of nothing');
  return (upper + lower) / 2;
}

export function ratioOf({ measured, against }: Comparison): number {
  return measured / against;
}

/** Whether the ratio keeps its bound, the bound itself included; `-` where there is none. What is no number is over. */
export function verdictOf(comparison: Comparison): Verdict {
  const { bound } = comparison;
  if (bound === null) return '-';
  const ratio = ratioOf(comparison);
  return ('atMost' in bound ? ratio <= bound.atMost : ratio >= bound.atLeast) ? 'ok' : 'over';
}

/**
 * Runs the sides of a comparison by turns, one of each per round, so that a disturbance of the machine meets all of them,
 * and gives the median of each. The number of a round, from 0, is handed to the side.
 */
export async function byTurns<Side extends string>(
  rounds: number,
  sides: Readonly<Record<Side, (round: number) => number | Promise<number>>>,
): Promise<Readonly<Record<Side, number>>> {
  const names = Object.keys(sides) as Side[];
  const values = new Map(names.map((name) => [name, [] as number[]]));
  for (let round = 0; round < rounds; round += 1) {
    for (const name of names) values.get(name)?.push(await sides[name](round));
  }
  return Object.fromEntries(names.map((name) => [name, median(values.get(name) ?? [])])) as Record<Side, number>;
}
