import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { Client } from '../support/client.ts';
import { ServiceProcess } from '../support/service-process.ts';
import { tempFolder } from '../support/temp-folder.ts';

const DEMO = { env: { LEYSERKIDS_DEMO: 'on' } };
const running: ServiceProcess[] = [];

async function start(folder: string): Promise<ServiceProcess> {
  const service = await ServiceProcess.start({ folder, ...DEMO });
  running.push(service);
  return service;
}

afterEach(async () => {
  for (const service of running.splice(0)) await service.kill();
});

interface Plan {
  readonly administrator: { readonly loginId: string; readonly password: string };
  readonly accounts: readonly { readonly id: string; readonly code: string }[];
}

function planOf(folder: string): Plan {
  return JSON.parse(readFileSync(join(folder, 'demo.json'), 'utf8'));
}

async function administrator(service: ServiceProcess): Promise<Client> {
  const client = new Client(service);
  await client.must('POST', '/auth/login', { json: { tenant: 'sakura', ...planOf(service.folder).administrator } });
  return client;
}

/** All that the seed made, as the administrator sees it. */
async function tenant(service: ServiceProcess) {
  const client = await administrator(service);
  const facilities = (await client.must('GET', '/facilities')).body.items as { id: string; name: string }[];
  const ofEach = await Promise.all(
    facilities.map(async ({ id }) => ({
      classes: (await client.must('GET', `/classes?facility=${id}`)).body.items as { id: string }[],
      children: (await client.must('GET', `/children?facility=${id}`)).body.items as Record<string, unknown>[],
    })),
  );
  const accounts = (await client.must('GET', '/accounts')).body.items as { displayName: string; grants: object }[];
  const notices = (await client.must('GET', '/notices')).body.items as object[];
  return {
    facilities,
    classes: ofEach.flatMap(({ classes }) => classes),
    children: ofEach.flatMap(({ children }) => children),
    accounts,
    notices,
  };
}

test('the first start makes the invented tenant: two facilities, ten classes, 180 children, five accounts of different grants', async () => {
  const service = await start(tempFolder());
  const made = await tenant(service);
  expect(made.facilities).toHaveLength(2);
  expect(made.classes).toHaveLength(10);
  expect(made.children).toHaveLength(180);
  expect(new Set(made.children.map(({ number }) => number)).size).toBe(180);
  const names = made.children.map(({ familyName }) => String(familyName)).join('');
  expect(names).toContain('髙');
  expect(names).toContain('﨑');
  expect(new Set(made.accounts.map(({ grants }) => JSON.stringify(grants))).size).toBe(5);
  expect(made.notices).toHaveLength(1);
});

test('it prints where to go, the generated password and a registration code for each of the others, which work', async () => {
  const service = await start(tempFolder());
  const plan = planOf(service.folder);
  await service.line(/Kept for you/);
  const shown = service.lines.join('\n');
  expect(shown).toContain(service.url);
  expect(shown).toContain(plan.administrator.password);
  expect(plan.accounts).toHaveLength(4);
  for (const [nth, { code }] of plan.accounts.entries()) {
    expect(shown).toContain(code);
    const json = { tenant: 'sakura', code, loginId: `hito${nth}`, password: 'ajisai tokei mizuumi' };
    expect((await new Client(service).send('POST', '/auth/register', { json })).status).toBe(200);
  }
});

test('the password and codes are kept for the owner of the machine alone', async () => {
  const service = await start(tempFolder());
  expect(statSync(join(service.folder, 'demo.json')).mode & 0o777).toBe(0o600);
});

test('a second start finds everything as it was left', async () => {
  const folder = tempFolder();
  const first = await start(folder);
  const child = (await tenant(first)).children[0];
  const client = await administrator(first);
  const { headers } = await client.must('GET', `/children/${child?.['id']}`);
  await client.must('PATCH', `/children/${child?.['id']}`, {
    bytes: '{"nickname":"はーちゃん"}',
    headers: { 'content-type': 'application/merge-patch+json', 'if-match': headers.get('etag') ?? '' },
  });
  const before = await tenant(first);
  const plan = planOf(folder);
  expect(await first.stop()).toBe(0);

  const second = await start(folder);
  expect(await tenant(second)).toEqual(before);
  expect(planOf(folder)).toEqual(plan);
  expect((await (await administrator(second)).must('GET', `/children/${child?.['id']}`)).body.nickname).toBe(
    'はーちゃん',
  );
});

test.each(['auth/register', 'facilities', 'children/import', 'accounts'])(
  'a first start that was killed after its first %s is finished by the next',
  async (step) => {
    const folder = tempFolder();
    const cut = await ServiceProcess.launch({ folder, ...DEMO });
    running.push(cut);
    await cut.line(new RegExp(` POST /api/${step}\\S* 20`));
    await cut.kill();

    const made = await tenant(await start(folder));
    expect(made.facilities).toHaveLength(2);
    expect(made.classes).toHaveLength(10);
    expect(made.children).toHaveLength(180);
    expect(made.accounts).toHaveLength(5);
    expect(made.notices).toHaveLength(1);
  },
);

test("a contract of that name that is somebody's own is left alone", async () => {
  const folder = tempFolder();
  const before = await ServiceProcess.start({ folder });
  running.push(before);
  await before.ops('contract', 'create', '--tenant', 'sakura', '--name', 'ほんものの会', '--starts-on', '2026-04-01');
  await before.stop();
  const service = await start(folder);
  expect(service.lines.join('\n')).not.toContain('POST /api/auth/register');
  expect(await service.ops('contract', 'show', '--tenant', 'sakura')).toMatchObject({ name: 'ほんものの会' });
});
