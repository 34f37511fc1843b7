import { randomUUID } from 'node:crypto';
import type { InvocationContext } from '@azure/functions';

/** Version, trace id and parent id, flags. Source: W3C Trace Context, `traceparent`. An id of zeros is none. */
const TRACE_PARENT = /^[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/;

/**
 * The trace id of an invocation, 32 hexadecimal digits: the one under which the host tells of the request, so that its
 * lines and ours are found together; a new one where the host names none.
 */
export function traceOf({ traceContext }: Pick<InvocationContext, 'traceContext'>): string {
  return TRACE_PARENT.exec(traceContext?.traceParent ?? '')?.[1] ?? randomUUID().replaceAll('-', '');
}
