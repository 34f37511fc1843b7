import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROUTES } from '../../src/endpoints/route-table.ts';
import { Client } from '../support/client.ts';
import { NurseryOverHttp, PASSWORD } from '../support/nursery-over-http.ts';
import { ServiceProcess } from '../support/service-process.ts';
import { freshSubject, newSubject, SAMPLES, type Subject } from './samples.ts';

let service: ServiceProcess;
let nursery: NurseryOverHttp;
let subject: Subject;

beforeAll(async () => {
  service = await ServiceProcess.start();
  nursery = await NurseryOverHttp.open(service, 'answers');
  subject = await newSubject(nursery);
});
afterAll(() => service?.remove());

/** The same facility, with what a request may use up made anew. */
function fresh(): Promise<Subject> {
  return freshSubject(subject);
}

/** Source: the product's security values. */
const EVERYWHERE = {
  'strict-transport-security': 'max-age=63072000; includeSubDomains; preload',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'x-xss-protection': '0',
  'referrer-policy': 'strict-origin-when-cross-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
} as const;
const API_CSP = "default-src 'none'; frame-ancestors 'none'";

function expectHeaders(headers: Headers, csp: string | RegExp): void {
  for (const [name, value] of Object.entries(EVERYWHERE)) expect(headers.get(name), name).toBe(value);
  if (typeof csp === 'string') expect(headers.get('content-security-policy')).toBe(csp);
  else expect(headers.get('content-security-policy')).toMatch(csp);
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('access-control-allow-origin')).toBeNull();
  expect(headers.get('server')).toBeNull();
  expect(headers.get('x-powered-by')).toBeNull();
}

describe.each(ROUTES.map((route) => [`${route.method} ${route.path}`, route] as const))('%s', (_name, route) => {
  const path = route.path.replaceAll(/\{\w+\}/g, '01a2107f-fbbe-7253-a244-e5f1fc4d8e72');

  test('carries the security headers, refused or served', async () => {
    expectHeaders((await new Client(service).send(route.method, path)).headers, API_CSP);
    const make = SAMPLES[route.endpoint.name];
    if (make === undefined) return;
    const { path: sampled, ...request } = await make(await fresh());
    expectHeaders((await nursery.administrator.send(route.method, sampled, request)).headers, API_CSP);
  });

  test('answers other methods with 405 and Allow, and OPTIONS with 204', async () => {
    const others = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].filter(
      (method) => !ROUTES.some((other) => other.path === route.path && other.method === method),
    );
    for (const method of others) {
      const reply = await new Client(service).send(method, path);
      expect(reply.status).toBe(405);
      expect(reply.headers.get('allow')?.split(', ')).toContain(route.method);
      expectHeaders(reply.headers, API_CSP);
    }
    const options = await new Client(service).send('OPTIONS', path);
    expect([options.status, options.text]).toEqual([204, '']);
    expect(options.headers.get('allow')?.split(', ')).toContain(route.method);
    expectHeaders(options.headers, API_CSP);
  });

  if (route.method === 'GET') {
    test('serves HEAD as GET without a body', async () => {
      const make = SAMPLES[route.endpoint.name];
      const { path: sampled, ...request } = make === undefined ? { path } : await make(await fresh());
      const get = await nursery.administrator.send('GET', sampled, request);
      const head = await nursery.administrator.send('HEAD', sampled, request);
      expect([head.status, head.text]).toEqual([get.status, '']);
    });
  } else {
    test('is refused when another site sends it, with a right session and with none', async () => {
      const make = SAMPLES[route.endpoint.name];
      const { path: sampled, headers = {}, ...request } = make === undefined ? { path } : await make(await fresh());
      const foreign: readonly Readonly<Record<string, string>>[] = [
        { origin: 'https://evil.example' },
        { origin: 'null' },
        { origin: `${service.origin}.evil.example` },
        { 'sec-fetch-site': 'cross-site' },
        { 'sec-fetch-site': 'same-site' },
        { 'sec-fetch-site': 'none' },
      ];
      for (const hostile of foreign) {
        const sent = { ...request, headers: { ...headers, ...hostile } };
        for (const client of [nursery.administrator, new Client(service)]) {
          const reply = await client.send(route.method, sampled, sent);
          expect([hostile, reply.status, reply.body.code]).toEqual([hostile, 403, 'origin-refused']);
        }
      }
    });
  }
});

test.each(['/', '/tour'])(
  'the page %s carries the security headers and a policy that runs no foreign script',
  async (path) => {
    const reply = await fetch(`${service.url}${path}`);
    expect(reply.status).toBe(200);
    expectHeaders(
      reply.headers,
      /^default-src 'none'; script-src 'self'; style-src 'self' 'nonce-[^']+'; .*frame-ancestors 'none'; require-trusted-types-for 'script'$/,
    );
  },
);

test.each([
  '/assets/app.js',
  '/api',
  '/api/',
  '/api/nothing',
  '/api/children/x/y/z',
  '/index.html',
  '/.env',
  '/README.md',
])('what is not there (%s) is 404 with a problem', async (path) => {
  const reply = await fetch(`${service.url}${path}`);
  expect(reply.status).toBe(404);
  expect(reply.headers.get('content-type')).toMatch('application/problem+json');
  expectHeaders(reply.headers, API_CSP);
});

test('answers are compressed for who takes it, but never those of sign-in', async () => {
  const zipped = { headers: { 'accept-encoding': 'gzip' } };
  const openApi = await nursery.administrator.send('GET', '/openapi.json', zipped);
  expect(openApi.headers.get('content-encoding')).toBe('gzip');
  const json = { tenant: 'answers', loginId: 'kanri', password: PASSWORD };
  const login = await new Client(service).send('POST', '/auth/login', { json, ...zipped });
  expect([login.status, login.headers.get('content-encoding')]).toEqual([200, null]);
});

test("a request goes by one trace id: the host's, in its answer as in the event that it wrote", async () => {
  const trace = '0af7651916cd43dd8448eb211c80319c';
  const headers = { traceparent: `00-${trace}-b7ad6b7169203331-01` };
  const json = { name: 'すみれ保育園', type: 'nursery' };
  const { body, headers: answered } = await nursery.administrator.must('POST', '/facilities', { json, headers });
  expect(answered.get('x-trace-id')).toBe(trace);
  const { body: log } = await nursery.administrator.must('GET', `/audit-events?target=${body.id}`);
  expect(log.items).toMatchObject([{ action: 'record-created', trace }]);
  const page = await fetch(`${service.url}/assets/nothing`, { headers });
  expect([page.headers.get('x-trace-id'), await page.json()]).toMatchObject([trace, { trace }]);
});

test('cookies are for this host alone, and out of reach of scripts', async () => {
  const json = { tenant: 'answers', loginId: 'kanri', password: PASSWORD };
  const { headers } = await new Client(service).send('POST', '/auth/login', { json });
  const cookies = headers.getSetCookie();
  expect(cookies.map((cookie) => cookie.split('=')[0])).toEqual(['__Host-session', '__Host-device']);
  for (const cookie of cookies) {
    expect(cookie).toMatch(/; path=\/(;|$)/i);
    for (const attribute of [/; secure(;|$)/i, /; httponly(;|$)/i, /; samesite=strict(;|$)/i])
      expect(cookie).toMatch(attribute);
    expect(cookie).not.toMatch(/domain=/i);
  }
});

test('a body over 1 MiB (10 MiB for an import) is 413, of another type 415, encoded 415', async () => {
  const send = (path: string, size: number, headers: Record<string, string>) =>
    nursery.administrator.send('POST', path, { bytes: 'a'.repeat(size), headers });
  const json = { 'content-type': 'application/json' };
  const ledger = `/children/import?facility=${subject.facility}&dryRun=true`;
  expect((await send('/children', 1024 * 1024 + 1, json)).status).toBe(413);
  expect((await send(ledger, 10 * 1024 * 1024 + 1, { 'content-type': 'text/csv' })).status).toBe(413);
  expect((await send('/children', 2, { 'content-type': 'text/html' })).status).toBe(415);
  expect((await send('/children', 2, { ...json, 'content-encoding': 'gzip' })).status).toBe(415);
  expect((await send('/children', 2, json)).status).toBe(400);
});
