import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { openOperatorStores } from '../../src/app.ts';
import { ops } from '../../src/cli/ops.ts';
import { type Config, readConfig } from '../../src/config.ts';
import { LOGS_ID, type LogState, newLog } from '../../src/domain/audit/log-state.ts';
import { epochMs, instant, MINUTE } from '../../src/model/instant.ts';

const ROOT = new URL('../../', import.meta.url).pathname;
/** The origin that the service is configured with; its port need not be the real one. */
const ORIGIN = 'http://localhost:7071';

export interface ServiceOptions {
  /** A data folder that outlives the process; without it one is made and removed. */
  readonly folder?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** The whole service as `npm start` runs it, in a process and data folder of its own, on any free port. */
export class ServiceProcess {
  readonly folder: string;
  readonly origin = ORIGIN;
  /** What it wrote, both streams. */
  readonly lines: string[] = [];
  url = '';
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;
  readonly #heard = new EventEmitter();
  readonly #ready: Promise<void>;
  readonly #ownsFolder: boolean;

  private constructor({ folder, env }: ServiceOptions) {
    this.#ownsFolder = folder === undefined;
    this.folder = folder ?? mkdtempSync(join(tmpdir(), 'leyserkids-'));
    this.#child = spawn(process.execPath, ['src/local-host/main.ts'], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env['PATH'],
        PORT: '0',
        LEYSERKIDS_DATA_DIR: this.folder,
        LEYSERKIDS_ORIGIN: ORIGIN,
        LEYSERKIDS_UNDECLARED_ANSWERS: 'refuse',
        LEYSERKIDS_DEMO: 'off',
        ...env,
      },
    });
    this.#closed = once(this.#child, 'close');
    this.#ready = this.#listen();
  }

  /** Resolves when it is ready; throws with what it wrote when it ends instead. */
  static async start(options: ServiceOptions = {}): Promise<ServiceProcess> {
    const service = new ServiceProcess(options);
    await service.#ready;
    return service;
  }

  /** A service that is still starting, to be killed meanwhile. */
  static launch(options: ServiceOptions): ServiceProcess {
    const service = new ServiceProcess(options);
    service.#ready.catch(() => undefined);
    return service;
  }

  /** What a service that refuses to start writes, and its exit code. */
  static async refusal(
    options: ServiceOptions,
  ): Promise<{ readonly code: number | null; readonly lines: readonly string[] }> {
    const service = new ServiceProcess(options);
    const ready = service.#ready.then(
      () => true,
      () => false,
    );
    if (await ready) throw new Error('it started');
    const { exitCode: code } = service.#child;
    return { code, lines: service.lines };
  }

  /** Resolves when it has written a line that fits; throws with what it wrote when it ends before. */
  async line(pattern: RegExp): Promise<string> {
    for (;;) {
      const found = this.lines.find((line) => pattern.test(line));
      if (found !== undefined) return found;
      const more = await Promise.race([once(this.#heard, 'line').then(() => true), this.#closed.then(() => false)]);
      if (!more) throw new Error(`it ended before it wrote ${pattern}:\n${this.lines.join('\n')}`);
    }
  }

  async #listen(): Promise<void> {
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on('line', (line) => {
        this.lines.push(line);
        this.#heard.emit('line');
      });
    }
    const line = await this.line(/^LeySerKids .*http:\/\/localhost:\d+/);
    this.url = /http:\/\/localhost:\d+/.exec(line)?.[0] ?? '';
  }

  /** Runs the operator's tool on the same data folder; its JSON answer. Throws what it says when it refuses. */
  async ops(...args: readonly string[]): Promise<unknown> {
    const config = this.#config();
    let out = '';
    let err = '';
    const code = await ops(
      [...args, '--json'],
      async (work) => {
        const { close, ...stores } = await openOperatorStores(config);
        try {
          return await work({ ...stores, ask: undefined, tell: () => undefined });
        } finally {
          await close();
        }
      },
      { out: (text) => (out += text), err: (text) => (err += text) },
    );
    if (code !== 0) throw new Error(`ops ${args.join(' ')}: ${code} ${err}`);
    return JSON.parse(out);
  }

  /** Runs a job at once, through the host's administrative path. */
  async run(job: string): Promise<void> {
    const key = readFileSync(join(this.folder, 'admin-key'), 'utf8').trim();
    // Not fetch: it adds headers by which the host knows a browser.
    const call = request(`${this.url}/admin/functions/${job}`, { method: 'POST', headers: { 'x-functions-key': key } });
    call.end();
    const [response] = (await once(call, 'response')) as [IncomingMessage];
    response.resume();
    const { statusCode: status } = response;
    if (status !== 202) throw new Error(`${job}: ${status}\n${this.lines.slice(-20).join('\n')}`);
  }

  /** Makes tonight's backup of a tenant due now. */
  async makeBackupDue(tenant: string): Promise<void> {
    const { control, clock, close } = await openOperatorStores(this.#config());
    try {
      const states = control.container('tenant-state');
      const item = await states.get(tenant, 'backups');
      if (item === undefined) throw new Error(`no backup of ${tenant} is planned`);
      const now = clock.now();
      await states.replace({ ...item, value: { ...item.value, slot: instant(now) }, dueAt: now }, item.etag);
    } finally {
      await close();
    }
  }

  /** Makes a tenant's events so far old enough for the archive, and its log due now. May be done again, for a digest more. */
  async makeLogDue(tenant: string): Promise<void> {
    const { control, clock, close } = await openOperatorStores(this.#config());
    try {
      const logs = control.container<LogState>('tenant-state');
      const now = clock.now();
      const first = { partition: tenant, id: LOGS_ID, value: newLog(instant(now)), dueAt: now };
      const item = (await logs.get(tenant, LOGS_ID)) ?? (await logs.create(first));
      this.#settleEvents(tenant, epochMs(item.value.head.until), now - 5 * MINUTE - 1);
      await logs.replace({ ...item, dueAt: now }, item.etag);
    } finally {
      await close();
    }
  }

  /** Gives the events from a commit time on another one. */
  #settleEvents(tenant: string, from: number, committedAt: number): void {
    const data = new DatabaseSync(join(this.folder, 'data.sqlite'), { timeout: 2000 });
    try {
      const change = "UPDATE items SET committed_at = ? WHERE tenant = ? AND kind = 'event' AND committed_at >= ?";
      data.prepare(change).run(committedAt, tenant, from);
    } finally {
      data.close();
    }
  }

  #config(): Config {
    return readConfig({ LEYSERKIDS_DATA_DIR: this.folder, LEYSERKIDS_ORIGIN: ORIGIN });
  }

  /** Ends it as a power cut would. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#closed;
  }

  /** Ends it as Ctrl-C does; its exit code. */
  async stop(): Promise<number | null> {
    this.#child.kill('SIGINT');
    await this.#closed;
    return this.#child.exitCode;
  }

  /** Ends it and removes its folder. */
  async remove(): Promise<void> {
    await this.kill();
    if (this.#ownsFolder) rmSync(this.folder, { recursive: true, force: true });
  }
}
