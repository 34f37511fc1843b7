import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Access, Route } from '../../src/endpoints/pipeline/route.ts';
import { ROUTES } from '../../src/endpoints/route-table.ts';
import { AREAS, type Area, type Grants, TENANT_WIDE_AREAS } from '../../src/model/grants.ts';
import { Client, type Reply } from '../support/client.ts';
import { NurseryOverHttp, PASSWORD } from '../support/nursery-over-http.ts';
import { ServiceProcess } from '../support/service-process.ts';
import { freshSubject, newSubject, SAMPLES, type Sample, type Subject } from './samples.ts';

/**
 * Every route of the table, called with each level of its grant in its own and in another facility, with the other
 * tenant's real ids, by nobody, and by somebody suspended. Row 2.4 and 2.15 of the promises.
 */

let service: ServiceProcess;
let home: NurseryOverHttp;
let neighbour: NurseryOverHttp;
/** What requests are about, in `here`; `there` is another facility of the same tenant. */
let here: Subject;
let there: Subject;
/** What the other tenant has. */
let foreign: Subject;
let foreignAdministrator: string;
let suspended: Client;
const people = new Map<string, Client>();

/** Routes that change only the caller's own session have tests of their own. */
const OWN_SESSION = new Set([
  'register',
  'login',
  'recover',
  'logout',
  'changePassword',
  'makeRecoveryCodes',
  'endSessions',
  'endOneSession',
]);
const TESTED = ROUTES.filter(({ endpoint }) => !OWN_SESSION.has(endpoint.name));
const GUARDED = TESTED.filter(({ access }) => access.type !== 'public');
/** For the whole tenant: a grant in one facility is not enough. */
const NEEDS_ALL_FACILITIES = new Set(['createFacility', 'exportLog']);
/** Lists of whoever reaches every facility: one that does not exist has nobody in it. */
const EMPTY_WHEN_UNKNOWN = new Set(['listClasses', 'listChildren', 'searchChildren']);
/** About everything that the tenant has: the grant alone is not enough, every area is asked for. */
const NEEDS_EVERY_AREA = new Set(['requestRestore']);
/** Answered to anybody with the grant somewhere, and holding only what is within it. */
const NARROWED = new Set(['listFacilities', 'listAuditEvents', 'listClasses']);

const areasInUse = [...new Set(GUARDED.flatMap(({ access }) => (access.type === 'grant' ? [access.area] : [])))];

beforeAll(async () => {
  service = await ServiceProcess.start();
  home = await NurseryOverHttp.open(service, 'home');
  neighbour = await NurseryOverHttp.open(service, 'neighbour');
  here = await newSubject(home);
  there = await newSubject(home);
  foreign = await newSubject(neighbour);
  foreignAdministrator = (await neighbour.administrator.must('GET', '/auth/session')).body.account.id;
  for (const area of areasInUse) {
    people.set(`no ${area}`, (await home.person(everythingBut(area))).client);
    for (const level of ['read', 'write'] as const) {
      for (const place of isTenantWide(area) ? (['all'] as const) : (['here', 'there', 'all'] as const)) {
        const facilities =
          place === 'all' ? 'all' : place === 'here' ? [here.facility, here.emptyFacility] : [there.facility];
        people.set(`${area} ${level} ${place}`, (await home.person({ [area]: { level, facilities } })).client);
      }
    }
  }
  const leaver = await home.person(everythingBut(undefined));
  const { headers } = await home.administrator.must('GET', `/accounts/${leaver.id}`);
  await leaver.client.must('GET', '/auth/session');
  await home.administrator.must('PATCH', `/accounts/${leaver.id}`, {
    bytes: '{"suspended":true}',
    headers: { 'content-type': 'application/merge-patch+json', 'if-match': headers.get('etag') ?? '' },
  });
  suspended = leaver.client;
});
afterAll(() => service?.remove());

function isTenantWide(area: Area): boolean {
  return TENANT_WIDE_AREAS.some((wide) => wide === area);
}

function everythingBut(area: Area | undefined): Grants {
  const others = AREAS.filter((other) => other !== area);
  return Object.fromEntries(others.map((other) => [other, { level: 'write', facilities: 'all' }]));
}

function sampleOf(route: Route, subject: Subject): Sample | Promise<Sample> {
  const make = SAMPLES[route.endpoint.name];
  if (make === undefined) throw new Error(`${route.endpoint.name} has no sample`);
  return make(subject);
}

async function call(client: Client, route: Route, subject: Subject): Promise<Reply> {
  return send(client, route, await sampleOf(route, subject));
}

function send(client: Client, { method }: Route, { path, ...request }: Sample): Promise<Reply> {
  return client.send(method, path, request);
}

/** A problem without what differs from request to request. */
function problem({ status, body }: Reply): unknown {
  return { status, ...body, trace: undefined };
}

function person(name: string): Client {
  const client = people.get(name);
  if (client === undefined) throw new Error(`nobody has ${name}`);
  return client;
}

test('every guarded route is called here', () => {
  expect(GUARDED.map(({ endpoint }) => endpoint.name).filter((name) => SAMPLES[name] === undefined)).toEqual([]);
});

describe.each(GUARDED.map((route) => [`${route.method} ${route.path}`, route] as const))('%s', (_name, route) => {
  test('refuses whoever has no session', async () => {
    const reply = await call(new Client(service), route, here);
    expect(problem(reply)).toMatchObject({ status: 401, code: 'unauthenticated' });
  });

  test('refuses a suspended account at the very next request', async () => {
    expect(problem(await call(suspended, route, here))).toMatchObject({ status: 401, code: 'unauthenticated' });
  });

  test('refuses a token that was tampered with', async () => {
    const forger = new Client(service);
    for (const [name, value] of home.administrator.cookies) forger.cookies.set(name, `${value.slice(0, -4)}AAAA`);
    expect(problem(await call(forger, route, here))).toMatchObject({ status: 401 });
  });

  const { access } = route;
  if (access.type === 'grant') grantCells(route, access);

  test("with the other tenant's real ids answers as for unknown ones, and changes nothing there", async () => {
    const before = await contents(foreign);
    const sample = await sampleOf(route, foreign);
    const reply = await send(home.administrator, route, sample);
    expect(await contents(foreign)).toEqual(before);
    expect(reply.text).not.toContain(foreignAdministrator);
    if (!namesTheSubject(sample, foreign)) return;
    expect(problem(reply)).toEqual(problem(await send(home.administrator, route, aboutNothing(sample, foreign))));
    if (!EMPTY_WHEN_UNKNOWN.has(route.endpoint.name)) expect([400, 404]).toContain(reply.status);
  });
});

function idsOf(subject: Subject): readonly string[] {
  const { nursery: _nursery, ...ids } = subject;
  return Object.values(ids);
}

function namesTheSubject(sample: Sample, subject: Subject): boolean {
  return idsOf(subject).some((id) => JSON.stringify(sample).includes(id));
}

async function contents(subject: Subject): Promise<unknown> {
  const { administrator } = subject.nursery;
  const paths = [
    `/facilities/${subject.facility}`,
    `/classes/${subject.class}`,
    `/children/${subject.child}`,
    `/accounts/${subject.account}`,
  ];
  const replies = await Promise.all(paths.map((path) => administrator.must('GET', path)));
  const lists = await Promise.all(['/facilities', '/accounts'].map((path) => administrator.must('GET', path)));
  return [...replies, ...lists].map(({ body }) => body);
}

function grantCells(route: Route, { area, level }: Extract<Access, { type: 'grant' }>): void {
  test('refuses somebody who holds all but its grant', async () => {
    expect(problem(await call(person(`no ${area}`), route, here))).toMatchObject({
      status: 403,
      code: 'not-permitted',
    });
  });

  if (level === 'write') {
    test('refuses somebody who may only read', async () => {
      const reply = await call(person(`${area} read all`), route, here);
      expect(problem(reply)).toMatchObject({ status: 403, code: 'not-permitted' });
    });
  }

  const enough = level === 'write' ? ['write'] : ['read', 'write'];
  for (const held of enough) {
    test(`serves somebody with ${held} in all facilities`, async () => {
      const reply = await call(person(`${area} ${held} all`), route, await fresh());
      if (NEEDS_EVERY_AREA.has(route.endpoint.name)) expect(problem(reply)).toMatchObject({ status: 403 });
      else expect(reply.status).toBeLessThan(300);
    });

    test('serves the administrator', async () => {
      expect((await call(home.administrator, route, await fresh())).status).toBeLessThan(300);
    });

    if (isTenantWide(area)) continue;

    test(`serves somebody with ${held} in that facility only as far as it reaches`, async () => {
      const reply = await call(person(`${area} ${held} here`), route, await fresh());
      if (NEEDS_ALL_FACILITIES.has(route.endpoint.name)) expect(problem(reply)).toMatchObject({ status: 403 });
      else expect(reply.status).toBeLessThan(300);
    });

    test(`tells somebody with ${held} in another facility no more than of an unknown id`, async () => {
      const stranger = person(`${area} ${held} there`);
      const sample = await sampleOf(route, here);
      const reply = await send(stranger, route, sample);
      if (NEEDS_ALL_FACILITIES.has(route.endpoint.name)) return expect(reply.status).toBe(403);
      if (NARROWED.has(route.endpoint.name)) {
        for (const id of [here.facility, here.class, here.child]) expect(reply.text).not.toContain(id);
        return;
      }
      expect(problem(reply)).toEqual(problem(await send(stranger, route, aboutNothing(sample, here))));
      expect([400, 404]).toContain(reply.status);
    });
  }
}

/** What a request may use up, in the facility `here`; only changing requests of a single thing need it. */
function fresh(): Promise<Subject> {
  return freshSubject(here);
}

/** The same request under ids that nobody has. */
function aboutNothing(sample: Sample, subject: Subject): Sample {
  const text = idsOf(subject).reduce(
    (before, id) => before.replaceAll(id, id.replace(/.{8}$/, '00000000')),
    JSON.stringify(sample),
  );
  return JSON.parse(text);
}

test('nobody was signed out or slowed down by all this: the administrator still works', async () => {
  await home.administrator.must('GET', '/auth/session');
  const { status } = await home.administrator.send('POST', '/auth/confirm', { json: { password: PASSWORD } });
  expect(status).toBeLessThan(300);
});
