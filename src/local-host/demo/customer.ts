/** What a request was answered. */
export interface Reply {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: the API's answers, whose declared schemas its own tests hold it to
  readonly body: any;
}

/** A customer of the API, as any script would be: it keeps its cookies and sends its Origin. */
export class Customer {
  readonly #url: string;
  readonly #origin: string;
  readonly #cookies = new Map<string, string>();

  constructor(url: string, origin: string) {
    this.#url = url;
    this.#origin = origin;
  }

  /** One request below /api; an object goes as JSON, bytes as CSV. */
  async send(method: string, path: string, body?: object | Uint8Array<ArrayBuffer>): Promise<Reply> {
    const file = body instanceof Uint8Array;
    const response = await fetch(`${this.#url}/api${path}`, {
      method,
      headers: {
        origin: this.#origin,
        cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(body === undefined ? {} : { 'content-type': file ? 'text/csv' : 'application/json' }),
      },
      ...(body === undefined ? {} : { body: file ? body : JSON.stringify(body) }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      this.#cookies.set(name, value);
    }
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  }

  /** The same; throws with the answer when it was refused. */
  async must(method: string, path: string, body?: object | Uint8Array<ArrayBuffer>): Promise<Reply> {
    const reply = await this.send(method, path, body);
    if (reply.status >= 300) throw new Error(`${method} ${path}: ${reply.status} ${JSON.stringify(reply.body)}`);
    return reply;
  }
}
