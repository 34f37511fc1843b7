import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Launch, Running } from './running.ts';

/** The origin that services under test are configured with; their real ports differ. */
export const ORIGIN = 'http://localhost:7071';

export interface ServiceOptions {
  /** Whether it makes the invented tenant, or finds it made. */
  readonly demo?: 'on' | 'off';
  readonly nodeOptions?: readonly string[];
}

/**
 * Where a run of the bench works: a new folder for all data, and every process that it starts. When this process ends, for
 * whatever reason but SIGKILL, the processes are killed and the folder is removed.
 */
export class Workplace {
  readonly #root = mkdtempSync(join(tmpdir(), 'leyserkids-bench-'));
  readonly #running = new Set<Running>();
  #folders = 0;

  constructor() {
    process.once('SIGINT', () => process.exit(130));
    process.once('SIGTERM', () => process.exit(143));
    process.once('exit', () => {
      for (const running of this.#running) running.killNow();
      // A process that is just ending may still have written something.
      rmSync(this.#root, { recursive: true, force: true, maxRetries: 10 });
    });
  }

  /** A new empty folder. */
  folder(): string {
    this.#folders += 1;
    const path = join(this.#root, String(this.#folders));
    mkdirSync(path);
    return path;
  }

  /** The whole service as `npm start` runs it, on this data folder; resolves when it is ready. */
  service(dataFolder: string, { demo = 'off', nodeOptions = [] }: ServiceOptions = {}): Promise<Running> {
    const env = {
      PORT: '0',
      LEYSERKIDS_DATA_DIR: dataFolder,
      LEYSERKIDS_ORIGIN: ORIGIN,
      LEYSERKIDS_UNDECLARED_ANSWERS: 'refuse',
      LEYSERKIDS_DEMO: demo,
    };
    return this.#start({ args: [...nodeOptions, 'src/local-host/main.ts'], env });
  }

  /** The same local host with another app (a file beside this one); resolves when it is ready. */
  otherApp(app: string, dataFolder: string): Promise<Running> {
    return this.#start({ args: ['tests/bench/other-app-host.ts', `./${app}`, dataFolder], env: {} });
  }

  async #start(launch: Launch): Promise<Running> {
    const running = new Running(launch);
    this.#running.add(running);
    running.ended.then(() => this.#running.delete(running));
    await running.ready;
    return running;
  }
}
