import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import { openApiDocument } from '../../src/endpoints/openapi.ts';
import { ROUTES } from '../../src/endpoints/route-table.ts';
import { AREAS } from '../../src/model/grants.ts';
import { Client } from '../support/client.ts';
import { NurseryOverHttp } from '../support/nursery-over-http.ts';
import { ServiceProcess } from '../support/service-process.ts';
import { randomFrom, requestsOf } from './generated-requests.ts';
import { newSubject, type Subject } from './samples.ts';

/** In the long run more: `LONG_RUN=100000 npx vitest run tests/security`. */
const REQUESTS = Number(process.env['LONG_RUN'] ?? 2_000);
/** Sessions take turns, as each may send 20 requests a second. */
const WORKERS = 20;
/** Lines in which the service tells of trouble of its own. */
const TROUBLE = / (ERROR|ALERT) /;
const STATUSES = new Set([200, 201, 204, 400, 401, 403, 404, 405, 409, 410, 412, 413, 415, 421, 422, 428, 429]);

let service: ServiceProcess;
let nursery: NurseryOverHttp;
let subject: Subject;

beforeAll(async () => {
  service = await ServiceProcess.start();
  nursery = await NurseryOverHttp.open(service, 'fuzzed');
  subject = await newSubject(nursery);
});
afterAll(() => service?.remove());

/** Somebody who may do everything. The tenant's first administrator is left alone, so that others can be made. */
async function somebody(): Promise<Client> {
  const grants = Object.fromEntries(AREAS.map((area) => [area, { level: 'write', facilities: 'all' }]));
  return (await nursery.person(grants)).client;
}

/** Requests of these end the very session that sends them, rightly so: the rest of a run would be refused for that. */
const ENDS_THE_SESSION = ['logout', 'endSessions'];
const ENDING = ROUTES.filter(({ endpoint }) => ENDS_THE_SESSION.includes(endpoint.name));
const FILES = ROUTES.filter(({ endpoint }) => endpoint.body?.format === 'file');
const OTHERS = ROUTES.filter(({ endpoint }) => !ENDS_THE_SESSION.includes(endpoint.name));

/** Told when a test fails without an answer to tell of. */
let last = '';

async function run(routes: typeof ROUTES, requests: number): Promise<ReadonlyMap<number, number>> {
  const ids = [subject.facility, subject.class, subject.child, subject.account, 'no-id'];
  const seed = Math.floor(Math.random() * 2 ** 31);
  const next = requestsOf(openApiDocument(routes, '1'), ids, randomFrom(seed));
  const seen = new Map<number, number>();
  onTestFailed(() => console.log(`the last request was: ${last}`));
  const workers: Client[] = [];
  // One after another: all of them become administrators, who stand in one document, and who loses that race too often is
  // asked to come again.
  while (workers.length < Math.min(WORKERS, requests)) workers.push(await somebody());
  for (let count = 0; count < requests; count += 1) {
    const worker = workers[count % workers.length] ?? new Client(service);
    const { method, path, operation, ...request } = next();
    const cookies = new Map(worker.cookies);
    last = `seed ${seed}, request ${count}: ${operation} ${method} ${path} ${JSON.stringify(request).slice(0, 2000)}`;
    const reply = await worker.send(method, path, request);
    // What starts another session is answered for; the run goes on in the old one.
    for (const [name, value] of cookies) worker.cookies.set(name, value);
    const told = `seed ${seed}, request ${count}: ${operation} ${method} ${path} -> ${reply.status} ${reply.text.slice(0, 300)}`;
    const trouble = service.lines.filter((line) => TROUBLE.test(line)).join('\n');
    expect(STATUSES.has(reply.status), `${told}\n${trouble}`).toBe(true);
    if (!reply.headers.has('x-trace-id')) {
      // The host refuses what is no path before the app sees it, without a body.
      expect([reply.status, reply.text], told).toEqual([400, '']);
      continue;
    }
    expect(reply.headers.get('x-content-type-options'), told).toBe('nosniff');
    if (reply.status >= 400 && method !== 'HEAD') {
      const problem = { status: reply.status, code: expect.any(String), trace: expect.any(String) };
      expect(reply.body, told).toMatchObject(problem);
    }
    seen.set(reply.status, (seen.get(reply.status) ?? 0) + 1);
  }
  console.log(`answers by status: ${JSON.stringify(Object.fromEntries([...seen].sort(([a], [b]) => a - b)))}`);
  return seen;
}

test(`${REQUESTS} requests generated from the API's description: none ends in an error of ours, and nobody is disturbed`, async () => {
  const seen = await run(OTHERS, REQUESTS);
  expect((seen.get(200) ?? 0) + (seen.get(201) ?? 0)).toBeGreaterThan(REQUESTS / 50);
  await nursery.administrator.must('GET', '/auth/session');
  expect(service.lines.filter((line) => TROUBLE.test(line))).toEqual([]);
});

test('the same for what ends sessions', async () => {
  await run(ENDING, 20);
});

test('the same for files, with long repeats in their cells', async () => {
  await run(FILES, Math.ceil(REQUESTS / 10));
  expect(service.lines.filter((line) => TROUBLE.test(line))).toEqual([]);
});
