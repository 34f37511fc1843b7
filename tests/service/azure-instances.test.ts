import { afterAll, beforeAll, expect, test } from 'vitest';
import { AzureCloud } from '../support/azure-doubles/azure-cloud.ts';
import { Client } from '../support/client.ts';
import { childOf, NurseryOverHttp } from '../support/nursery-over-http.ts';
import { ServiceProcess } from '../support/service-process.ts';

/** What only Azure's stores allow: two instances of the service that know nothing of each other. */

let cloud: AzureCloud;
let one: ServiceProcess;
let other: ServiceProcess;
let nursery: NurseryOverHttp;

beforeAll(async () => {
  cloud = await AzureCloud.start();
  one = await ServiceProcess.start({ cloud });
  nursery = await NurseryOverHttp.open(one, 'two-instances');
  other = await ServiceProcess.start({ cloud });
});
afterAll(async () => {
  await Promise.all([one?.remove(), other?.remove()]);
  await cloud?.stop();
});

const READER = { children: { level: 'read', facilities: 'all' } } as const;

/** The same session at the other instance, which has served it before. */
async function atTheOther(client: Client): Promise<Client> {
  const there = new Client(other);
  for (const [name, value] of client.cookies) there.cookies.set(name, value);
  await there.must('GET', '/children');
  return there;
}

test('what one instance has written the other one serves at once', async () => {
  const facility = await nursery.make('facilities', { name: 'さくら保育園', type: 'nursery' });
  const there = await atTheOther(nursery.administrator);
  for (const number of ['1', '2', '3']) {
    const child = await nursery.make('children', { ...childOf(facility), number });
    expect((await there.must('GET', `/children/${child}`)).body.number).toBe(number);
  }
});

test('a sign-out at one instance stops the very next request at the other', async () => {
  const { client } = await nursery.person(READER);
  const there = await atTheOther(client);
  await client.must('POST', '/auth/logout');
  expect((await there.send('GET', '/children')).status).toBe(401);
});

test('a grant that is taken away, or a suspension, at one instance stops the very next request at the other', async () => {
  const { client, id } = await nursery.person(READER);
  const there = await atTheOther(client);
  const ifMatch = async () => {
    const { headers } = await nursery.administrator.must('GET', `/accounts/${id}`);
    return { 'if-match': headers.get('etag') ?? '' };
  };
  const none = { json: { grants: {} }, headers: await ifMatch() };
  await nursery.administrator.must('PUT', `/accounts/${id}/grants`, none);
  expect((await there.send('GET', '/children')).status).toBe(403);

  const suspended = { bytes: '{"suspended":true}', headers: { 'content-type': 'application/merge-patch+json' } };
  const headers = { ...suspended.headers, ...(await ifMatch()) };
  await nursery.administrator.must('PATCH', `/accounts/${id}`, { ...suspended, headers });
  expect((await there.send('GET', '/auth/session')).status).toBe(401);
});

test('of two edits of one child, at the same instant at both instances, one wins and the other one is told', async () => {
  const facility = await nursery.make('facilities', { name: 'すみれ保育園', type: 'nursery' });
  const child = await nursery.make('children', childOf(facility));
  const { administrator } = nursery;
  const there = await atTheOther(administrator);
  const { headers } = await there.must('GET', `/children/${child}`);
  const edit = (client: Client, nickname: string) =>
    client.send('PATCH', `/children/${child}`, {
      bytes: JSON.stringify({ nickname }),
      headers: { 'content-type': 'application/merge-patch+json', 'if-match': headers.get('etag') ?? '' },
    });
  const replies = await Promise.all([edit(administrator, 'はなちゃん'), edit(there, 'はーちゃん')]);
  expect(replies.map(({ status }) => status).sort()).toEqual([200, 412]);
  const won = replies[0]?.status === 200 ? 'はなちゃん' : 'はーちゃん';
  expect((await there.must('GET', `/children/${child}`)).body.nickname).toBe(won);
});

test('both instances run every job at the same instant, and a tenant gets one key and one backup', async () => {
  const terms = ['--tenant', 'made-twice', '--name', 'ふたごの会', '--starts-on', '2026-04-01'];
  await one.ops('contract', 'create', ...terms);
  // A timer of either may be at the same work: then both runs leave it to that one, and the next ones find it done.
  const both = (job: string) => Promise.all([one.run(job), other.run(job)]);
  const keys = () => [...cloud.doubles.tenantVault.everySecret()].filter(([name]) => name.includes('made-twice'));
  while (keys().length === 0) await both('provision-tenants');
  expect(keys().map(([, versions]) => versions.length)).toEqual([1]);

  await both('run-backups');
  await one.makeBackupDue('two-instances');
  const backups = async () => (await nursery.administrator.must('GET', '/backups')).body.items;
  while ((await backups()).length === 0) await both('run-backups');
  expect(await backups()).toMatchObject([{ verifiedAt: expect.any(String) }]);
});
