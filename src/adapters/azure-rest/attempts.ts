import type { Clock } from '../../ports/clock.ts';
import { StoreError, type StoreErrorKind } from '../../ports/store-error.ts';
import { restFailure } from './rest-failure.ts';

/** No attempt begins later than this after the first: people wait for the answer. */
const LAST_BEGINS_MS = 5_000;

/** How long to wait when the service names no time. */
const WAIT_MS = 250;

/** What is sent. */
export interface Sent {
  /** The service and the operation, for the log. */
  readonly what: string;
  /** Whether it may change something, so that silence leaves the outcome open. */
  readonly writing: boolean;
  /** Whether it may be done twice. Otherwise it is sent again only when it was certainly not done. */
  readonly repeatable: boolean;
  /** One attempt takes no longer. */
  readonly attemptMs: number;
}

/** The attempt took longer than it may. */
class Overdue extends Error {
  override readonly name = 'Overdue';
}

/**
 * Sends a request and, while the service asks for it (429, `ServerBusy`), fails (408, 500 to 504) or breaks the
 * connection, sends it again after the delay that it names, as long as an attempt may begin; then throws StoreError `busy`
 * or `unavailable`. Silence, a refusal and an answer that cannot be read end it at once, as `unavailable`. A write that met
 * silence is `unclear` for good: a refusal of a later attempt may be the echo of an earlier one. So calls end within
 * `LAST_BEGINS_MS` and one attempt. A StoreError that `call` throws comes out as it is, or as `unclear` after such silence.
 */
export async function attempts<T>(clock: Clock, sent: Sent, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const began = clock.monotonic();
  let unclear = false;
  for (;;) {
    try {
      return await withinTime(clock, sent.attemptMs, call);
    } catch (thrown) {
      if (thrown instanceof StoreError) throw unclear ? outcomeUnknown(sent) : thrown;
      const { error, againAfterMs } = trouble(thrown, sent);
      unclear ||= error.unclear;
      const tooLate = againAfterMs === undefined || clock.monotonic() - began + againAfterMs > LAST_BEGINS_MS;
      if (tooLate) throw unclear && !error.unclear ? outcomeUnknown(sent) : error;
      await clock.sleep(againAfterMs);
    }
  }
}

/** What a failure means, and after how long the same request may be sent again; undefined when that helps nothing. */
function trouble(
  thrown: unknown,
  { what, writing, repeatable }: Sent,
): { readonly error: StoreError; readonly againAfterMs: number | undefined } {
  const { status, codes, broken, neverSent, retryAfterMs: wait = WAIT_MS, description } = restFailure(thrown);
  const tell = (kind: StoreErrorKind, options: { unclear?: boolean; retryAfterMs?: number }) =>
    new StoreError(kind, `${what}: ${description}`, options);

  // Both are said before anything is done. Source: error codes of Blob Storage, throttling of Key Vault.
  if (status === 429 || codes.includes('ServerBusy')) {
    return { error: tell('busy', { retryAfterMs: wait }), againAfterMs: wait };
  }
  const refused = status !== undefined && status >= 300 && status !== 408 && status < 500;
  const passing = status === undefined ? broken : status === 408 || status >= 500;
  const unclear = writing && !refused && !neverSent;
  return {
    error: tell('unavailable', { unclear, ...(passing && { retryAfterMs: wait }) }),
    againAfterMs: passing && (repeatable || !unclear) ? wait : undefined,
  };
}

function outcomeUnknown({ what }: Sent): StoreError {
  return new StoreError('unavailable', `${what}: an attempt without an answer may have been applied`, {
    unclear: true,
  });
}

/** The call, ended and given up when it takes too long: an SDK does not pass its signal on to every credential. */
async function withinTime<T>(clock: Clock, ms: number, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const finished = new AbortController();
  const overdue = new AbortController();
  const timeout = clock.sleep(ms, finished.signal).then(() => {
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
