import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type GuardFacts, mayDestroy, needsPerson, type Refusal } from '../../src/domain/guard.ts';
import { DAY, instant, MINUTE, SECOND } from '../../src/model/instant.ts';

const END = Date.parse('2027-03-31T15:00:00.000Z');
const END_TEXT = instant(END);

/** An end known for a year, a minute after it has come. */
const DUE: GuardFacts = {
  mirror: { endsAt: END_TEXT, firstSeenAt: instant(END - 365 * DAY) },
  contract: { endsAt: END_TEXT },
  hostNow: END + MINUTE,
  storeNow: END + MINUTE,
  notice: DAY,
};

describe('the guard of irreversible steps', () => {
  test('an end that was known for a day has come: destroy', () => {
    expect(mayDestroy(DUE)).toEqual({ destroy: true });
    expect(mayDestroy({ ...DUE, hostNow: END, storeNow: END })).toEqual({ destroy: true });
    const firstSeenAt = instant(END + MINUTE - DAY);
    expect(mayDestroy({ ...DUE, mirror: { endsAt: END_TEXT, firstSeenAt } })).toEqual({ destroy: true });
  });

  const seen = (firstSeenAt: number) => ({ endsAt: END_TEXT, firstSeenAt: instant(firstSeenAt) });
  test.each<[string, Partial<GuardFacts>, Refusal, number | null]>([
    ['the host clock is a day ahead', { storeNow: END - DAY, hostNow: END }, 'clocks-apart', null],
    ['the host clock is 30 s ahead', { hostNow: END + MINUTE + 30 * SECOND }, 'clocks-apart', null],
    ['the host clock is ahead, by less', { hostNow: END + 10 * SECOND, storeNow: END - 1 }, 'not-ended', END],
    ['the store clock is a day ahead', { storeNow: END + DAY }, 'clocks-apart', null],
    ['the store clock is ahead, by less', { hostNow: END - 1, storeNow: END + 10 * SECOND }, 'not-ended', END],
    ['a clock tells no time', { hostNow: Number.NaN }, 'clocks-apart', null],
    ['the end has not come', { hostNow: END - 1, storeNow: END - 1 }, 'not-ended', END],
    ['nor been known long', { hostNow: 0, storeNow: 0, mirror: seen(END) }, 'not-ended', END + DAY],
    ['the end was brought forward', { mirror: seen(END - DAY + 2 * MINUTE) }, 'known-too-shortly', END + 2 * MINUTE],
    ['a longer notice is set', { notice: 400 * DAY }, 'known-too-shortly', END + 35 * DAY],
    ['the store saw the end in its future', { mirror: seen(END + 7 * DAY) }, 'known-too-shortly', END + 8 * DAY],
    ['nothing tells since when', { mirror: { endsAt: END_TEXT, firstSeenAt: null } }, 'end-not-seen', null],
    ['the contract vanished', { contract: undefined }, 'contract-vanished', null],
    ['the contract was extended', { contract: { endsAt: instant(END + DAY) } }, 'end-changed', null],
    ['the contract has no end any more', { contract: { endsAt: null } }, 'end-changed', null],
    ['the contract ends earlier than was seen', { contract: { endsAt: instant(END - DAY) } }, 'end-changed', null],
    ['no end', { contract: { endsAt: null }, mirror: { endsAt: null, firstSeenAt: null } }, 'no-end', null],
  ])('%s: nothing is destroyed', (_, facts, because, until) => {
    expect(mayDestroy({ ...DUE, ...facts })).toEqual({ destroy: false, because, until });
  });

  test('a person must look where no time and no next look settles it', () => {
    const all = ['no-end', 'end-not-seen', 'end-changed', 'not-ended', 'known-too-shortly'] as const;
    expect(all.filter(needsPerson)).toEqual([]);
    expect(needsPerson('contract-vanished') && needsPerson('clocks-apart')).toBe(true);
  });

  test('a notice below zero, or none, is a mistake', () => {
    expect(() => mayDestroy({ ...DUE, notice: -1 })).toThrow(RangeError);
    expect(() => mayDestroy({ ...DUE, notice: Number.NaN })).toThrow(RangeError);
  });

  test('whatever the clocks and the mirror say, yes means: both past the end, together, the end known for the notice, and unchanged', () => {
    const near = fc.integer({ min: END - 3 * DAY, max: END + 3 * DAY });
    const end = fc.option(fc.constantFrom(END_TEXT, instant(END + DAY), instant(END - DAY)));
    const facts = fc.record<GuardFacts>({
      mirror: fc.record({ endsAt: end, firstSeenAt: fc.option(near.map(instant)) }),
      contract: fc.option(fc.record({ endsAt: end }), { nil: undefined }),
      hostNow: near,
      storeNow: near,
      notice: fc.constantFrom(0, DAY, 2 * DAY),
    });
    let yes = 0;
    const apart = fc.integer({ min: -40_000, max: 40_000 });
    fc.assert(
      fc.property(facts, apart, fc.boolean(), (made, offset, same) => {
        const given = { ...made, storeNow: made.hostNow + offset };
        if (same && given.contract) given.contract = { endsAt: given.mirror.endsAt };
        if (!mayDestroy(given).destroy) return;
        yes += 1;
        const { mirror, contract, hostNow, storeNow, notice } = given;
        expect(contract?.endsAt).toBe(mirror.endsAt);
        expect(Math.min(hostNow, storeNow)).toBeGreaterThanOrEqual(Date.parse(mirror.endsAt ?? ''));
        expect(Math.min(hostNow, storeNow)).toBeGreaterThanOrEqual(Date.parse(mirror.firstSeenAt ?? '') + notice);
        expect(Math.abs(hostNow - storeNow)).toBeLessThan(30 * SECOND);
      }),
      { numRuns: 5000 },
    );
    expect(yes).toBeGreaterThan(50);
  });
});
