import { describe, expect, test } from 'vitest';
import { parseAddress } from '../../../src/domain/sign-in/client-address.ts';
import { NetworkLimits } from '../../../src/domain/sign-in/network-limits.ts';
import { TokenBuckets } from '../../../src/domain/sign-in/token-buckets.ts';
import { HOUR, SECOND } from '../../../src/model/instant.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const allowedInARow = (take: () => number | undefined) => {
  let allowed = 0;
  while (allowed < 1_000 && take() === undefined) allowed += 1;
  return allowed;
};

describe('token buckets', () => {
  test('a burst is allowed, then the rate, and who is refused learns how long to wait', async () => {
    const clock = new FakeClock();
    const buckets = new TokenBuckets({ burst: 3, perSecond: 0.5 }, clock);
    expect(allowedInARow(() => buckets.take('a'))).toBe(3);
    expect(buckets.take('a')).toBe(2);
    await clock.advance(2 * SECOND - 1);
    expect(buckets.take('a')).toBe(1);
    await clock.advance(1);
    expect(buckets.take('a')).toBeUndefined();
    expect(buckets.take('a')).toBe(2);
    await clock.advance(1 * HOUR);
    expect(allowedInARow(() => buckets.take('a'))).toBe(3);
  });

  test('being refused costs nothing: knocking does not prolong the wait', async () => {
    const clock = new FakeClock();
    const buckets = new TokenBuckets({ burst: 1, perSecond: 1 }, clock);
    buckets.take('a');
    for (let i = 0; i < 10; i += 1) {
      expect(buckets.take('a')).toBe(1);
      await clock.advance(100);
    }
    expect(buckets.take('a')).toBeUndefined();
  });

  test('keys do not share, and a host clock that jumps lends nothing', () => {
    const clock = new FakeClock();
    const buckets = new TokenBuckets({ burst: 1, perSecond: 1 }, clock);
    expect(buckets.take('a')).toBeUndefined();
    expect(buckets.take('b')).toBeUndefined();
    clock.set(clock.now() + HOUR);
    expect(buckets.take('a')).toBe(1);
  });

  test('memory is bounded: who is forgotten starts anew', () => {
    const buckets = new TokenBuckets({ burst: 1, perSecond: 1 }, new FakeClock(), 2);
    for (const key of ['a', 'b', 'c']) buckets.take(key);
    expect(buckets.take('c')).toBe(1);
    expect(buckets.take('b')).toBe(1);
    expect(buckets.take('a')).toBeUndefined();
  });
});

describe('limits of networks at sign-in', () => {
  const limits = new NetworkLimits(new FakeClock());
  const take = (text: string, device?: string) => limits.take(parseAddress(text), device);

  test('a network is limited as a whole, other networks and devices with a token are not', () => {
    expect(allowedInARow(() => take('192.0.2.1'))).toBe(60);
    expect(take('192.0.2.1')).toBe(1);
    expect(take('192.0.2.2')).toBeUndefined();
    expect(allowedInARow(() => take('192.0.2.1', 'tablet'))).toBe(20);
    expect(take('192.0.2.1', 'tablet')).toBe(5);
    expect(take('192.0.2.1', 'another tablet')).toBeUndefined();
  });

  test('addresses of one /56 share', () => {
    let i = 0;
    expect(allowedInARow(() => take(`2001:db8:0:${(i++ % 256).toString(16)}::1`))).toBe(60);
    expect(take('2001:db8:0:100::1')).toBeUndefined();
  });

  test('callers without a readable address share one allowance', () => {
    expect(allowedInARow(() => take('nonsense'))).toBe(60);
    expect(take('other nonsense')).toBe(1);
  });
});
