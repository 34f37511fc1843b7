import type { Area } from '../../model/grants.ts';
import type { Endpoint } from './endpoint.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/**
 * Who may call a route. `grant` asks for the level in at least one facility; the work narrows it to the facility that
 * it is about.
 */
export type Access =
  | { readonly type: 'public' }
  | { readonly type: 'session' }
  | { readonly type: 'grant'; readonly area: Area; readonly level: 'read' | 'write' };

/** One line of the API: what is called how, by whom, and what does it. */
export interface Route {
  readonly method: Method;
  /** Below `/api`, with parameters in braces. */
  readonly path: `/${string}`;
  readonly access: Access;
  readonly endpoint: Endpoint;
}

export const anybody: Access = { type: 'public' };
export const signedIn: Access = { type: 'session' };

export function readers(area: Area): Access {
  return { type: 'grant', area, level: 'read' };
}

export function writers(area: Area): Access {
  return { type: 'grant', area, level: 'write' };
}

/** A row of the route table. Throws RangeError when endpoint and access disagree on whether a session is needed. */
export function route(method: Method, path: `/${string}`, access: Access, endpoint: Endpoint): Route {
  if ((access.type === 'public') !== (endpoint.entry === 'public')) {
    throw new RangeError(`${method} ${path}: the route and its endpoint disagree on whether a session is needed`);
  }
  return { method, path, access, endpoint };
}
