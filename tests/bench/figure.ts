/** What a figure measured: a ratio of two things of one run, and the times behind it in words. */
export interface Measured {
  readonly ratio: number;
  readonly told: string;
}

/** One line of the table. A figure without bound is told for what it is worth. */
export interface Figure {
  /** For choosing it on the command line. */
  readonly name: string;
  /** What is set against what. */
  readonly what: string;
  readonly bound?: { readonly kind: 'at most' | 'at least'; readonly value: number };
  measure(): Promise<Measured>;
}

/** The middle one of the values, or the mean of the middle two. Throws RangeError without any. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  if (upper === undefined || lower === undefined) throw new RangeError('nothing was measured');
  return (lower + upper) / 2;
}

/** `ok` or `OVER`; nothing for a figure without bound. */
export function verdict({ bound }: Pick<Figure, 'bound'>, ratio: number): 'ok' | 'OVER' | '' {
  if (bound === undefined) return '';
  return (bound.kind === 'at most' ? ratio <= bound.value : ratio >= bound.value) ? 'ok' : 'OVER';
}

/** The median milliseconds of two things, done by turns so that the noise of a busy machine hits both alike. */
export async function byTurns(
  rounds: number,
  first: () => Promise<unknown> | unknown,
  second: () => Promise<unknown> | unknown,
): Promise<readonly [number, number]> {
  const times: [number[], number[]] = [[], []];
  // The first round warms up what a service that runs for days has warm.
  for (let round = 0; round <= rounds; round += 1) {
    for (const [at, work] of [first, second].entries()) {
      const began = performance.now();
      await work();
      if (round > 0) times[at as 0 | 1].push(performance.now() - began);
    }
  }
  return [median(times[0]), median(times[1])];
}

/** Milliseconds as people read them. */
export function ms(value: number): string {
  return value < 10 ? `${value.toFixed(2)} ms` : `${Math.round(value)} ms`;
}
