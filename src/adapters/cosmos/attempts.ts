import type { Clock } from '../../ports/clock.ts';
import { StoreError } from '../../ports/store-error.ts';
import type { Telemetry } from '../../ports/telemetry.ts';
import { cosmosTrouble, Overdue } from './cosmos-trouble.ts';

/** One attempt takes no longer. Cosmos DB answers within 10 ms nearly always, and within seconds during a failover. */
const ATTEMPT_MS = 10_000;

/** One request waits no longer than this in all for a busy or absent store: people wait for the answer. */
const WAITS_MS = 5_000;

export interface Surroundings {
  /** Measures attempts and waits. */
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}

/** What is sent: for telemetry and the log. */
export interface Sent {
  readonly container: string;
  readonly operation: string;
  /** Whether it may change something, so that silence leaves the outcome open. */
  readonly writing: boolean;
}

/** Headers as the SDK hands them on. */
export type AnswerHeaders = Readonly<Record<string, unknown>>;

export interface Answered<T> {
  readonly answer: T;
  /** An earlier attempt of the same write brought no answer and may have been applied. */
  readonly afterUnclear: boolean;
}

/**
 * Sends a request and, while the store asks for it (429, 449) or does not serve (408, 410, 502 to 504), sends it again
 * after the delay that the server names, until the waits would exceed their budget: then StoreError `busy` or
 * `unavailable`. A write that met silence is `unclear` for good: a refusal of a later attempt may be the echo of an
 * earlier one and comes as `unavailable` with `unclear`. Measures each attempt's request units as `cosmos-charge`.
 */
export async function attempts<T extends { readonly headers: AnswerHeaders }>(
  { clock, telemetry }: Surroundings,
  sent: Sent,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<Answered<T>> {
  const { container, operation, writing } = sent;
  const what = `${container} ${operation}`;
  const charge = (headers: unknown) => {
    const units = Number((headers as AnswerHeaders | undefined)?.['x-ms-request-charge'] ?? Number.NaN);
    if (Number.isFinite(units)) telemetry.measure('cosmos-charge', units, { container, operation });
  };
  let afterUnclear = false;
  for (let waited = 0; ; ) {
    try {
      const answer = await withinTime(clock, call);
      charge(answer.headers);
      return { answer, afterUnclear };
    } catch (thrown) {
      if (thrown instanceof StoreError) throw thrown;
      charge(headersOf(thrown));
      const { error, againAfterMs } = cosmosTrouble(thrown, what, writing);
      if (againAfterMs === undefined || waited + againAfterMs > WAITS_MS) throw afterUnclear ? unclear(what) : error;
      afterUnclear ||= error.unclear;
      waited += againAfterMs;
      await clock.sleep(againAfterMs);
    }
  }
}

/** A write whose outcome is not known. */
export function unclear(what: string): StoreError {
  return new StoreError('unavailable', `${what}: an attempt without an answer may have been applied`, {
    unclear: true,
  });
}

/** The call, ended and given up when it takes too long: the SDK does not pass its signal on to the credential. */
async function withinTime<T>(clock: Clock, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const finished = new AbortController();
  const overdue = new AbortController();
  const timeout = clock.sleep(ATTEMPT_MS, finished.signal).then(() => {
    overdue.abort();
    throw new Overdue();
  });
  try {
    return await Promise.race([Promise.resolve(overdue.signal).then(call), timeout]);
  } finally {
    // A reason of its own would be an exception with a stack, made for nobody.
    finished.abort('finished');
  }
}

function headersOf(thrown: unknown): unknown {
  if (!(thrown instanceof Error)) return undefined;
  return 'headers' in thrown ? thrown.headers : headersOf(thrown.cause);
}
