import { StoreError, type StoreErrorKind } from '../../ports/store-error.ts';

/** What became of a request that brought no answer. */
export interface Trouble {
  readonly error: StoreError;
  /** How long to wait (ms) before the same request may be sent again; undefined when that would help nothing. */
  readonly againAfterMs: number | undefined;
}

/** How long to wait when Cosmos DB asks for a retry and names no time. */
const WAIT_MS = 250;

/** No connection was made, so nothing was sent. */
const NEVER_CONNECTED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/** Errors of `@azure/identity`: there was no token, so nothing was sent. */
const NO_TOKEN = new Set([
  'AuthenticationError',
  'AuthenticationRequiredError',
  'AggregateAuthenticationError',
  'CredentialUnavailableError',
]);

/** What one operation of a batch said when it failed the whole; nothing of the batch was applied. */
export class OperationRefused extends Error {
  readonly code: number;
  readonly retryAfterInMs: number | undefined;

  constructor(code: number, retryAfterInMs: number | undefined) {
    super('an operation of a batch');
    this.code = code;
    this.retryAfterInMs = retryAfterInMs;
  }
}

/** The request took longer than it may. */
export class Overdue extends Error {}

/**
 * What a failed call of the SDK means. The server's text and the SDK's error stay out of what is thrown: both can name
 * ids, and the status and activity id are what support asks for. Statuses: Cosmos DB's REST reference.
 * @param what the container and operation, for the log
 * @param writing whether the call may have changed something
 */
export function cosmosTrouble(thrown: unknown, what: string, writing: boolean): Trouble {
  const failure = failureOf(thrown);
  const { status, substatus } = failure;
  const tell = (kind: StoreErrorKind, options: { unclear?: boolean; retryAfterMs?: number } = {}) =>
    new StoreError(kind, `${what}: ${failure.description}`, options);
  const final = (error: StoreError): Trouble => ({ error, againAfterMs: undefined });

  switch (status) {
    case 404:
      // A substatus says that it is not the item that is missing, but the container or its database.
      return final(substatus === 0 ? tell('not-found') : tell('unavailable'));
    case 409:
      return final(tell('conflict'));
    case 412:
      return final(tell('stale'));
    case 413:
      return final(tell('too-large'));
    case 429:
    // "Retry with": two writes met; nothing was applied.
    case 449: {
      const wait = failure.retryAfterMs ?? WAIT_MS;
      return { error: tell('busy', { retryAfterMs: wait }), againAfterMs: wait };
    }
    case 408:
    case 410:
    case 502:
    case 503:
    case 504: {
      const unclear = writing && !(thrown instanceof OperationRefused);
      return { error: tell('unavailable', { unclear }), againAfterMs: failure.retryAfterMs ?? WAIT_MS };
    }
    case 400:
    case 401:
    case 403:
      return final(tell('unavailable'));
    default:
      return final(tell('unavailable', { unclear: writing && !failure.neverSent }));
  }
}

interface CosmosFailure {
  /** HTTP status, or undefined when there was no answer. */
  readonly status: number | undefined;
  readonly substatus: number;
  readonly retryAfterMs: number | undefined;
  readonly neverSent: boolean;
  readonly description: string;
}

function failureOf(thrown: unknown): CosmosFailure {
  const error = rootOf(thrown);
  const { code, substatus = 0, retryAfterInMs, activityId, name } = error;
  const status = typeof code === 'number' ? code : undefined;
  const activity = typeof activityId === 'string' ? `, activity ${activityId}` : '';
  return {
    status,
    substatus: Number(substatus),
    retryAfterMs: typeof retryAfterInMs === 'number' && retryAfterInMs > 0 ? retryAfterInMs : undefined,
    neverSent: NEVER_CONNECTED.has(String(code)) || NO_TOKEN.has(String(name)),
    description: status === undefined ? `no answer (${code ?? name})` : `status ${status}.${substatus}${activity}`,
  };
}

interface Described {
  readonly code?: unknown;
  readonly substatus?: unknown;
  readonly retryAfterInMs?: unknown;
  readonly activityId?: unknown;
  readonly name?: unknown;
}

/** The SDK wraps what a batch threw into an error without a code. */
function rootOf(thrown: unknown): Described {
  if (!(thrown instanceof Error)) return { name: 'no error' };
  if (thrown instanceof Overdue) return { name: 'no answer in time' };
  if (!('code' in thrown) && thrown.cause instanceof Error) return thrown.cause;
  return thrown;
}
