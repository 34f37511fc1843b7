import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { ServiceProcess } from '../support/service-process.ts';

const ROOT = new URL('../../', import.meta.url).pathname;

/** The commands of the README's tour, word for word. */
function tour(): readonly string[] {
  const readme = readFileSync(`${ROOT}README.md`, 'utf8');
  const [section] = /^## A tour in five minutes\n[\s\S]*?(?=^## )/m.exec(readme) ?? [''];
  return [...section.matchAll(/^```bash\n([\s\S]*?)^```$/gm)].map(([, commands = '']) => commands);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

test("the README's tour works word for word: contract, registration, child, Shift_JIS ledger, who saw it", async () => {
  const port = await freePort();
  const service = await ServiceProcess.start({
    env: { PORT: String(port), LEYSERKIDS_ORIGIN: `http://localhost:${port}` },
  });
  try {
    const steps = tour();
    expect(steps.length).toBeGreaterThanOrEqual(6);
    const script = steps.map((commands) => `${commands}\nprintf '\\n----\\n'\n`).join('');
    const shell = spawn('bash', ['-euo', 'pipefail'], {
      cwd: ROOT,
      env: { ...process.env, PORT: String(port), LEYSERKIDS_DATA_DIR: service.folder },
    });
    let out = '';
    let err = '';
    shell.stdout.on('data', (chunk) => {
      out += chunk;
    });
    shell.stderr.on('data', (chunk) => {
      err += chunk;
    });
    shell.stdin.end(script);
    const [code] = await once(shell, 'close');
    expect([code, code === 0 ? '' : `${err}\n${out}`]).toEqual([0, '']);

    const answers = out.split('\n----\n');
    expect(answers.join('\n')).toContain('"recoveryCodes":[');
    expect(answers.filter((answer) => answer.includes('"dryRun":true'))).toHaveLength(1);
    const found = answers.find((answer) => answer.includes('山﨑') && answer.includes('髙橋'));
    expect(found, 'both are found by reading and by variant').toBeDefined();
    const log = answers.findLast((answer) => answer.includes('"record-read"'));
    expect(log, 'the reading stands in the log').toBeDefined();
  } finally {
    await service.remove();
    for (const file of ['tour.cookies', 'tour.csv']) rmSync(`${ROOT}${file}`, { force: true });
  }
});
