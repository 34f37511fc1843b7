export interface FinishedRequest {
  readonly method: string;
  /** As the client sent it; a query string is cut off here, since it may name people. */
  readonly target: string;
  /** Undefined when the client went away before the answer. */
  readonly status: number | undefined;
  readonly ms: number;
  /** Of the body sent. */
  readonly bytes: number;
}

/** One line for people: `2026-11-24T05:01:02.345Z GET /api/health 200 1.2 ms 15 B`. Never more than one line. */
export function requestLine(at: Date, request: FinishedRequest): string {
  // What is not printable ASCII could move the cursor or fake a line.
  const path = (request.target.split(/[?#]/, 1)[0] ?? '').replace(/[^\x21-\x7e]/g, '?');
  const short = path.length > 200 ? `${path.slice(0, 200)}...` : path;
  return `${at.toISOString()} ${request.method} ${short} ${request.status ?? 'aborted'} ${request.ms.toFixed(1)} ms ${request.bytes} B`;
}
