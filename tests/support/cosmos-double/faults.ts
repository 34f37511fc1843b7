import type { ServerResponse } from 'node:http';

/** What a request asks for. */
export type RequestKind =
  | 'account'
  | 'container'
  | 'ranges'
  | 'plan'
  | 'query'
  | 'batch'
  | 'read'
  | 'create'
  | 'replace'
  | 'delete';

export interface Fault {
  /** The requests that it meets. */
  readonly on: RequestKind;
  /** How many of them; one unless told. */
  readonly times?: number;
  /** How many such requests pass before. */
  readonly after?: number;
  /** Whether the request is carried out all the same. */
  readonly applied?: boolean;
  /**
   * What the client gets: an error answer, a broken connection, nothing at all, or an answer that is no JSON. In a
   * batch `operation` fails with the status instead, the others being failed dependencies.
   */
  readonly answer:
    | {
        readonly status: number;
        readonly substatus?: number;
        readonly retryAfterMs?: number;
        readonly operation?: number;
        readonly body?: object;
      }
    | 'reset'
    | 'silence'
    | 'garbage';
}

/** Faults that wait for their request. */
export class Faults {
  readonly #waiting: { readonly fault: Fault; pass: number; left: number }[] = [];

  add(fault: Fault): void {
    this.#waiting.push({ fault, pass: fault.after ?? 0, left: fault.times ?? 1 });
  }

  /** The fault that meets this request, if any. */
  next(kind: RequestKind): Fault | undefined {
    for (const each of this.#waiting) {
      if (each.fault.on !== kind || each.left === 0) continue;
      if (each.pass > 0) {
        each.pass -= 1;
        continue;
      }
      each.left -= 1;
      return each.fault;
    }
    return undefined;
  }
}

/** Gives the client what the fault says. `operations`: how many the batch has. */
export function answerWith(fault: Fault, response: ServerResponse, operations: number): void {
  const { answer } = fault;
  if (answer === 'silence') return;
  if (answer === 'reset') {
    response.destroy();
    return;
  }
  if (answer === 'garbage') {
    response.writeHead(200).end('<html>');
    return;
  }
  const { status, substatus, retryAfterMs, operation, body } = answer;
  if (operation !== undefined) {
    const results = Array.from({ length: operations }, (_, position) =>
      position === operation
        ? { statusCode: status, requestCharge: 1, ...(retryAfterMs && { retryAfterMilliseconds: retryAfterMs }) }
        : { statusCode: 424, requestCharge: 0 },
    );
    response.writeHead(207, { 'x-ms-request-charge': '1' }).end(JSON.stringify(results));
    return;
  }
  response.writeHead(status, {
    'x-ms-request-charge': '0.38',
    'x-ms-activity-id': '00000000-0000-0000-0000-00000000abcd',
    ...(substatus === undefined ? {} : { 'x-ms-substatus': String(substatus) }),
    ...(retryAfterMs === undefined ? {} : { 'x-ms-retry-after-ms': String(retryAfterMs) }),
  });
  response.end(JSON.stringify({ code: String(status), message: 'text of the server', ...body }));
}
