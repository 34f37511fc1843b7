import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { ServiceProcess } from '../support/service-process.ts';
import { startSentences } from '../support/start-sentences.ts';
import { tempFolder } from '../support/temp-folder.ts';

const running: ServiceProcess[] = [];
afterEach(async () => {
  for (const service of running.splice(0)) await service.kill();
});

test.each([
  ['PORT', 'seven'],
  ['LEYSERKIDS_ORIGIN', 'localhost:7071'],
  ['LEYSERKIDS_ROLE', 'everything'],
  ['LEYSERKIDS_DATA_DIRECTORY', '/tmp/data'],
])('a wrong setting (%s=%s) stops the start with one sentence that names it', async (name, value) => {
  const { code, lines } = await ServiceProcess.refusal({ env: { [name]: value } });
  expect(code).toBe(1);
  const { ja, en } = startSentences(lines);
  expect(ja).toContain(name);
  expect(en).toContain(name);
});

test('on Azure an account that cannot be reached stops the start with one sentence that names it', async () => {
  const nowhere = 'https://localhost:1';
  const addresses = [
    'DATA_ACCOUNT',
    'CONTROL_ACCOUNT',
    'TENANT_VAULT',
    'SERVICE_VAULT',
    'BACKUP_STORAGE',
    'LOG_STORAGE',
  ];
  const env = Object.fromEntries(addresses.map((name) => [`LEYSERKIDS_${name}`, nowhere]));
  const azure = { ...env, LEYSERKIDS_STORES: 'azure', AZURE_CLIENT_ID: 'nobody' };
  const { code, lines } = await ServiceProcess.refusal({ env: azure });
  expect(code).toBe(1);
  expect(startSentences(lines).en).toContain(nowhere);
});

test('a second service on the same folder refuses to start, and the first goes on', async () => {
  const folder = tempFolder();
  const first = await ServiceProcess.start({ folder });
  running.push(first);
  const { code, lines } = await ServiceProcess.refusal({ folder });
  expect(code).toBe(1);
  expect(startSentences(lines).en).toContain(folder);
  expect((await fetch(`${first.url}/api/health`)).status).toBe(200);
});

test('a port that somebody else uses stops the start', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as { port: number };
  try {
    const { code, lines } = await ServiceProcess.refusal({ env: { PORT: String(port) } });
    expect(code).toBe(1);
    expect(startSentences(lines.filter((line) => !line.includes(' event '))).en).toContain(String(port));
  } finally {
    other.close();
  }
});

test('a data folder that is a file, or holds something else under the name of the database, is left as it is', async () => {
  const folder = tempFolder();
  const file = join(folder, 'file');
  writeFileSync(file, 'mine');
  expect(startSentences((await ServiceProcess.refusal({ folder: file })).lines).en).toContain(file);

  const damaged = join(folder, 'damaged');
  mkdirSync(damaged);
  writeFileSync(join(damaged, 'data.sqlite'), 'this is no database, and somebody may still want it'.repeat(100));
  const { code, lines } = await ServiceProcess.refusal({ folder: damaged });
  expect(code).toBe(1);
  expect(startSentences(lines).en).toContain('data.sqlite');
});

test('Ctrl-C stops it with exit code 0, and the folder is free again', async () => {
  const folder = tempFolder();
  const first = await ServiceProcess.start({ folder });
  expect(await first.stop()).toBe(0);
  running.push(await ServiceProcess.start({ folder }));
});
