import type { FailureCode } from '../../model/failure.ts';
import { PROBLEMS } from './problem.ts';
import type { Route } from './route.ts';

/** Refusals that the pipeline itself can give on every route. */
const EVERYWHERE: readonly FailureCode[] = [
  'invalid-input',
  'method-not-allowed',
  'wrong-host',
  'too-many-requests',
  'internal',
  'starting',
  'busy',
  'unavailable',
];

/** The failures that a route can answer: those of the pipeline's steps that apply to it, and those of its work. */
export function declaredFailures({ method, access, endpoint }: Route): ReadonlySet<FailureCode> {
  const codes = new Set<FailureCode>([...EVERYWHERE, ...(endpoint.failures ?? [])]);
  if (method !== 'GET') codes.add('origin-refused');
  if (endpoint.body !== undefined) for (const code of OF_BODIES) codes.add(code);
  if (access.type !== 'public') for (const code of OF_SESSIONS) codes.add(code);
  if (access.type === 'grant') codes.add('not-permitted');
  if (endpoint.confirm === true) codes.add('confirm-needed');
  if (endpoint.precondition !== undefined) codes.add('precondition-required').add('stale');
  return codes;
}

const OF_BODIES = ['malformed-json', 'too-large', 'unsupported-media-type', 'encoding-not-supported'] as const;
const OF_SESSIONS = ['unauthenticated', 'contract-ended', 'network-not-allowed'] as const;

/** The statuses that a route can answer. */
export function declaredStatuses(route: Route): ReadonlySet<number> {
  const statuses = new Set(Object.keys(route.endpoint.answers).map(Number));
  for (const code of declaredFailures(route)) statuses.add(PROBLEMS[code].status);
  return statuses;
}
