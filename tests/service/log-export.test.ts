import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ExportReport } from '../../src/domain/audit/export-verification.ts';
import { Client } from '../support/client.ts';
import { childOf, NurseryOverHttp, PASSWORD } from '../support/nursery-over-http.ts';
import { ServiceProcess } from '../support/service-process.ts';
import { tempFolder } from '../support/temp-folder.ts';

let service: ServiceProcess;
let nursery: NurseryOverHttp;
/** Two children, whose making stands in a digest each; and a child of another tenant, archived beside them. */
let first: string;
let second: string;
let foreign: string;

beforeAll(async () => {
  service = await ServiceProcess.start();
  nursery = await NurseryOverHttp.open(service, 'taken-out');
  const neighbour = await NurseryOverHttp.open(service, 'neighbour');
  first = await childIn(nursery);
  foreign = await childIn(neighbour);
  await archive(nursery, neighbour);
  second = await childIn(nursery);
  await archive(nursery);
});
afterAll(() => service?.remove());

async function childIn(there: NurseryOverHttp): Promise<string> {
  const facility = await there.make('facilities', { name: 'さくら保育園', type: 'nursery' });
  return there.make('children', childOf(facility));
}

async function archive(...nurseries: readonly NurseryOverHttp[]): Promise<void> {
  for (const { tenant } of nurseries) await service.makeLogDue(tenant);
  await service.run('keep-logs');
}

/** The answers to one session, from the first until none says where to go on. */
async function takeOut(client: Client, query: string): Promise<readonly string[]> {
  const texts: string[] = [];
  let next: string | null = `/api/audit-events/archive${query}`;
  while (next !== null) {
    const { headers, text } = await client.must('GET', next.slice('/api'.length));
    expect(headers.get('content-type')).toBe('application/x-ndjson');
    texts.push(text);
    next = headers.get('x-next');
  }
  return texts;
}

function verify(content: string, ...options: readonly string[]): Promise<ExportReport> {
  const file = join(tempFolder(), 'log.ndjson');
  writeFileSync(file, content);
  return service.ops('logs', 'verify', '--file', file, ...options) as Promise<ExportReport>;
}

test('2.13 an administrator takes out the own log, answer by answer, and verifies it offline', async () => {
  const { administrator } = nursery;
  const answers = await takeOut(administrator, '?limit=1');
  expect(answers).toHaveLength(2);
  expect(answers.map((text) => [text.includes(first), text.includes(second)])).toEqual([
    [true, false],
    [false, true],
  ]);
  const file = answers.join('');
  expect(await takeOut(administrator, '')).toEqual([file]);
  expect(file).not.toContain(foreign);
  const report = await verify(file);
  expect(report).toMatchObject({ tenant: 'taken-out', digests: 2, findings: [] });
  await expect(verify(file.replace(first, second))).rejects.toThrow('ops logs verify');
  // The newest digest is vouched for by none after it: what it was must be known.
  const last = ['--last', `${report.last?.number}:${report.last?.hash}`];
  expect(await verify(file, ...last)).toEqual(report);
  await expect(verify(file.replaceAll(second, first), ...last)).rejects.toThrow('ops logs verify');
  const { body } = await administrator.must('GET', '/audit-events?action=log-exported');
  expect(new Set((body.items as { session: string }[]).map(({ session }) => session)).size).toBe(body.items.length);
  expect(body.items.length).toBeGreaterThanOrEqual(1);
});

test('a session that has not confirmed its password is asked to, and gets no line of the log', async () => {
  const client = new Client(service);
  await client.must('POST', '/auth/login', {
    json: { tenant: 'taken-out', loginId: 'kanri', password: PASSWORD },
  });
  const { status, body, text } = await client.send('GET', '/audit-events/archive');
  expect([status, body.code]).toEqual([403, 'confirm-needed']);
  expect(text).not.toContain(first);
});
