import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HttpLimits } from '../../src/local-host/loopback-server.ts';
import type { Text } from '../../src/model/failure.ts';

type Message = { readonly line: string } | { readonly url: string } | { readonly refused: Text };

export interface HostOptions {
  readonly argument?: string;
  readonly port?: number;
  readonly limits?: Partial<HttpLimits>;
  /** A timer to run before listening. */
  readonly first?: string;
  readonly routePrefix?: string;
}

/** One host with one of the apps beside this file, in a process and a data folder of its own. */
export class HostProcess {
  readonly lines: string[] = [];
  readonly folder: string;
  url = '';
  refused: Text | undefined;
  readonly #child: ChildProcess;
  readonly #waiting = new Set<() => void>();

  constructor(folder: string, child: ChildProcess) {
    this.folder = folder;
    this.#child = child;
    child.on('message', (message: Message) => {
      if ('line' in message) this.lines.push(message.line);
      else if ('url' in message) this.url = message.url;
      else this.refused = message.refused;
      for (const look of this.#waiting) look();
    });
    child.on('exit', () => {
      for (const look of this.#waiting) look();
    });
  }

  /** Resolves when the host listens or has refused to start. */
  static async start(app: string, options: HostOptions = {}): Promise<HostProcess> {
    const folder = await mkdtemp(join(tmpdir(), 'local-host-'));
    const hostJsonPath = join(folder, 'host.json');
    const http = { routePrefix: options.routePrefix ?? '' };
    await writeFile(hostJsonPath, JSON.stringify({ version: '2.0', extensions: { http } }));
    const entry = new URL(`apps/${app}.ts`, import.meta.url).href;
    const child = fork(new URL('run-host.ts', import.meta.url), [entry, options.argument ?? ''], { execArgv: [] });
    const host = new HostProcess(folder, child);
    const { port = 0, limits, first } = options;
    child.send({ hostJsonPath, port, dataFolder: join(folder, 'data'), limits, first });
    await host.until(() => host.url !== '' || host.refused !== undefined);
    return host;
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  /** Resolves once `condition` holds; throws when the process ends before. */
  until(condition: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const holds = condition();
        if (!holds && this.#child.exitCode === null && this.#child.signalCode === null) return;
        this.#waiting.delete(look);
        if (holds) resolve();
        else reject(new Error(`the host ended; it wrote:\n${this.lines.join('\n')}`));
      };
      this.#waiting.add(look);
      look();
    });
  }

  /** Resolves when a line of the log fits. */
  line(pattern: RegExp): Promise<void> {
    return this.until(() => this.lines.some((line) => pattern.test(line)));
  }

  adminKey(): Promise<string> {
    return readFile(join(this.folder, 'data', 'admin-key'), 'utf8').then((text) => text.trim());
  }

  signal(name: 'SIGINT' | 'SIGTERM'): void {
    this.#child.kill(name);
  }

  /** The process's exit code, once it has ended and its messages have come. */
  async exit(): Promise<number | null> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, 'exit');
    return this.#child.exitCode;
  }

  async remove(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.exit();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** One request with any headers, as `fetch` would not send them; a body given as a list goes out chunked. */
  async send(
    path: string,
    options: { method?: string; headers?: Record<string, string>; body?: string | Buffer | readonly Buffer[] } = {},
  ): Promise<{ status: number; headers: Record<string, string | string[] | undefined>; body: Buffer }> {
    const { method = 'GET', headers = {}, body } = options;
    const req = request(this.url, { path, method, headers, agent: false });
    if (Array.isArray(body)) for (const chunk of body) req.write(chunk);
    req.end(typeof body === 'string' || Buffer.isBuffer(body) ? body : undefined);
    // A host that has answered early may close while the rest is still being sent.
    const [res] = await once(req, 'response');
    req.on('error', () => {});
    const chunks: Buffer[] = [];
    for await (const chunk of res) chunks.push(chunk);
    return { status: res.statusCode ?? 0, headers: res.headers, body: Buffer.concat(chunks) };
  }

  /** Sends bytes as they are and returns all that comes back until the host closes. */
  async raw(text: string): Promise<string> {
    const socket = connect(this.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(Buffer.from(text, 'latin1'));
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1');
    });
    await once(socket, 'close');
    return answer;
  }
}
