import * as z from 'zod';
import type { Answer } from '../../src/endpoints/pipeline/answer.ts';
import type { Caller } from '../../src/endpoints/pipeline/caller.ts';
import { declaredFailures } from '../../src/endpoints/pipeline/declared-failures.ts';
import type { SessionEndpoint } from '../../src/endpoints/pipeline/endpoint.ts';
import { failureOf } from '../../src/endpoints/pipeline/problem.ts';
import { writers } from '../../src/endpoints/pipeline/route.ts';
import type { Services } from '../../src/endpoints/pipeline/services.ts';
import { validated } from '../../src/endpoints/pipeline/validation.ts';
import { Failure } from '../../src/model/failure.ts';

/** A request as a client sends it, before validation. */
export interface Asked {
  readonly params?: unknown;
  readonly query?: unknown;
  readonly body?: unknown;
  readonly ifMatch?: string;
  readonly ifNoneMatch?: boolean;
}

/** For endpoints that use the caller alone: any use of a service fails the test. */
export const NO_SERVICES: Services = new Proxy({} as Services, {
  get(_target, property): never {
    throw new Error(`the endpoint uses the service ${String(property)}`);
  },
});

/**
 * Calls an endpoint as the pipeline does behind authentication: input through its schemas, then its work; and holds
 * the answer to what the endpoint declares: status, the body's schema, and failures (store trouble as the failure that
 * it is told as).
 */
export async function ask<P, Q, B>(
  endpoint: SessionEndpoint<P, Q, B>,
  caller: Caller,
  asked: Asked = {},
  services: Services = NO_SERVICES,
): Promise<Answer> {
  const answer = await worked(endpoint, caller, asked, services);
  const declared = endpoint.answers[answer.status];
  if (declared === undefined) throw new Error(`${endpoint.name} does not declare ${answer.status}`);
  if (declared.schema !== undefined) {
    const checked = z.safeParse(declared.schema, answer.body);
    if (!checked.success) throw new Error(`${endpoint.name}: ${z.prettifyError(checked.error)}`);
  }
  return answer;
}

async function worked<P, Q, B>(
  endpoint: SessionEndpoint<P, Q, B>,
  caller: Caller,
  asked: Asked,
  services: Services,
): Promise<Answer> {
  const { params, query, body } = endpoint;
  try {
    return await endpoint.handle(
      caller,
      {
        params: (params === undefined ? undefined : validated(params, asked.params, '/path')) as P,
        query: (query === undefined ? undefined : validated(query, asked.query ?? {}, '?')) as Q,
        body: (body?.format === 'json' ? validated(body.schema, asked.body, '') : asked.body) as B,
        ifMatch: asked.ifMatch,
        ifNoneMatch: asked.ifNoneMatch ?? false,
      },
      services,
    );
  } catch (thrown) {
    const failure = failureOf(thrown);
    const declared = declaredFailures({ method: 'POST', path: '/', access: writers('accounts'), endpoint });
    if (!declared.has(failure.code))
      throw new Error(`${endpoint.name} does not declare ${failure.code}`, { cause: thrown });
    throw failure.code === 'internal' ? thrown : failure;
  }
}

/** The failure that a call is refused with; anything else, an answer included, fails the test. */
export async function refusal(call: Promise<unknown>): Promise<Failure> {
  try {
    await call;
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

/** The code of that failure. */
export async function refusedAs(call: Promise<unknown>): Promise<Failure['code']> {
  return (await refusal(call)).code;
}
