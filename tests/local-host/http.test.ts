import { connect } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HostProcess } from './host-process.ts';

let host: HostProcess;
beforeAll(async () => {
  host = await HostProcess.start('echo');
});
afterAll(() => host.remove());

interface Echo {
  readonly method: string;
  readonly url: string;
  readonly params: Record<string, string>;
  readonly query: [string, string][];
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly traceParent: string;
}
async function echo(path: string, options: Parameters<HostProcess['send']>[1] = {}): Promise<Echo> {
  const answer = await host.send(path, options);
  expect(answer.status).toBe(200);
  return JSON.parse(answer.body.toString());
}

describe('a function receives the request', () => {
  test('method, URL, decoded parameters, query and body', async () => {
    const got = await echo('/API/Echo/%E3%81%B2%E3%82%88%E3%81%93?a=1&b=%20x&a=2&__proto__=z', {
      method: 'POST',
      body: 'ひよこ',
    });
    expect(got).toMatchObject({ method: 'POST', params: { id: 'ひよこ' }, body: 'ひよこ' });
    expect(got.url).toBe(`${host.url}/API/Echo/%E3%81%B2%E3%82%88%E3%81%93?a=1&b=%20x&a=2&__proto__=z`);
    expect(got.query).toEqual([
      ['a', '1,2'],
      ['b', ' x'],
    ]);
  });

  test('an encoded slash stays one segment', async () => {
    expect((await echo('/api/echo/a%2Fb%2fc')).params).toEqual({ id: 'a%2Fb%2Fc' });
  });

  test('a literal route before a parameter, and an absent optional parameter', async () => {
    expect((await host.send('/api/echo/literal')).body.toString()).toBe('literal');
    expect((await echo('/api/echo')).params).toEqual({});
  });

  test('a chunked body whole', async () => {
    const chunks = Array.from({ length: 50 }, (_, i) => Buffer.alloc(1000, i));
    const answer = await host.send('/api/size', { method: 'POST', body: chunks });
    expect(answer.body.toString()).toBe('50000');
  });

  test('X-Forwarded-For as it was sent, and the address of the socket in a header that cannot be forged', async () => {
    const headers = { 'x-forwarded-for': '1.2.3.4, 5.6.7.8', 'X-LeySerKids-Remote-Address': '9.9.9.9' };
    const got = await echo('/api/echo', { headers });
    expect(got.headers['x-forwarded-for']).toBe('1.2.3.4, 5.6.7.8');
    expect(['127.0.0.1', '::1']).toContain(got.headers['x-leyserkids-remote-address']);
  });

  test('the trace of the caller when it is valid, else a new one', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    expect((await echo('/api/echo', { headers: { traceparent } })).traceParent).toBe(traceparent);
    const made = await echo('/api/echo', { headers: { traceparent: `00-${'0'.repeat(32)}-b7ad6b7169203331-01` } });
    expect(made.traceParent).toMatch(/^00-(?!0{32})[0-9a-f]{32}-[0-9a-f]{16}-00$/);
  });

  test('a GET with a body is answered, its body left out', async () => {
    const got = await echo('/api/echo', { headers: { 'content-length': '3' }, body: 'abc' });
    expect(got.body).toBe('');
  });
});

describe('a client receives the answer', () => {
  test('each cookie as a Set-Cookie of its own, and no connection header of the app', async () => {
    const answer = await host.send('/api/cookies');
    expect(answer.headers['set-cookie']).toEqual([
      '__Host-session=a.b-c_d; max-age=60; path=/; secure; samesite=strict; httponly',
      '__Host-device=x%20y; expires=Tue, 24 Nov 2026 05:00:00 GMT; path=/; secure; samesite=none',
    ]);
    expect(answer.headers['content-length']).toBe('2');
    expect(answer.headers['connection']).not.toBe('upgrade');
    expect(answer.body.toString()).toBe('ok');
  });

  test('bytes unchanged; HEAD has their length and no body', async () => {
    expect([...(await host.send('/api/bytes')).body]).toEqual([0, 255, 10, 13]);
    const head = await host.send('/api/bytes', { method: 'HEAD' });
    expect([head.status, head.headers['content-length'], head.body.length]).toEqual([200, '4', 0]);
  });

  test('OPTIONS when it is listed, 204 without a length', async () => {
    const answer = await host.send('/api/no-content', { method: 'OPTIONS' });
    expect([answer.status, answer.headers['allow'], answer.headers['content-length']]).toEqual([
      204,
      'GET, DELETE',
      undefined,
    ]);
  });

  test('an empty 200 when the function gives nothing', async () => {
    const answer = await host.send('/api/nothing');
    expect([answer.status, answer.headers['content-length'], answer.body.length]).toEqual([200, '0', 0]);
  });

  test.each(['throws', 'throws-null', 'no-object', 'bad-cookie'])('an empty 500 and no detail: %s', async (name) => {
    const answer = await host.send(`/api/${name}`);
    expect([answer.status, answer.body.length]).toEqual([500, 0]);
  });

  test.each([
    ['GET', '/nowhere'],
    ['GET', '/'],
    ['POST', '/api/bytes'],
    ['OPTIONS', '/api/bytes'],
    ['PROPFIND', '/api/echo'],
    ['TRACE', '/api/echo'],
    ['GET', '/api/echo/a/b'],
    ['GET', '/admin/unknown'],
  ])('an empty 404 for what is not registered: %s %s', async (method, path) => {
    const answer = await host.send(path, { method });
    expect([answer.status, answer.body.length]).toEqual([404, 0]);
  });

  test('one line in the log, without the query string', async () => {
    await host.send('/api/bytes?name=hiyoko');
    await host.line(/^\d{4}-\d\d-\d\dT[\d:.]+Z GET \/api\/bytes 200 \d+\.\d ms 4 B$/);
    expect(host.lines.join('\n')).not.toContain('hiyoko');
  });
});

describe('what is no proper request is refused and never ends the host', () => {
  const head = () => `Host: localhost:${host.port}\r\n`;
  test.each<[string, () => string, number]>([
    ['no HTTP', () => 'hello\r\n\r\n', 400],
    ['no Host', () => 'GET / HTTP/1.1\r\n\r\n', 400],
    ['two Hosts', () => `GET /api/echo HTTP/1.1\r\n${head()}${head()}Connection: close\r\n\r\n`, 400],
    ['another Host first', () => `GET /api/echo HTTP/1.1\r\nHost: evil\r\n${head()}Connection: close\r\n\r\n`, 400],
    ['a header with a space in its name', () => `GET / HTTP/1.1\r\n${head()}a b: c\r\n\r\n`, 400],
    ['a header with a zero byte', () => `GET / HTTP/1.1\r\n${head()}a: b\0c\r\n\r\n`, 400],
    ['a bare line feed in a header', () => `GET / HTTP/1.1\r\n${head()}a: b\nc: d\r\n\r\n`, 400],
    ['two lengths', () => `POST / HTTP/1.1\r\n${head()}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`, 400],
    [
      'a length and chunks',
      () => `POST / HTTP/1.1\r\n${head()}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      400,
    ],
    [
      'a chunk without a size',
      () => `POST /api/size HTTP/1.1\r\n${head()}Transfer-Encoding: chunked\r\n\r\nxyz\r\n`,
      400,
    ],
    ['an absolute target', () => `GET http://evil/ HTTP/1.1\r\n${head()}Connection: close\r\n\r\n`, 400],
    ['a target *', () => `OPTIONS * HTTP/1.1\r\n${head()}Connection: close\r\n\r\n`, 400],
    ['broken percent-encoding', () => `GET /api/echo/%zz HTTP/1.1\r\n${head()}Connection: close\r\n\r\n`, 400],
    [
      'percent-encoding that is no UTF-8',
      () => `GET /api/echo/%ff HTTP/1.1\r\n${head()}Connection: close\r\n\r\n`,
      400,
    ],
    ['an encoded zero byte', () => `GET /api/echo/%00 HTTP/1.1\r\n${head()}Connection: close\r\n\r\n`, 400],
    ['headers over the size', () => `GET / HTTP/1.1\r\n${head()}a: ${'b'.repeat(20_000)}\r\n\r\n`, 431],
    ['too many headers', () => `GET / HTTP/1.1\r\n${head()}Connection: close\r\n${'a: b\r\n'.repeat(101)}\r\n`, 431],
  ])('%s', async (_, text, status) => {
    expect(await host.raw(text())).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect((await host.send('/api/bytes')).status).toBe(200);
  });

  test('a client that leaves in the middle of its body', async () => {
    const socket = connect(host.port, '127.0.0.1', () => {
      socket.write(`POST /api/size HTTP/1.1\r\n${head()}Content-Length: 100\r\n\r\nabc`, () => socket.destroy());
    });
    await host.line(/POST \/api\/size aborted /);
    expect((await host.send('/api/bytes')).status).toBe(200);
  });

  test('any bytes at all', async () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.constantFrom(
        'GET ',
        'POST ',
        '/api/echo',
        ' HTTP/1.1\r\n',
        '\r\n',
        'Host: localhost\r\n',
        'Content-Length: 5\r\n',
        ': ',
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 12 }), async (pieces) => {
        const answer = await host.raw(`${pieces.join('')}\r\n\r\n\0\r\n\r\n`);
        expect(answer).not.toMatch(/^HTTP\/1\.1 [235]/);
      }),
      { numRuns: 100 },
    );
    expect((await host.send('/api/bytes')).status).toBe(200);
  });
});
