import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { LOGS_ID, type LogState, newLog } from '../../src/domain/audit/log-state.ts';
import { BACKUPS_ID } from '../../src/domain/backups/generation-list.ts';
import { type EpochMs, epochMs, instant } from '../../src/model/instant.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { AzureCloud } from './azure-doubles/azure-cloud.ts';
import type { StoresBeneath } from './stores-beneath.ts';
import { storesOfFolder } from './stores-of-folder.ts';

const ROOT = new URL('../../', import.meta.url).pathname;
/** The origin that the service is configured with; its port need not be the real one. */
const ORIGIN = 'http://localhost:7071';

export interface ServiceOptions {
  /**
   * A data folder that outlives the process; without it one is made and removed. On Azure's stores it stands for the cloud
   * that belongs to it: a service that is started anew in the folder finds everything as it was.
   */
  readonly folder?: string;
  /** Runs on this cloud, whatever stores the project names. */
  readonly cloud?: AzureCloud;
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * The whole service as `npm start` runs it, in a process and data folder of its own, on any free port: on the embedded
 * stores, or over Azure's adapters on a cloud of doubles where the project names these.
 */
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
  readonly #stores: StoresBeneath;
  /** Removes what was made for this process alone. */
  readonly #tidy: () => Promise<void>;

  private constructor(folder: string, stores: StoresBeneath, env: ServiceOptions['env'], tidy: () => Promise<void>) {
    this.folder = folder;
    this.#stores = stores;
    this.#tidy = tidy;
    this.#child = spawn(process.execPath, ['src/local-host/main.ts'], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env['PATH'],
        PORT: '0',
        LEYSERKIDS_DATA_DIR: folder,
        LEYSERKIDS_UNDECLARED_ANSWERS: 'refuse',
        LEYSERKIDS_DEMO: 'off',
        ...stores.env,
        ...env,
      },
    });
    this.#closed = once(this.#child, 'close');
    this.#ready = this.#listen();
  }

  /** Resolves when it is ready; throws with what it wrote when it ends instead. */
  static async start(options: ServiceOptions = {}): Promise<ServiceProcess> {
    const service = await ServiceProcess.launch(options);
    await service.#ready;
    return service;
  }

  /** A service that is still starting, to be killed meanwhile. */
  static async launch({ folder, cloud, env }: ServiceOptions): Promise<ServiceProcess> {
    const outlives = folder !== undefined;
    const place = folder ?? mkdtempSync(join(tmpdir(), 'leyserkids-'));
    const { stores, end } = await storesOfFolder({ folder: place, outlives, cloud, origin: ORIGIN });
    const service = new ServiceProcess(place, stores, env, async () => {
      if (!outlives) rmSync(place, { recursive: true, force: true });
      await end();
    });
    service.#ready.catch(() => undefined);
    return service;
  }

  /** What a service that refuses to start writes, and its exit code. */
  static async refusal(
    options: ServiceOptions,
  ): Promise<{ readonly code: number | null; readonly lines: readonly string[] }> {
    const service = await ServiceProcess.launch(options);
    const ready = service.#ready.then(
      () => true,
      () => false,
    );
    if (await ready) throw new Error('it started');
    const { exitCode: code } = service.#child;
    await service.#tidy();
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

  /** Runs the operator's tool on the same stores; its JSON answer. Throws what it says when it refuses. */
  async ops(...args: readonly string[]): Promise<unknown> {
    const { code, out, err } = await this.#stores.ops([...args, '--json']);
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
  makeBackupDue(tenant: string): Promise<void> {
    return this.makeDue(tenant, BACKUPS_ID, (value, now) => ({ ...value, slot: instant(now) }));
  }

  /** Makes what waits in an item of a tenant's state due now, and changes its value when told. */
  async makeDue(
    tenant: string,
    id: string,
    change: (value: JsonObject, now: EpochMs) => JsonObject = (value) => value,
  ): Promise<void> {
    const { control, clock, close } = await this.#stores.openControl();
    try {
      const states = control.container('tenant-state');
      const item = await states.get(tenant, id);
      if (item === undefined) throw new Error(`${tenant} has no ${id}`);
      const now = clock.now();
      await states.replace({ ...item, value: change(item.value, now), dueAt: now }, item.etag);
    } finally {
      await close();
    }
  }

  /** Makes a tenant's events so far old enough for the archive, and its log due now. May be done again, for a digest more. */
  async makeLogDue(tenant: string): Promise<void> {
    const { control, clock, close } = await this.#stores.openControl();
    try {
      const logs = control.container<LogState>('tenant-state');
      const now = clock.now();
      const first = { partition: tenant, id: LOGS_ID, value: newLog(instant(now)), dueAt: now };
      const item = (await logs.get(tenant, LOGS_ID)) ?? (await logs.create(first));
      this.#stores.ageEvents(tenant, epochMs(item.value.head.until));
      await logs.replace({ ...item, dueAt: now }, item.etag);
    } finally {
      await close();
    }
  }

  /** All that it keeps anywhere, as bytes in which one can search. */
  async kept(): Promise<Buffer> {
    const paths = readdirSync(this.folder, { recursive: true, encoding: 'utf8' }).map((name) =>
      join(this.folder, name),
    );
    const files = paths.filter((path) => statSync(path).isFile()).map((path) => readFileSync(path));
    return Buffer.concat([...files, await this.#stores.keptElsewhere()]);
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

  /** Ends it and removes what was made for it. */
  async remove(): Promise<void> {
    await this.kill();
    await this.#tidy();
  }
}
