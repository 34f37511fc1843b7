import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const LINES_KEPT = 40;

export interface Launch {
  /** For node, relative to the repository. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** A local host in a process of its own: both sides of a comparison are started, heard and ended in the same way. */
export class Running {
  /** Known when `ready` has resolved. */
  url = '';
  /** Milliseconds from the start of the process until it told its address. */
  readyAfter = 0;
  /** Rejects with what it wrote when it ends before it is ready. */
  readonly ready: Promise<void>;
  readonly ended: Promise<unknown>;
  /** The last lines that it wrote. */
  readonly #lines: string[] = [];
  readonly #child: ChildProcess;

  constructor({ args, env }: Launch) {
    const startedAt = performance.now();
    this.#child = spawn(process.execPath, args, {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'], ...env },
    });
    this.ended = once(this.#child, 'close');
    this.ready = new Promise((resolve, reject) => {
      const hear = (line: string) => {
        this.#lines.push(line);
        if (this.#lines.length > LINES_KEPT) this.#lines.shift();
        const address = this.url === '' ? / ready.*?(http:\/\/localhost:\d+)/.exec(line)?.[1] : undefined;
        if (address === undefined) return;
        this.readyAfter = performance.now() - startedAt;
        this.url = address;
        resolve();
      };
      for (const stream of [this.#child.stdout, this.#child.stderr]) {
        if (stream !== null) createInterface({ input: stream }).on('line', hear);
      }
      this.ended.then(() => reject(new Error(`node ${args.join(' ')} ended:\n${this.#lines.join('\n')}`)));
    });
  }

  /** Ends it as Ctrl-C does; the last lines that it wrote. */
  async stop(): Promise<readonly string[]> {
    this.#child.kill('SIGINT');
    await this.ended;
    return this.#lines;
  }

  /** Ends it without waiting. */
  killNow(): void {
    this.#child.kill('SIGKILL');
  }
}
