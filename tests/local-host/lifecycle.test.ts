import { once } from 'node:events';
import { readdir, stat } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { type HostOptions, HostProcess } from './host-process.ts';

const started: HostProcess[] = [];
afterEach(() => Promise.all(started.splice(0).map((host) => host.remove())));
async function start(app: string, options: HostOptions = {}): Promise<HostProcess> {
  const host = await HostProcess.start(app, options);
  started.push(host);
  return host;
}

describe('the start', () => {
  test('goes in its order: hooks, the job that has to run first, listening, timers that run at start', async () => {
    const host = await start('timers', { first: 'TICK' });
    await host.line(/at-start ran at start$/);
    const found = ['hook appStart', 'tick tick', 'before listening', 'at-start ran at start'].map((text) =>
      host.lines.findIndex((line) => line.includes(text)),
    );
    expect(found).not.toContain(-1);
    expect(found).toEqual([...found].sort((a, b) => a - b));
  });

  test('puts the routePrefix of host.json before every route', async () => {
    const host = await start('echo', { routePrefix: 'v1' });
    expect((await host.send('/v1/api/bare')).status).toBe(200);
    expect((await host.send('/api/bare')).status).toBe(404);
  });

  test.each<[string, string, string]>([
    ['none', '', 'registered no function'],
    ['unsupported', 'queue', 'copy-queue.*queueTrigger'],
    ['unsupported', 'retry', 'again.*retries'],
    ['unsupported', 'binding', 'sends.*queue'],
    ['unsupported', 'five-fields', 'short.*six fields'],
    ['unsupported', 'never-comes', 'never.*never comes'],
    ['unsupported', 'key', 'keyed.*anonymous'],
    ['unsupported', 'admin', 'mine.*admin/mine'],
    ['unsupported', 'route', 'odd.*a\\{b\\}c'],
    ['unsupported', 'name', '1st.*name'],
    ['unsupported', 'twice', 'same.*twice'],
    ['unsupported', 'stream', 'enableHttpStream'],
  ])('is refused in one sentence: %s %s', async (app, argument, sentence) => {
    const host = await start(app, { argument });
    expect(host.refused?.en).toMatch(new RegExp(sentence));
    expect(host.refused?.en).not.toContain('\n');
    expect(await host.exit()).toBe(2);
    expect(await readdir(host.folder)).toEqual(['host.json']);
  });

  test('is refused when the port is taken, on either address, naming the port and the setting; the app is ended', async () => {
    for (const address of ['127.0.0.1', '::1']) {
      const other = createServer().listen(0, address);
      await once(other, 'listening');
      const taken = other.address();
      const port = typeof taken === 'object' && taken !== null ? taken.port : 0;
      const host = await start('timers', { port });
      other.close();
      expect(host.refused?.en).toMatch(new RegExp(`^Port ${port} .*PORT`));
      expect(host.refused?.ja).toMatch(new RegExp(`ポート ${port} .*PORT`));
      expect(host.lines).toContain('hook appTerminate');
    }
  });
});

describe('the stop', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)(
    'by %s: terminate hooks run, the key is gone, exit code 0',
    async (signal) => {
      const host = await start('timers');
      host.signal(signal);
      expect(await host.exit()).toBe(0);
      expect(host.lines).toContain('hook appTerminate');
      expect(await readdir(join(host.folder, 'data'))).toEqual([]);
    },
  );

  test('lets a running request finish first and takes no more', async () => {
    const host = await start('timers');
    const running = host.send('/wait');
    await host.line(/wait waiting$/);
    host.signal('SIGTERM');
    const answer = await running;
    expect([answer.status, answer.body.toString(), answer.headers['connection']]).toEqual([200, 'finished', 'close']);
    expect(await host.exit()).toBe(0);
    const finished = host.lines.findIndex((line) => line.includes('GET /wait 200'));
    expect(finished).toBeGreaterThan(-1);
    expect(host.lines.indexOf('hook appTerminate')).toBeGreaterThan(finished);
    await expect(host.send('/wait')).rejects.toThrow('ECONNREFUSED');
  });

  test('waits for a timer that runs', async () => {
    const host = await start('slow', { argument: 'timer' });
    await host.line(/slow-timer began$/);
    host.signal('SIGTERM');
    expect(await host.exit()).toBe(0);
    expect(host.lines.slice(-2)).toEqual([expect.stringMatching(/slow-timer ended$/), 'hook appTerminate']);
  });

  test('waits for a function whose client has left', async () => {
    const host = await start('slow', { argument: 'request' });
    const socket = connect(host.port, '127.0.0.1');
    socket.write(`GET /slow HTTP/1.1\r\nHost: localhost:${host.port}\r\n\r\n`);
    await host.line(/slow-request began$/);
    socket.destroy();
    await host.line(/GET \/slow aborted /);
    host.signal('SIGTERM');
    expect(await host.exit()).toBe(0);
    expect(host.lines.slice(-2)).toEqual([expect.stringMatching(/slow-request ended$/), 'hook appTerminate']);
  });

  test('does not wait for ever', async () => {
    const host = await start('timers', { limits: { stopTimeout: 20 } });
    const running = host.send('/for-ever').catch((error: Error) => error.message);
    await host.line(/for-ever waiting$/);
    host.signal('SIGTERM');
    expect(await host.exit()).toBe(0);
    expect(await running).toMatch(/hang up|ECONNRESET/);
    expect(host.lines.join('\n')).toContain('did not wait');
  });
});

describe('running a timer by hand', () => {
  test('is done by the key that lies in the data folder, for its owner only', async () => {
    const host = await start('timers');
    const key = await host.adminKey();
    expect(key).toMatch(/^[\w-]{43}$/);
    expect((await stat(join(host.folder, 'data', 'admin-key'))).mode & 0o777).toBe(0o600);
    const post = async (name: string, headers: Record<string, string>, method = 'POST') =>
      (await host.send(`/admin/functions/${name}`, { method, headers })).status;
    expect(await post('Tick', { 'x-functions-key': key })).toBe(202);
    await host.line(/tick tick .*"isPastDue":false/);
    expect(await post('fails', { 'x-functions-key': key })).toBe(500);
    expect(await post('unknown', { 'x-functions-key': key })).toBe(404);
    expect(await post('wait', { 'x-functions-key': key })).toBe(404);
    expect(await post('tick', { 'x-functions-key': key }, 'GET')).toBe(405);
    expect(await post('tick', { 'x-functions-key': `${key}x` })).toBe(401);
    expect(await post('tick', {})).toBe(401);
    expect(await post('tick', { 'x-functions-key': key, origin: host.url })).toBe(403);
    expect(await post('tick', { 'x-functions-key': key, 'sec-fetch-site': 'none' })).toBe(403);
    expect(await post('tick', { 'x-functions-key': key, host: 'evil.example' })).toBe(421);
    expect(host.lines.filter((line) => line.includes('tick tick'))).toHaveLength(1);
  });
});

test('hooks of the app see every invocation, and its messages are written from information on', async () => {
  const host = await start('timers', { first: 'tick' });
  const of = host.lines.filter((line) => / tick /.test(line)).map((line) => line.split(' ').slice(1, 4).join(' '));
  expect(of.map((line) => line.split(' ').slice(0, 3).join(' '))).toEqual([
    'warning tick BEFORE',
    'information tick tick',
    'information tick after',
  ]);
  expect(host.lines.join('\n')).not.toContain('not shown');
});

test('pages asked for under a number go to localhost, everything else is answered there too', async () => {
  const host = await start('echo');
  const page = { accept: 'text/html,*/*', host: `127.0.0.1:${host.port}` };
  const answer = await host.send('/api/echo/a?b=1', { headers: page });
  expect([answer.status, answer.headers['location']]).toEqual([307, `${host.url}/api/echo/a?b=1`]);
  expect((await host.send('/api/echo/a', { headers: { ...page, accept: '*/*' } })).status).toBe(200);
  expect((await host.send('//evil.example/', { headers: page })).headers['location']).toBe(
    `${host.url}//evil.example/`,
  );
});
