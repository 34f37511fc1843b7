/** A message for people, in the two languages of the product. */
export interface Text {
  readonly ja: string;
  readonly en: string;
}

/** One thing that is wrong with an input: where (JSON pointer into body, or `?name`, `/path/name`, `Header-Name`) and what to do. */
export interface InputError {
  readonly pointer: string;
  readonly code: string;
  readonly text: Text;
}

/**
 * The stable codes that an answer can carry. Adding one is an additive change of the API; each is mapped to its HTTP
 * status in one place (`endpoints/pipeline/problem.ts`) and has its default text there.
 */
export type FailureCode =
  | 'invalid-input'
  | 'malformed-json'
  | 'unauthenticated'
  | 'sign-in-failed'
  | 'wait-before-next-attempt'
  | 'known-device-needed'
  | 'code-not-accepted'
  | 'contract-ended'
  | 'origin-refused'
  | 'not-permitted'
  | 'confirm-needed'
  | 'more-than-own-grants'
  | 'own-grants'
  | 'network-not-allowed'
  | 'not-found'
  | 'method-not-allowed'
  | 'id-taken'
  | 'login-taken'
  | 'number-taken'
  | 'last-administrator'
  | 'closed'
  | 'in-use'
  | 'limit-reached'
  | 'busy-with-your-last'
  | 'conflict'
  | 'gone'
  | 'stale'
  | 'precondition-required'
  | 'too-large'
  | 'unsupported-media-type'
  | 'encoding-not-supported'
  | 'wrong-host'
  | 'unreadable-file'
  | 'too-many-requests'
  | 'starting'
  | 'busy'
  | 'unavailable'
  | 'internal';

export interface FailureOptions {
  /** Replaces the code's default text. Public: must name no internals, no other tenant, no secret. */
  readonly text?: Text;
  readonly errors?: readonly InputError[];
  /** Whole seconds after which trying again makes sense; becomes Retry-After. */
  readonly retryAfter?: number;
  /** For the log only, never in an answer. */
  readonly detail?: string;
  readonly cause?: unknown;
}

/** An expected refusal or trouble, told to the caller by its stable code. Anything else that is thrown becomes a 500. */
export class Failure extends Error {
  readonly code: FailureCode;
  readonly text: Text | undefined;
  readonly errors: readonly InputError[];
  readonly retryAfter: number | undefined;
  readonly detail: string | undefined;

  constructor(code: FailureCode, options: FailureOptions = {}) {
    super(options.detail === undefined ? code : `${code}: ${options.detail}`, { cause: options.cause });
    this.name = 'Failure';
    this.code = code;
    this.text = options.text;
    this.errors = options.errors ?? [];
    this.retryAfter = options.retryAfter;
    this.detail = options.detail;
  }
}
