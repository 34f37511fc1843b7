import type { ServiceProcess } from './service-process.ts';

// biome-ignore lint/suspicious/noExplicitAny: what a test expects of an answer, it says itself
type Json = any;

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Parsed when it is JSON, else undefined. */
  readonly body: Json;
}

export interface Request {
  readonly json?: unknown;
  readonly bytes?: Uint8Array<ArrayBuffer> | string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A script with a cookie jar, as the API knows it: it sends Origin, and the cookies that it was given. */
export class Client {
  readonly cookies = new Map<string, string>();
  #service: Pick<ServiceProcess, 'url' | 'origin'>;

  constructor(service: Pick<ServiceProcess, 'url' | 'origin'>) {
    this.#service = service;
  }

  /** Goes on with the same cookies at a service that was started anew. */
  moveTo(service: Pick<ServiceProcess, 'url' | 'origin'>): void {
    this.#service = service;
  }

  /** One request to `/api` + path. Redirects are not followed. */
  async send(method: string, path: string, { json, bytes, headers = {} }: Request = {}): Promise<Reply> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const body = json === undefined ? bytes : JSON.stringify(json);
    const response = await fetch(`${this.#service.url}/api${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(method === 'GET' || method === 'HEAD' ? {} : { origin: this.#service.origin }),
        ...(cookie === '' ? {} : { cookie }),
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/max-age=0/i.test(line)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    const text = await response.text();
    const isJson = /[/+]json/.test(response.headers.get('content-type') ?? '');
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson && text !== '' ? JSON.parse(text) : undefined,
    };
  }

  /** The same, for a request that must succeed: throws with the answer otherwise. */
  async must(method: string, path: string, request: Request = {}): Promise<Reply> {
    const reply = await this.send(method, path, request);
    if (reply.status >= 300) throw new Error(`${method} ${path}: ${reply.status} ${reply.text}`);
    return reply;
  }
}
