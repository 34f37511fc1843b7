import { expect, test } from 'vitest';
import type { InsightsClient } from '../../src/adapters/app-insights/insights-client.ts';
import { loadedLater } from '../../src/adapters/app-insights/loaded-later.ts';
import { sourceFiles } from '../architecture/source-files.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { RecordingTelemetry } from '../support/recording-telemetry.ts';

/** Telemetry over a client that comes when the test lets it. */
function start(comes: () => Promise<void> = async () => undefined) {
  const calls: string[] = [];
  const client: InsightsClient = {
    event: (name) => calls.push(`event ${name}`),
    measure: (name) => calls.push(`measure ${name}`),
    error: ({ message }) => calls.push(`error ${message}`),
    close: async () => {
      calls.push('closed');
    },
  };
  let loads = 0;
  const load = async () => {
    loads += 1;
    await comes();
    return client;
  };
  const clock = new FakeClock();
  const fallback = new RecordingTelemetry();
  return { calls, clock, fallback, loads: () => loads, telemetry: loadedLater({ load, clock, fallback }) };
}

test('the library is loaded a second after the first call and once, never for nothing', async () => {
  const { calls, clock, loads, telemetry } = start();
  await clock.advance(60_000);
  expect(loads()).toBe(0);
  telemetry.event('a');
  telemetry.event('b');
  await clock.advance(999);
  expect([loads(), calls]).toEqual([0, []]);
  await clock.advance(1);
  expect([loads(), calls]).toEqual([1, ['event a', 'event b']]);
  telemetry.event('c');
  expect([loads(), calls.at(-1)]).toEqual([1, 'event c']);
});

test('what is told before is kept in order, with the values of its time', async () => {
  const { calls, clock, telemetry } = start();
  const error = new Error('at first');
  telemetry.event('a');
  telemetry.measure('b', 1);
  telemetry.alert('c');
  telemetry.error(error);
  error.message = 'later';
  await clock.advance(1_000);
  expect(calls).toEqual(['event a', 'measure b', 'event c', 'error at first']);
});

test('what is above the bound is counted, and an alert tells how many were lost', async () => {
  const { calls, clock, telemetry } = start();
  for (let n = 0; n < 2_003; n += 1) telemetry.event(`e${n}`);
  await clock.advance(1_000);
  expect(calls).toHaveLength(2_001);
  expect(calls.slice(-2)).toEqual(['event e1999', 'event telemetry-lost']);
});

test('a library that cannot be loaded is told to the fallback, which takes what was kept and what comes', async () => {
  const { clock, fallback, loads, telemetry } = start(() => Promise.reject(new Error('no such module')));
  telemetry.event('a', { tenant: 'sakura' });
  telemetry.alert('b');
  await clock.advance(1_000);
  telemetry.measure('c', 1);
  telemetry.error(new Error('d'));
  expect(
    fallback.records.map((record) => ('name' in record ? `${record.type} ${record.name}` : String(record.error))),
  ).toEqual(['Error: no such module', 'event a', 'alert b', 'measure c', 'Error: d']);
  expect(loads()).toBe(1);
  await telemetry.close();
});

test('the end sends what is kept without waiting for the second, and loads nothing where nothing was told', async () => {
  const { calls, telemetry } = start();
  telemetry.event('a');
  await telemetry.close();
  expect(calls).toEqual(['event a', 'closed']);
  const idle = start();
  await idle.telemetry.close();
  expect([idle.loads(), idle.calls]).toEqual([0, []]);
});

test('the end comes after 5 s even when the library does not', async () => {
  const { clock, telemetry } = start(() => new Promise(() => undefined));
  telemetry.event('a');
  const closing = telemetry.close();
  await clock.advance(5_000);
  await expect(closing).resolves.toBeUndefined();
});

test('a client that throws fails nobody', async () => {
  const { clock, telemetry } = start();
  telemetry.event('a');
  await clock.advance(1_000);
  const broken = loadedLater({
    load: async () => ({
      event: () => {
        throw new Error('broken');
      },
      measure: () => undefined,
      error: () => undefined,
      close: () => Promise.reject(new Error('broken')),
    }),
    clock,
    fallback: new RecordingTelemetry(),
  });
  broken.event('a');
  await clock.advance(1_000);
  expect(broken.event('b')).toBeUndefined();
  await expect(broken.close()).resolves.toBeUndefined();
});

test('the library stands in one file, which nobody imports but at the moment of its need', () => {
  const files = sourceFiles();
  const users = files.filter(({ packages }) => packages.includes('applicationinsights'));
  expect(users.map(({ path }) => path)).toEqual(['adapters/app-insights/insights-client.ts']);
  const eager = files.filter(({ text }) => /^import (?!type\b).*insights-client\.ts'/m.test(text));
  expect(eager.map(({ path }) => path)).toEqual([]);
});
