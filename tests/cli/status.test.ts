import { expect, test } from 'vitest';
import { type Heartbeat, heartbeatId, SERVICE_PARTITION } from '../../src/domain/heartbeat.ts';
import { operator } from './operator.ts';

const GOOD: Heartbeat = {
  startedAt: '2026-11-24T02:59:50.000Z',
  finishedAt: '2026-11-24T02:59:51.000Z',
  outcome: 'done',
  done: 4,
  failed: 0,
  overdue: 0,
  nextBy: '2026-11-24T03:00:30.000Z',
};

async function told(changes: Partial<Heartbeat>) {
  const at = await operator();
  const states = at.control.container('tenant-state');
  const beat = (job: string, value: Heartbeat) =>
    states.create({ partition: SERVICE_PARTITION, id: heartbeatId(job), value, dueAt: null });
  await beat('keep-keys', GOOD);
  await beat('provision-tenants', { ...GOOD, ...changes });
  await states.create({ partition: SERVICE_PARTITION, id: 'lease:keep-keys', value: { holder: 'x' }, dueAt: null });
  return at;
}

test('shows each job with its last run, and nothing that is no heartbeat', async () => {
  const { run } = await told({});
  const { exitCode, out } = await run(['status']);
  expect(exitCode).toBe(0);
  expect(out.trim().split('\n')).toHaveLength(3);
  expect(out).toMatch(/provision-tenants +done +2026-11-24T02:59:51.000Z +9 s +4 +0 +0/);
  const json = JSON.parse((await run(['status', '--json'])).out);
  expect(json.map(({ job, late }: { job: string; late: boolean }) => [job, late])).toEqual([
    ['keep-keys', false],
    ['provision-tenants', false],
  ]);
});

test('a job that has not reported in time is LATE, and the exit code says trouble', async () => {
  const { run, clock } = await told({ nextBy: '2026-11-24T04:00:00.000Z' });
  clock.set(Date.parse('2026-11-24T03:00:31.000Z'));
  const { exitCode, out } = await run(['status']);
  expect(exitCode).toBe(1);
  expect(out).toMatch(/keep-keys +LATE/);
  expect(out).toMatch(/provision-tenants +done/);
});

test.each([{ outcome: 'failed' as const, failed: 1 }, { overdue: 2 }])('%j is trouble', async (changes) => {
  const { run } = await told(changes);
  expect((await run(['status'])).exitCode).toBe(1);
});

test('a store on which no job has ever run is trouble', async () => {
  const { exitCode, out } = await (await operator()).run(['status']);
  expect(exitCode).toBe(1);
  expect(out).toContain('No job has ever reported');
});
