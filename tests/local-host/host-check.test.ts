import { expect, test } from 'vitest';
import { checkHost } from '../../src/local-host/host-check.ts';

test.each<[string, ReturnType<typeof checkHost>]>([
  ['localhost:7071', 'ours'],
  ['LOCALHOST:7071', 'ours'],
  ['127.0.0.1:7071', 'ours'],
  ['[::1]:7071', 'ours'],
  ['localhost', 421],
  ['localhost:80', 421],
  ['localhost:70711', 421],
  ['localhost:7071.evil.example', 421],
  ['evil.example:7071', 421],
  ['localhost.evil.example:7071', 421],
  ['localhost.:7071', 421],
  ['user@localhost:7071', 421],
  ['127.0.0.2:7071', 421],
  ['0.0.0.0:7071', 421],
  ['[::ffff:127.0.0.1]:7071', 421],
  ['', 421],
  ['localhost:7071, localhost:7071', 400],
])('only the names of this machine with the right port are answered: %s', (host, verdict) => {
  expect(checkHost({ host, method: 'GET', accept: '*/*' }, 7071)).toBe(verdict);
});

test('the port may be left out when it is 80', () => {
  expect(checkHost({ host: 'localhost', method: 'GET', accept: '' }, 80)).toBe('ours');
  expect(checkHost({ host: 'localhost:80', method: 'GET', accept: '' }, 80)).toBe('ours');
});

test.each<[string, string, string, ReturnType<typeof checkHost>]>([
  ['127.0.0.1:7071', 'GET', 'text/html,application/xhtml+xml', 'to-localhost'],
  ['[::1]:7071', 'GET', 'TEXT/HTML', 'to-localhost'],
  ['localhost:7071', 'GET', 'text/html', 'ours'],
  ['127.0.0.1:7071', 'POST', 'text/html', 'ours'],
  ['127.0.0.1:7071', 'GET', 'application/json', 'ours'],
])('pages under a number go to localhost: %s %s %s', (host, method, accept, verdict) => {
  expect(checkHost({ host, method, accept }, 7071)).toBe(verdict);
});
