import type * as z from 'zod';
import type { FailureCode, Text } from '../../model/failure.ts';
import type { Answer } from './answer.ts';
import type { Caller, Visitor } from './caller.ts';
import type { Services } from './services.ts';

/** What a successful answer of a status carries. */
export interface AnswerDeclaration {
  readonly description: string;
  /** Of the JSON body; absent when there is no body, or when `type` says what it is. */
  readonly schema?: z.ZodType;
  /** Media type when it is not JSON. */
  readonly type?: string;
}

/** How a request's body is read. `json` is validated against its schema; `file` is handed on as bytes. */
export type BodyDeclaration<B> =
  | { readonly format: 'json'; readonly schema: z.ZodType<B>; readonly mediaTypes?: readonly string[] }
  | { readonly format: 'file'; readonly mediaTypes: readonly string[]; readonly maxBytes: number };

/** What an endpoint says of itself: registration, validation, OpenAPI and the access matrix follow from it. */
export interface Declaration<P, Q, B> {
  /** operationId: unique, camelCase. */
  readonly name: string;
  readonly summary: Text;
  readonly description?: string;
  readonly params?: z.ZodType<P>;
  readonly query?: z.ZodType<Q>;
  readonly body?: BodyDeclaration<B>;
  /** `required`: 428 without If-Match. `create-or-replace`: If-Match, or `If-None-Match: *` to create. */
  readonly precondition?: 'required' | 'create-or-replace';
  /** The password was asked for again in the last 5 minutes, else 403 `confirm-needed`. */
  readonly confirm?: true;
  readonly answers: Readonly<Record<number, AnswerDeclaration>>;
  /** Refusals that the work itself can give, besides those of the pipeline. */
  readonly failures?: readonly FailureCode[];
}

/** What reaches the work after validation. Parts that are not declared are undefined. */
export interface Input<P, Q, B> {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  /** The etag of If-Match without quotes, or undefined. */
  readonly ifMatch: string | undefined;
  /** Whether the request carried `If-None-Match: *`. */
  readonly ifNoneMatch: boolean;
}

export interface PublicEndpoint<P = unknown, Q = unknown, B = unknown> extends Declaration<P, Q, B> {
  readonly entry: 'public';
  handle(visitor: Visitor, input: Input<P, Q, B>, services: Services): Promise<Answer>;
}

export interface SessionEndpoint<P = unknown, Q = unknown, B = unknown> extends Declaration<P, Q, B> {
  readonly entry: 'session';
  handle(caller: Caller, input: Input<P, Q, B>, services: Services): Promise<Answer>;
}

/** An endpoint whose types the route table need not know: input has passed the declared schemas before `handle` sees it. */
// biome-ignore lint/suspicious/noExplicitAny: existential over the three input types; only the pipeline calls handle, after parsing
export type Endpoint = PublicEndpoint<any, any, any> | SessionEndpoint<any, any, any>;

/** An endpoint that anybody may call. */
export function publicEndpoint<P = undefined, Q = undefined, B = undefined>(
  declaration: Omit<PublicEndpoint<P, Q, B>, 'entry'>,
): PublicEndpoint<P, Q, B> {
  return { entry: 'public', ...declaration };
}

/** An endpoint that needs a session. */
export function sessionEndpoint<P = undefined, Q = undefined, B = undefined>(
  declaration: Omit<SessionEndpoint<P, Q, B>, 'entry'>,
): SessionEndpoint<P, Q, B> {
  return { entry: 'session', ...declaration };
}
