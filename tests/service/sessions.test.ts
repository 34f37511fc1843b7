import { afterAll, beforeAll, expect, test } from 'vitest';
import { Client } from '../support/client.ts';
import { childOf, NurseryOverHttp, PASSWORD } from '../support/nursery-over-http.ts';
import { ServiceProcess } from '../support/service-process.ts';

let service: ServiceProcess;
let nursery: NurseryOverHttp;

beforeAll(async () => {
  service = await ServiceProcess.start();
  nursery = await NurseryOverHttp.open(service, 'sessions');
});
afterAll(() => service?.remove());

const READER = { children: { level: 'read', facilities: 'all' } } as const;

test('50 requests in parallel sign nobody out', async () => {
  const { client } = await nursery.person(READER);
  const replies = await Promise.all(Array.from({ length: 50 }, () => client.send('GET', '/children')));
  expect(replies.map(({ status }) => status)).toEqual(Array(50).fill(200));
  expect((await client.send('GET', '/auth/session')).status).toBe(200);
});

test('two tabs share one session; signing in again elsewhere leaves it alone', async () => {
  const { client } = await nursery.person(READER);
  const tab = new Client(service);
  for (const [name, value] of client.cookies) tab.cookies.set(name, value);
  await new Client(service).must('POST', '/auth/login', {
    json: { tenant: 'sessions', loginId: 'shokuin2', password: PASSWORD },
  });
  expect([(await tab.send('GET', '/children')).status, (await client.send('GET', '/children')).status]).toEqual([
    200, 200,
  ]);
});

test('sign-out stops the very next request of every tab, and the cookie that was copied before', async () => {
  const { client } = await nursery.person(READER);
  const copy = new Client(service);
  for (const [name, value] of client.cookies) copy.cookies.set(name, value);
  await client.must('POST', '/auth/logout');
  expect((await copy.send('GET', '/children')).status).toBe(401);
});

test('a grant that is taken away stops the very next request; one that is given serves it', async () => {
  const { client, id } = await nursery.person(READER);
  const facility = await nursery.make('facilities', { name: 'さくら保育園', type: 'nursery' });
  const grant = async (grants: object) => {
    const { headers } = await nursery.administrator.must('GET', `/accounts/${id}`);
    const ifMatch = { 'if-match': headers.get('etag') ?? '' };
    await nursery.administrator.must('PUT', `/accounts/${id}/grants`, { json: { grants }, headers: ifMatch });
  };
  expect((await client.send('POST', '/children', { json: childOf(facility) })).status).toBe(403);
  await grant({ children: { level: 'write', facilities: [facility] } });
  expect((await client.send('POST', '/children', { json: childOf(facility) })).status).toBe(201);
  await grant({});
  expect((await client.send('GET', '/children')).status).toBe(403);
});

test('a session sends 20 requests a second and 100 at once, then it is told to wait', async () => {
  const { client } = await nursery.person(READER);
  const replies = await Promise.all(Array.from({ length: 160 }, () => client.send('GET', '/auth/session')));
  const waiting = replies.filter(({ status }) => status === 429);
  expect(waiting.length).toBeGreaterThan(0);
  expect(replies.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(95);
  for (const reply of waiting) expect(Number(reply.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
  expect((await nursery.administrator.send('GET', '/auth/session')).status).toBe(200);
});
