import { isConfirmed } from '../../domain/sign-in/sessions.ts';
import { userAgentFamily } from '../../domain/sign-in/user-agent.ts';
import { Failure } from '../../model/failure.ts';
import type { Answer } from './answer.ts';
import { type AuthenticateParts, authenticate } from './authenticate.ts';
import type { Caller, Visitor } from './caller.ts';
import { cookieValue, DEVICE_COOKIE, SESSION_COOKIE } from './cookies.ts';
import { declaredFailures } from './declared-failures.ts';
import type { Input } from './endpoint.ts';
import { httpAnswer, problemAnswer } from './http-answer.ts';
import type { HttpAnswer, HttpCall } from './http-call.ts';
import { checkOrigin } from './origin.ts';
import { preconditionOf } from './precondition.ts';
import { failureOf, PROBLEMS } from './problem.ts';
import { readBody, refuseBody } from './request-body.ts';
import type { RequestLimits } from './request-limits.ts';
import type { Method, Route } from './route.ts';
import type { Services } from './services.ts';
import { queryObject, validated } from './validation.ts';

/** What the pipeline itself needs, besides what it hands to endpoints. */
export interface PipelineParts extends AuthenticateParts {
  readonly services: Services;
  readonly limits: RequestLimits;
  readonly deviceOf: (cookie: string) => Promise<string | undefined>;
  readonly addressOf: (call: HttpCall) => string | null;
  /** The one origin whose pages may cause changes. */
  readonly origin: string;
  /** Turns an answer that its endpoint did not declare into a 500; tests do, production reports it and answers. */
  readonly refuseUndeclared: boolean;
}

/** The routes of one path. */
export type PathRoutes = ReadonlyMap<Method, Route>;

/**
 * Answers one request: visitor, origin, limits, session, input, permission, work, declared answer. The cheapest
 * refusals come first, so that nothing that is wrong in itself reaches a store. Never throws.
 */
export async function answerCall(call: HttpCall, routes: PathRoutes, parts: PipelineParts): Promise<HttpAnswer> {
  const { trace } = call;
  const route = routes.get(call.method === 'HEAD' ? 'GET' : (call.method as Method));
  if (route === undefined) return httpAnswer(call, otherMethod(call, routes), false);
  let answer: Answer;
  try {
    answer = checked(route, await work(call, route, parts), trace, parts);
  } catch (thrown) {
    answer = problemAnswer(reported(failureOf(thrown), route, trace, parts), trace);
  }
  return httpAnswer(call, answer, !route.path.startsWith('/auth/'));
}

async function work(call: HttpCall, route: Route, parts: PipelineParts): Promise<Answer> {
  const { endpoint, access } = route;
  checkOrigin(call, parts.origin);
  const visitor = await visitorOf(call, parts);
  if (endpoint.entry === 'public') {
    parts.limits.visit(visitor);
    return endpoint.handle(visitor, await inputOf(call, route), parts.services);
  }
  const token = cookieValue(call.headers.get('cookie'), SESSION_COOKIE);
  const caller = await authenticate(token, visitor, parts);
  const input = await inputOf(call, route);
  if (access.type === 'grant') await checkGrant(caller, access.area, access.level);
  if (endpoint.confirm === true && !isConfirmed(caller.session, visitor.now)) throw new Failure('confirm-needed');
  return endpoint.handle(caller, input, parts.services);
}

async function visitorOf(call: HttpCall, parts: PipelineParts): Promise<Visitor> {
  const cookie = cookieValue(call.headers.get('cookie'), DEVICE_COOKIE);
  return {
    address: parts.addressOf(call),
    agent: userAgentFamily(call.headers.get('user-agent')),
    device: (cookie === undefined ? undefined : await parts.deviceOf(cookie)) ?? null,
    trace: call.trace,
    now: parts.services.clock.now(),
  };
}

async function inputOf(call: HttpCall, { endpoint }: Route): Promise<Input<unknown, unknown, unknown>> {
  const { params, query, body } = endpoint;
  const given = queryObject(call.query);
  if (query === undefined && Object.keys(given).length > 0) throw unknownQuery(given);
  const content = body === undefined ? await refuseBody(call) : await readBody(call, body);
  return {
    params: params === undefined ? undefined : validated(params, { ...call.params }, '/path'),
    query: query === undefined ? undefined : validated(query, given, '?'),
    body: body?.format === 'json' ? validated(body.schema, content, '') : content,
    ...preconditionOf(call, endpoint.precondition),
  };
}

function unknownQuery(given: Record<string, string>): Failure {
  const text = { ja: 'この項目はありません。取り除いてください。', en: 'There is no such parameter. Remove it.' };
  return new Failure('invalid-input', {
    errors: Object.keys(given).map((name) => ({ pointer: `?${name}`, code: 'unknown-field', text })),
  });
}

async function checkGrant(
  caller: Caller,
  area: Parameters<Caller['facilities']>[0],
  level: 'read' | 'write',
): Promise<void> {
  if (caller.facilities(area, level).length > 0) return;
  await caller.noteOnceAnHour(`${area}:${level}`, {
    action: 'access-refused',
    result: 'refused',
    reason: `${area}-${level}`,
  });
  throw new Failure('not-permitted');
}

function otherMethod(call: HttpCall, routes: PathRoutes): Answer {
  const methods = [...routes.keys()];
  const allow = [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ');
  if (call.method === 'OPTIONS') return { status: 204, headers: { allow } };
  const problem = problemAnswer(new Failure('method-not-allowed'), call.trace);
  return { ...problem, headers: { ...problem.headers, allow } };
}

/** Holds an endpoint to what it declares, so that the API document never lies. */
function checked(route: Route, answer: Answer, trace: string, parts: PipelineParts): Answer {
  if (route.endpoint.answers[answer.status] === undefined) undeclared(route, answer.status, trace, parts);
  return answer;
}

function undeclared(route: Route, status: number, trace: string, parts: PipelineParts): void {
  const name = `${route.method} ${route.path}`;
  parts.services.telemetry.alert('undeclared-answer', { trace, route: name, status });
  if (parts.refuseUndeclared) throw new Failure('internal', { detail: `${name} does not declare ${status}` });
}

/** Tells telemetry of trouble; the failure that the caller is told. */
function reported(failure: Failure, route: Route, trace: string, parts: PipelineParts): Failure {
  const { status } = PROBLEMS[failure.code];
  if (status >= 500) {
    const where = { trace, route: `${route.method} ${route.path}`, code: failure.code };
    parts.services.telemetry.error(failure.cause ?? failure, where);
  }
  try {
    if (!declaredFailures(route).has(failure.code)) undeclared(route, status, trace, parts);
    return failure;
  } catch (refused) {
    return failureOf(refused);
  }
}
