import type { IncomingMessage, ServerResponse } from 'node:http';

/** What goes wrong with requests of one method. */
export interface HttpFault {
  readonly on: string;
  /** How many of them; one unless told. */
  readonly times?: number;
  /** How many such requests pass before. */
  readonly after?: number;
  /** Whether the request is carried out all the same. */
  readonly applied?: boolean;
  /**
   * What the client gets: an answer, a broken connection, nothing at all, or what a gateway in between would say; `cut`
   * breaks the connection in the middle of the true answer.
   */
  readonly answer:
    | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
    | 'reset'
    | 'silence'
    | 'garbage'
    | 'cut';
}

export interface TrueAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** Faults that wait for their request, and the requests that came. */
export class HttpFaults {
  readonly requests: { readonly method: string; readonly url: string }[] = [];
  readonly #waiting: { readonly fault: HttpFault; pass: number; left: number }[] = [];
  readonly #watchers: (() => void)[] = [];

  add(fault: HttpFault): void {
    this.#waiting.push({ fault, pass: fault.after ?? 0, left: fault.times ?? 1 });
  }

  /** Resolves when the next request has arrived. */
  arrival(): Promise<void> {
    return new Promise((tell) => this.#watchers.push(tell));
  }

  /** Answers a request with the fault that waits for it, else with what `carryOut` gives. */
  async serve(request: IncomingMessage, response: ServerResponse, carryOut: () => Promise<TrueAnswer>): Promise<void> {
    const method = request.method ?? '';
    this.requests.push({ method, url: request.url ?? '' });
    for (const tell of this.#watchers.splice(0)) tell();
    const fault = this.#next(method);
    const real = fault === undefined || fault.applied || fault.answer === 'cut' ? await carryOut() : undefined;
    if (fault !== undefined && fault.answer !== 'cut') return answerWith(fault.answer, response);
    if (real === undefined) return;
    response.writeHead(real.status, { ...real.headers, 'content-length': real.body.length });
    if (fault === undefined) response.end(real.body);
    else response.write(real.body.subarray(0, real.body.length / 2), () => response.destroy());
  }

  #next(method: string): HttpFault | undefined {
    for (const each of this.#waiting) {
      if (each.fault.on !== method || each.left === 0) continue;
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

export async function bodyOf(request: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function answerWith(answer: Exclude<HttpFault['answer'], 'cut'>, response: ServerResponse): void {
  if (answer === 'silence') return;
  if (answer === 'reset') {
    response.destroy();
    return;
  }
  if (answer === 'garbage') {
    response
      .writeHead(200, { 'content-type': 'text/html' })
      .end('<html><body>Sign in to the guest network</body></html>');
    return;
  }
  response.writeHead(answer.status, answer.headers ?? {}).end(answer.body);
}
