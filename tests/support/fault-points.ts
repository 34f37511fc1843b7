import { ON_COSMOS } from './stores.ts';

/**
 * Which share of its fault points a test plays. All of them on the embedded stores; on Cosmos DB's double, where a call
 * is an HTTP request, one in three. All there too: `LONG_RUN=1 npx vitest run --config tests/vitest.config.ts --project cosmos tests/jobs`.
 */
export const ONE_IN = ON_COSMOS && process.env['LONG_RUN'] === undefined ? 3 : 1;

/** Any start will do, another one in each run: together they come to all points. */
const FROM = Math.floor(Math.random() * ONE_IN);
if (ONE_IN > 1) console.info(`one in ${ONE_IN} fault points, from the one with number ${FROM}`);

/** For the name of a test that leaves points out. */
export const SAMPLED = ONE_IN > 1 ? ` [one in ${ONE_IN} of them in this run]` : '';

/** Whether a test leaves out its n-th fault point (from 0) in this run. */
export function leftOut(point: number): boolean {
  return point % ONE_IN !== FROM;
}
