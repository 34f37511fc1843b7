import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { ORIGIN } from './workplace.ts';

export interface Call {
  readonly method?: 'GET' | 'POST';
  readonly path: string;
  readonly cookie?: string;
  readonly contentType?: string;
  readonly body?: string | Uint8Array;
}

export interface Answered {
  /** Milliseconds from sending to the last byte of the answer. */
  readonly ms: number;
  readonly text: string;
}

/** Kept connections to one host, far cheaper than `fetch`: on two cores the client must not be what is measured. */
export class Connections {
  readonly #agent: Agent;
  readonly #port: number;

  constructor(url: string, count = 1) {
    this.#agent = new Agent({ keepAlive: true, maxSockets: count });
    this.#port = Number(new URL(url).port);
  }

  /** One request; throws when it is not answered with 200. */
  send({ method = 'GET', path, cookie, contentType = 'application/json', body }: Call): Promise<Answered> {
    const headers = {
      host: `localhost:${this.#port}`,
      ...(cookie === undefined ? {} : { cookie }),
      ...(body === undefined
        ? {}
        : { origin: ORIGIN, 'content-type': contentType, 'content-length': Buffer.byteLength(body) }),
    };
    return new Promise((resolve, reject) => {
      const startedAt = performance.now();
      const sent = request(
        { agent: this.#agent, host: '127.0.0.1', port: this.#port, method, path, headers },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.on('error', reject);
          answer.on('end', () => {
            const ms = performance.now() - startedAt;
            const text = Buffer.concat(chunks).toString();
            if (answer.statusCode === 200) resolve({ ms, text });
            else reject(refusal(`${method} ${path}`, answer.statusCode, answer.headers, text));
          });
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });
  }

  /** Sends `count` calls, always as many at once as there are connections; requests per second. */
  async throughput(count: number, call: (nth: number) => Call): Promise<number> {
    const startedAt = performance.now();
    let next = 0;
    const worker = async () => {
      while (next < count) {
        next += 1;
        await this.send(call(next));
      }
    };
    await Promise.all(Array.from({ length: this.#agent.maxSockets }, worker));
    return (count * 1000) / (performance.now() - startedAt);
  }

  close(): void {
    this.#agent.destroy();
  }
}

function refusal(what: string, status: number | undefined, headers: IncomingHttpHeaders, text: string): Error {
  return new Error(`${what} was answered ${status} ${headers['retry-after'] ?? ''} ${text.slice(0, 500)}`);
}
