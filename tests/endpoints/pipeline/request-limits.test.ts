import { describe, expect, test } from 'vitest';
import type { Visitor } from '../../../src/endpoints/pipeline/caller.ts';
import { RequestLimits } from '../../../src/endpoints/pipeline/request-limits.ts';
import { Failure } from '../../../src/model/failure.ts';
import { FakeClock } from '../../support/fake-clock.ts';

function visitor(address: string | null, device: string | null = null): Visitor {
  return { address, device, agent: 'Safari on iPad', trace: '', now: 0 };
}

/** How many calls in a row are let through, and what the refusal says. */
function allowed(call: () => void): { count: number; refusal: Failure } {
  for (let count = 0; ; count += 1) {
    try {
      call();
    } catch (error) {
      if (error instanceof Failure) return { count, refusal: error };
      throw error;
    }
    if (count > 10_000) throw new Error('nothing is ever refused');
  }
}

describe('requests of one session', () => {
  test('may come 100 at once and 20 a second, and are told when to come back', async () => {
    const clock = new FakeClock();
    const limits = new RequestLimits(clock);
    const { count, refusal } = allowed(() => limits.use('one'));
    expect([count, refusal.code, refusal.retryAfter]).toEqual([100, 'too-many-requests', 1]);
    await clock.advance(1000);
    expect(allowed(() => limits.use('one')).count).toBe(20);
  });

  test('never hinder those of another', () => {
    const limits = new RequestLimits(new FakeClock());
    allowed(() => limits.use('one'));
    expect(allowed(() => limits.use('other')).count).toBe(100);
  });
});

describe('requests to public routes', () => {
  test('of 60 tablets behind one address go through, 50 of each at once', () => {
    const limits = new RequestLimits(new FakeClock());
    expect(allowed(() => limits.visit(visitor('192.0.2.1'))).count).toBe(60 * 50);
    expect(() => limits.visit(visitor('192.0.2.2'))).not.toThrow();
  });

  test('count by /56 where addresses are long', () => {
    const limits = new RequestLimits(new FakeClock());
    allowed(() => limits.visit(visitor('2001:db8:0:100::1')));
    expect(() => limits.visit(visitor('2001:db8:0:1ff::2'))).toThrow(Failure);
    expect(() => limits.visit(visitor('2001:db8:0:200::1'))).not.toThrow();
  });

  test('of a signed device count by themselves', () => {
    const limits = new RequestLimits(new FakeClock());
    allowed(() => limits.visit(visitor('192.0.2.1')));
    expect(() => limits.visit(visitor('192.0.2.1', 'a device'))).not.toThrow();
  });

  test('without a readable address share one allowance', () => {
    const limits = new RequestLimits(new FakeClock());
    allowed(() => limits.visit(visitor(null)));
    expect(() => limits.visit(visitor('not an address'))).toThrow(Failure);
  });
});
