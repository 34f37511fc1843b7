import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A running `bare-host.ts`. */
export interface BareProcess {
  readonly url: string;
  end(): Promise<void>;
}

/** Resolves when it listens. */
export async function startBare(): Promise<BareProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'leyserkids-bench-'));
  const program = new URL('bare-host.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [program, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const url = await new Promise<string>((resolve, reject) => {
    child.once('exit', () => reject(new Error('the bare host ended')));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const [, found] = /^ready (\S+)/.exec(line) ?? [];
      if (found !== undefined) resolve(found);
    });
  });
  return {
    url,
    async end() {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
