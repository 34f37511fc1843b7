import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { accessBegun, accessEnded, type Contract, contractEnd } from '../../../src/domain/contracts/contract.ts';
import {
  createContract,
  endContract,
  extendContract,
  withActivation,
} from '../../../src/domain/contracts/contract-changes.ts';
import { japanTime } from '../../../src/domain/contracts/japan-time.ts';
import { Failure } from '../../../src/model/failure.ts';
import { DAY, epochMs, instant, MINUTE, SECOND } from '../../../src/model/instant.ts';

const NOW = Date.parse('2026-11-24T03:00:00.000Z');
const TERMS = { tenantId: 'sakura', name: 'さくら福祉会', startsOn: '2026-04-01', endsOn: null };
const open = createContract(TERMS, NOW);
const ending = createContract({ ...TERMS, endsOn: '2027-03-31' }, NOW);

/** The sentence of a refusal, in both languages. */
function refusal(work: () => Contract) {
  try {
    work();
  } catch (error) {
    if (error instanceof Failure && error.code === 'invalid-input' && error.text) return error.text;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('access', () => {
  test('ends exactly at midnight in Japan after the last day, and not a millisecond before or after', () => {
    const end = Date.parse('2027-04-01T00:00:00.000+09:00');
    expect(contractEnd('2027-03-31')).toBe(end);
    expect(ending.endsAt).toBe('2027-03-31T15:00:00.000Z');
    expect(accessEnded(ending, end - 1)).toBe(false);
    expect(accessEnded(ending, end)).toBe(true);
  });

  test('has ended where there is no contract, and never ends where the contract is open', () => {
    expect(accessEnded(undefined, NOW)).toBe(true);
    expect(accessEnded(open, Date.parse('9999-01-01T00:00:00Z'))).toBe(false);
  });

  test('begins at midnight in Japan of the first day', () => {
    const begin = Date.parse('2026-04-01T00:00:00.000+09:00');
    expect(accessBegun(open, begin - 1)).toBe(false);
    expect(accessBegun(open, begin)).toBe(true);
  });

  test('is refused, not granted, for an end that cannot be read', () => {
    expect(() => accessEnded({ ...open, endsAt: 'soon' }, NOW)).toThrow(RangeError);
  });
});

describe('a new contract', () => {
  test.each(['Sakura', 'sa', '1sakura', 'sakura_1', 'さくら', 'a'.repeat(33), '$service', 'sakura\n', ''])(
    'refuses the tenant id %j',
    (tenantId) => {
      expect(refusal(() => createContract({ ...TERMS, tenantId }, NOW)).en).toContain('tenant id');
    },
  );

  test.each(['abc', 'sakura-2', 'a'.repeat(32)])('takes the tenant id %j', (tenantId) => {
    expect(createContract({ ...TERMS, tenantId }, NOW).tenantId).toBe(tenantId);
  });

  test.each(['', '  ', 'x'.repeat(101), 'two\nlines', 'a\u001b[31m', 'turned\u202e'])('refuses the name %j', (name) => {
    expect(refusal(() => createContract({ ...TERMS, name }, NOW)).en).toContain('name');
  });

  test.each(['2027-02-29', '2027-4-1', 'tomorrow', '20270331', '1999-12-31', '2200-01-01'])(
    'refuses the day %j',
    (day) => {
      expect(refusal(() => createContract({ ...TERMS, startsOn: day }, NOW)).en).toContain(day);
      expect(refusal(() => createContract({ ...TERMS, endsOn: day }, NOW)).ja).toContain(day);
    },
  );

  test('refuses an end before its start, and an end in the past', () => {
    expect(refusal(() => createContract({ ...TERMS, endsOn: '2026-03-31' }, NOW)).en).toContain('before it starts');
    expect(refusal(() => createContract({ ...TERMS, endsOn: '2026-11-23' }, NOW)).en).toContain('past');
  });
});

describe('the activation code', () => {
  test('is valid for 14 days from its issue', () => {
    const { activation } = withActivation(open, 'h', NOW);
    expect(activation).toEqual({ codeHash: 'h', issuedAt: instant(NOW), expiresAt: instant(NOW + 14 * DAY) });
  });

  test('is valid for 14 days from the first day when that is later', () => {
    const later = createContract({ ...TERMS, startsOn: '2027-04-01' }, NOW);
    expect(withActivation(later, 'h', NOW).activation?.expiresAt).toBe('2027-04-14T15:00:00.000Z');
  });

  test('replaces the one before, and is not issued once access has ended', () => {
    expect(withActivation(withActivation(open, 'a', NOW), 'b', NOW).activation?.codeHash).toBe('b');
    expect(refusal(() => withActivation(ending, 'h', epochMs('2027-03-31T15:00:00Z'))).en).toContain('ended already');
  });
});

describe('ending', () => {
  test('after a day, and at once: 60 s ahead', () => {
    expect(endContract(open, { on: '2026-12-31' }, NOW)).toMatchObject({
      endsOn: '2026-12-31',
      endsAt: '2026-12-31T15:00:00.000Z',
    });
    expect(endContract(open, 'now', NOW)).toMatchObject({ endsOn: '2026-11-24', endsAt: instant(NOW + 60 * SECOND) });
  });

  test('brings a later end forward', () => {
    expect(endContract(ending, { on: '2026-12-31' }, NOW).endsOn).toBe('2026-12-31');
  });

  test('calls off a contract that has not begun', () => {
    const future = createContract({ ...TERMS, startsOn: '2027-04-01' }, NOW);
    expect(accessEnded(endContract(future, 'now', NOW), NOW + MINUTE)).toBe(true);
    expect(refusal(() => endContract(future, { on: '2027-03-31' }, NOW)).en).toContain('before it starts');
  });

  test('a second time is refused: the same day, a later one, at once twice, and after the end', () => {
    expect(refusal(() => endContract(ending, { on: '2027-03-31' }, NOW)).en).toContain('already');
    expect(refusal(() => endContract(ending, { on: '2027-04-30' }, NOW)).en).toContain('contract extend');
    const ended = endContract(open, 'now', NOW);
    expect(refusal(() => endContract(ended, 'now', NOW + SECOND)).en).toContain('already');
    expect(refusal(() => endContract(ended, 'now', NOW + 2 * MINUTE)).en).toContain('ended already');
  });

  test('in the past, or less than 60 s ahead, is refused', () => {
    expect(refusal(() => endContract(open, { on: '2026-11-23' }, NOW)).en).toContain('past');
    const lateEvening = Date.parse('2026-11-24T23:59:01.000+09:00');
    expect(refusal(() => endContract(open, { on: '2026-11-24' }, lateEvening)).en).toContain('60 seconds');
    expect(endContract(open, { on: '2026-11-24' }, lateEvening - SECOND).endsOn).toBe('2026-11-24');
  });
});

describe('extending', () => {
  test('to a later day or without end, also after the end has passed', () => {
    const after = epochMs('2027-04-10T00:00:00Z');
    expect(extendContract(ending, '2028-03-31', NOW).endsAt).toBe('2028-03-31T15:00:00.000Z');
    expect(extendContract(ending, null, NOW)).toMatchObject({ endsOn: null, endsAt: null });
    expect(accessEnded(extendContract(ending, '2028-03-31', after), after)).toBe(false);
  });

  test('to an earlier day, the same day, the past, or of a contract without end is refused', () => {
    expect(refusal(() => extendContract(ending, '2027-03-30', NOW)).en).toContain('not make it later');
    expect(refusal(() => extendContract(ending, '2027-03-31', NOW)).en).toContain('not make it later');
    expect(refusal(() => extendContract(ending, '2027-04-01', epochMs('2027-05-01T00:00:00Z'))).en).toContain('past');
    expect(refusal(() => extendContract(open, '2028-03-31', NOW)).en).toContain('no end');
  });
});

test('whatever is ended or extended: an end is never nearer than 60 s, endings only come earlier, extensions only later', () => {
  const day = fc.integer({ min: 0, max: 900 }).map((days) => instant(NOW + days * DAY).slice(0, 10));
  const step = fc.oneof(
    fc.record({ type: fc.constant('end' as const), on: day }),
    fc.constant({ type: 'now' as const }),
    fc.record({ type: fc.constant('extend' as const), to: fc.option(day) }),
  );
  const endOf = ({ endsAt }: Contract) => (endsAt === null ? Number.POSITIVE_INFINITY : epochMs(endsAt));
  fc.assert(
    fc.property(fc.array(fc.tuple(step, fc.integer({ min: 0, max: 60 * DAY })), { maxLength: 12 }), (steps) => {
      let contract = open;
      let now = NOW;
      for (const [change, passes] of steps) {
        now += passes;
        const before = contract;
        try {
          if (change.type === 'extend') contract = extendContract(contract, change.to, now);
          else contract = endContract(contract, change.type === 'now' ? 'now' : { on: change.on }, now);
        } catch (error) {
          expect(error).toBeInstanceOf(Failure);
          continue;
        }
        expect(endOf(contract)).toBeGreaterThanOrEqual(now + MINUTE);
        if (change.type === 'extend') expect(endOf(contract)).toBeGreaterThan(endOf(before));
        else expect(endOf(contract)).toBeLessThan(endOf(before));
        expect({ ...contract, endsOn: null, endsAt: null }).toEqual({ ...before, endsOn: null, endsAt: null });
      }
    }),
  );
});

test('Japan time is told to the minute', () => {
  expect(japanTime(Date.parse('2027-03-31T15:00:59Z'))).toBe('2027-04-01 00:00');
  expect(japanTime(Date.parse('2027-03-31T14:59:59Z'))).toBe('2027-03-31 23:59');
});
