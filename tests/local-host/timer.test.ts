import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Timer, type TimerInput } from '../../src/local-host/timer.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2026-11-24T04:59:50.000Z') });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A timer whose runs end when the test says so. */
function timer(pattern: string) {
  const inputs: TimerInput[] = [];
  const times: string[] = [];
  const open: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const reported: unknown[] = [];
  const subject = new Timer(
    'job',
    pattern,
    (input) => {
      inputs.push(input);
      times.push(new Date().toISOString());
      return new Promise<void>((resolve, reject) => open.push({ resolve, reject }));
    },
    (error) => reported.push(error),
  );
  const end = async (error?: Error) => {
    const run = open.shift();
    if (run === undefined) throw new Error('nothing runs');
    if (error === undefined) run.resolve();
    else run.reject(error);
    await vi.advanceTimersByTimeAsync(0);
  };
  return { subject, inputs, times, open, reported, end };
}

test('runs at its times in UTC, with what the host tells a timer', async () => {
  const { subject, inputs, times, end } = timer('0 0,1 5 * * *');
  subject.start();
  await vi.advanceTimersByTimeAsync(11_000);
  await end();
  await vi.advanceTimersByTimeAsync(60_000);
  await end();
  await vi.advanceTimersByTimeAsync(3600_000);
  subject.stop();
  expect(times.map((time) => time.slice(0, 19))).toEqual(['2026-11-24T05:00:00', '2026-11-24T05:01:00']);
  expect(inputs.map(({ IsPastDue, Schedule }) => ({ IsPastDue, Schedule }))).toEqual([
    { IsPastDue: false, Schedule: { AdjustForDST: true } },
    { IsPastDue: false, Schedule: { AdjustForDST: true } },
  ]);
  expect(inputs[0]?.ScheduleStatus).toEqual({
    Last: '0001-01-01T00:00:00.000Z',
    LastUpdated: '0001-01-01T00:00:00.000Z',
    Next: '2026-11-24T05:01:00.000Z',
  });
  expect(inputs[1]?.ScheduleStatus).toMatchObject({ Last: times[0], Next: '2026-11-25T05:00:00.000Z' });
});

describe('two runs never overlap', () => {
  test('ticks that fall into a run are left out, the next one after it runs', async () => {
    const { subject, times, end } = timer('*/10 * * * * *');
    subject.start();
    await vi.advanceTimersByTimeAsync(35_000);
    expect(times).toHaveLength(1);
    await end();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(times.map((time) => time.slice(11, 19))).toEqual(['05:00:00', '05:00:30']);
    subject.stop();
  });

  test('a run asked for meanwhile follows, once for all who asked, and ticks keep out of it', async () => {
    const { subject, open, inputs, end } = timer('*/10 * * * * *');
    subject.start();
    await vi.advanceTimersByTimeAsync(10_000);
    const asked = [subject.run(), subject.run()];
    expect([open.length, asked[0] === asked[1]]).toEqual([1, true]);
    await end(new Error('the scheduled run failed'));
    expect([open.length, inputs.length]).toEqual([1, 2]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(inputs).toHaveLength(2);
    await end();
    await expect(Promise.all(asked)).resolves.toEqual([undefined, undefined]);
    subject.stop();
  });

  test('a run asked for at the very moment in which another ends', async () => {
    const { subject, open, inputs, end } = timer('0 0 0 1 1 *');
    let most = 0;
    const first = subject.run();
    const second = subject.run();
    const third = first.then(() => subject.run());
    for (let i = 0; i < 3 && open.length > 0; i += 1) {
      most = Math.max(most, open.length);
      await end();
    }
    await Promise.all([first, second, third]);
    expect([most, inputs.length <= 3]).toEqual([1, true]);
  });
});

test('what a scheduled run throws is reported and the timer goes on; who asked for a run gets the error', async () => {
  const { subject, reported, times, end } = timer('*/10 * * * * *');
  subject.start();
  await vi.advanceTimersByTimeAsync(10_000);
  await end(new Error('first'));
  expect(reported).toEqual([new Error('first')]);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(times).toHaveLength(2);
  await end();
  subject.stop();
  const asked = expect(subject.run()).rejects.toThrow('second');
  await end(new Error('second'));
  await asked;
  expect(reported).toHaveLength(1);
});

test('after a stop nothing starts, and the run under way can be waited for', async () => {
  const { subject, times, end } = timer('*/10 * * * * *');
  subject.start();
  await vi.advanceTimersByTimeAsync(10_000);
  subject.stop();
  const running = subject.running;
  await end(new Error('late'));
  await expect(running).resolves.toBeUndefined();
  expect(subject.running).toBeUndefined();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(times).toHaveLength(1);
});
