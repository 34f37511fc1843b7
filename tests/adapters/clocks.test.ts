import { expect, test } from 'vitest';
import { systemClock } from '../../src/adapters/system/system-clock.ts';
import { clockContract } from '../contracts/clock-contract.ts';
import { FAKE_START, FakeClock } from '../support/fake-clock.ts';

clockContract('system', () => ({ clock: systemClock, pass: async () => undefined }));

clockContract('fake', () => {
  const clock = new FakeClock();
  return { clock, pass: (ms) => clock.advance(ms) };
});

test('the system clock tells the time of the host', () => {
  const before = Date.now();
  const now = systemClock.now();
  expect(now).toBeGreaterThanOrEqual(before);
  expect(now).toBeLessThanOrEqual(Date.now());
});

test('on the clock of the host a sleep of nothing lets others have their turn', async () => {
  const turns: string[] = [];
  setImmediate(() => turns.push('another'));
  await systemClock.sleep(0);
  expect(turns).toEqual(['another']);
});

test('a fake clock that jumps wakes nobody; one that advances wakes whoever falls asleep on the way too', async () => {
  const clock = new FakeClock();
  const woken: number[] = [];
  const worker = async () => {
    for (let round = 0; round < 3; round += 1) {
      await clock.sleep(100);
      woken.push(clock.now() - FAKE_START);
    }
  };
  const working = worker();
  clock.set(FAKE_START + 9999);
  expect([clock.sleeping, woken]).toEqual([1, []]);
  clock.set(FAKE_START);
  await clock.advance(250);
  expect(woken).toEqual([100, 200]);
  expect([clock.now() - FAKE_START, clock.monotonic(), clock.sleeping]).toEqual([250, 250, 1]);
  await clock.advance(50);
  await working;
  expect(woken).toEqual([100, 200, 300]);
});
