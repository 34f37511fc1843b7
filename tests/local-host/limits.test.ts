import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HTTP_LIMITS } from '../../src/local-host/loopback-server.ts';
import { HostProcess } from './host-process.ts';

let host: HostProcess;
let hasty: HostProcess;
beforeAll(async () => {
  const limits = { headersTimeout: 100, requestTimeout: 200, checkEvery: 20 };
  [host, hasty] = await Promise.all([HostProcess.start('echo'), HostProcess.start('echo', { limits })]);
});
afterAll(() => Promise.all([host.remove(), hasty.remove()]));

const head = (from: HostProcess) => `POST /api/size HTTP/1.1\r\nHost: localhost:${from.port}\r\n`;

test('a body of 10 MiB reaches the app', async () => {
  const answer = await host.send('/api/size', { method: 'POST', body: Buffer.alloc(10 * 1024 * 1024) });
  expect([answer.status, answer.body.toString()]).toEqual([200, String(10 * 1024 * 1024)]);
});

test('a body that announces more than the limit is refused before it is sent, and the connection closed', async () => {
  const answer = await host.raw(`${head(host)}Content-Length: ${HTTP_LIMITS.bodyBytes + 1}\r\n\r\n`);
  expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  expect(answer).toMatch(/connection: close/i);
});

test('a chunked body is refused as soon as it is over the limit, though it never ends', async () => {
  const socket = connect(host.port, '127.0.0.1');
  socket.write(`${head(host)}Transfer-Encoding: chunked\r\n\r\n`);
  const size = 1024 * 1024;
  for (let i = 0; i < 11; i += 1)
    socket.write(Buffer.concat([Buffer.from('100000\r\n'), Buffer.alloc(size), Buffer.from('\r\n')]));
  const answer = await new Promise<string>((resolve) => socket.once('data', (chunk) => resolve(chunk.toString())));
  socket.destroy();
  expect(answer).toMatch(/^HTTP\/1\.1 413 /);
});

test('a client that sends its whole body first, over the limit, is not cut off before it reads the answer', async () => {
  const socket = connect(host.port, '127.0.0.1');
  const errors: Error[] = [];
  socket.on('error', (error) => errors.push(error));
  socket.write(`${head(host)}Transfer-Encoding: chunked\r\n\r\n`);
  socket.write(Buffer.concat([Buffer.from('2000000\r\n'), Buffer.alloc(0x2000000), Buffer.from('\r\n0\r\n\r\n')]));
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk.toString();
  });
  await once(socket, 'close');
  expect([answer.slice(0, 12), errors]).toEqual(['HTTP/1.1 413', []]);
});

test('headers that do not end in time are answered 408', async () => {
  expect(await hasty.raw(`${head(hasty)}X-Slow: `)).toMatch(/^HTTP\/1\.1 408 /);
});

test('a body that does not end in time cuts the connection without an answer of the app', async () => {
  const answer = await hasty.raw(`${head(hasty)}Content-Length: 10\r\n\r\nabc`);
  expect(answer).not.toMatch(/ 200 /);
  await hasty.line(/POST \/api\/size aborted /);
});
