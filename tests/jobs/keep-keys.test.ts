import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SIGNING_SECRET, SigningKeys } from '../../src/domain/sign-in/signing-keys.ts';
import { runJob } from '../../src/jobs/job.ts';
import { JobRun } from '../../src/jobs/job-run.ts';
import { keepKeys } from '../../src/jobs/keep-keys.ts';
import { DAY, HOUR, MINUTE } from '../../src/model/instant.ts';
import { KilledProcess } from './call-watches.ts';
import { type Service, service, watched } from './service-fixture.ts';

const newest = (on: Service) => on.context.serviceKeys.get(SIGNING_SECRET);

async function tick(on: Service) {
  await on.clock.advance(2 * MINUTE);
  return runJob(keepKeys, on.context);
}

test('the first run makes a key that signs at once, and the runs after leave it alone', async () => {
  const on = await service();
  await runJob(keepKeys, on.context);
  const first = await newest(on);
  expect(JSON.parse(first?.value ?? '')).toMatchObject({ previous: null });
  expect((await new SigningKeys(on.context.serviceKeys, on.clock).signing()).version).toBe(first?.version);
  await tick(on);
  await on.clock.advance(89 * DAY);
  await tick(on);
  expect(await newest(on)).toEqual(first);
  expect(on.errors()).toEqual([]);
});

test('after 90 days there is a new version that names the one before, which goes on signing for 2 hours', async () => {
  const on = await service();
  await runJob(keepKeys, on.context);
  const first = await newest(on);
  await on.clock.advance(90 * DAY);
  await tick(on);
  const second = await newest(on);
  expect(second?.version).not.toBe(first?.version);
  expect(JSON.parse(second?.value ?? '')).toMatchObject({ previous: first?.version });
  expect((await new SigningKeys(on.context.serviceKeys, on.clock).signing()).version).toBe(first?.version);
  await on.clock.advance(2 * HOUR);
  expect((await new SigningKeys(on.context.serviceKeys, on.clock).signing()).version).toBe(second?.version);
});

test('a newest version that was withdrawn is followed by a new one at once', async () => {
  const on = await service();
  await runJob(keepKeys, on.context);
  const withdrawn = await newest(on);
  const file = join(on.folder, 'service-keys', `${SIGNING_SECRET}.json`);
  writeFileSync(file, readFileSync(file, 'utf8').replace('"enabled": true', '"enabled": false'));
  expect(await newest(on)).toBeUndefined();
  await tick(on);
  const keys = new SigningKeys(on.context.serviceKeys, on.clock);
  expect((await keys.signing()).version).toBe((await newest(on))?.version);
  expect(await keys.accepted(withdrawn?.version ?? '')).toBeUndefined();
});

test('two instances at once end with a key that signs, and what the other made is accepted', async () => {
  const on = await service();
  const made: string[] = [];
  const serviceKeys = {
    get: (name: string, version?: string) => on.context.serviceKeys.get(name, version),
    set: async (name: string, value: string) => {
      const key = await on.context.serviceKeys.set(name, value);
      made.push(key.version);
      return key;
    },
  };
  const context = { ...on.context, serviceKeys };
  // Past the frame, as if each had been frozen beyond its lease.
  const runs = ['a', 'b'].map((id) => new JobRun('keep-keys', id, on.telemetry));
  await Promise.all(runs.map((run) => keepKeys.run(context, run)));
  expect(made).toHaveLength(2);
  const keys = new SigningKeys(on.context.serviceKeys, on.clock);
  expect(made).toContain((await keys.signing()).version);
  for (const version of made) expect(await keys.accepted(version)).toBeDefined();
  const settled = await newest(on);
  await tick(on);
  expect(await newest(on)).toEqual(settled);
});

test('with its lease, the second of two instances leaves the work to the first', async () => {
  const on = await service();
  const reports = await Promise.all([runJob(keepKeys, on.context), runJob(keepKeys, on.context)]);
  expect(reports.map(({ outcome }) => outcome).sort()).toEqual(['done', 'skipped']);
});

test.each(['before', 'after'] as const)('killed %s every call, the next run leaves a key that signs', async (when) => {
  for (let at = 0; ; at += 1) {
    const on = await service();
    const killed = new KilledProcess(at, when);
    await runJob(keepKeys, watched(on.context, killed));
    await tick(on);
    expect((await new SigningKeys(on.context.serviceKeys, on.clock).signing()).version).toBe(
      (await newest(on))?.version,
    );
    if (!killed.dead) return expect(at).toBeGreaterThan(4);
  }
});
