import { app, type HttpRequest, type HttpResponseInit, type InvocationContext } from '@azure/functions';
import type { HttpAnswer, HttpCall } from '../endpoints/pipeline/http-call.ts';
import { answerCall, type PathRoutes, type PipelineParts } from '../endpoints/pipeline/pipeline.ts';
import type { Method, Route } from '../endpoints/pipeline/route.ts';
import { answerSite } from '../endpoints/site/site.ts';
import type { SiteContent } from '../endpoints/site/site-content.ts';
import { traceOf } from './trace.ts';

/** Every method that Functions knows, on every path: a host answers 404 where a method is not listed, and 405 is ours to give. */
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

/** What requests are answered from. */
export interface Served {
  readonly api: PipelineParts;
  readonly site: SiteContent;
}

/**
 * Registers one function per path of the route table, and one for every other path. Throws RangeError when two routes
 * claim the same method of a path.
 */
export function registerHttp(routes: readonly Route[], served: Promise<Served>): void {
  for (const [path, routesOfPath] of routesByPath(routes)) {
    app.http(functionName(path), {
      route: `api${path}`,
      methods: [...METHODS],
      authLevel: 'anonymous',
      handler: async (request, context) =>
        response(await answerCall(callOf(request, context), routesOfPath, (await served).api)),
    });
  }
  app.http('site', {
    route: '{*path}',
    methods: [...METHODS],
    authLevel: 'anonymous',
    handler: async (request, context) => response(await answerSite(callOf(request, context), (await served).site)),
  });
}

function routesByPath(routes: readonly Route[]): ReadonlyMap<string, PathRoutes> {
  const paths = new Map<string, Map<Method, Route>>();
  for (const route of routes) {
    const ofPath = paths.get(route.path) ?? new Map<Method, Route>();
    if (ofPath.has(route.method)) throw new RangeError(`${route.method} ${route.path} stands twice in the route table`);
    paths.set(route.path, ofPath.set(route.method, route));
  }
  return paths;
}

/** `/children/{id}` becomes `api-children-id`: function names take letters, digits, `-` and `_`. */
function functionName(path: string): string {
  return `api${path.replaceAll(/[{}]/g, '').replaceAll(/[^a-z0-9]/gi, '-')}`;
}

function callOf(request: HttpRequest, context: InvocationContext): HttpCall {
  const url = new URL(request.url);
  return {
    trace: traceOf(context),
    method: request.method.toUpperCase(),
    path: url.pathname,
    headers: request.headers,
    params: request.params,
    query: url.searchParams,
    body: async () => new Uint8Array(await request.arrayBuffer()),
  };
}

function response({ status, headers, cookies, body }: HttpAnswer): HttpResponseInit {
  return { status, headers: { ...headers }, cookies: [...cookies], ...(body === undefined ? {} : { body }) };
}
