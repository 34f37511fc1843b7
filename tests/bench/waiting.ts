import { median } from './ratio.ts';

/** A screen's most frequent request, and nearly the smallest that is signed in. */
export const SMALL = '/api/auth/session';

/** Sends a small request and gives its milliseconds. */
export type Small = () => Promise<number>;

/** How long the small request takes when nothing else is asked. */
export async function waitAlone(small: Small): Promise<number> {
  const times: number[] = [];
  for (let nth = 0; nth < 20; nth += 1) times.push(await small());
  return median(times);
}

/** The longest that it takes while something else is done; what that throws is thrown. */
export async function longestWait(small: Small, work: Promise<unknown>): Promise<number> {
  let worst = 0;
  let over = false;
  const done = work.finally(() => {
    over = true;
  });
  // Until it is waited for below, a rejection would count as nobody's.
  done.catch(() => undefined);
  while (!over) worst = Math.max(worst, await small());
  await done;
  return worst;
}
