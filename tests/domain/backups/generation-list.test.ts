import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Generation,
  isBeingWritten,
  KEPT,
  kept,
  nextSlot,
  type Purpose,
  withGood,
  withNew,
} from '../../../src/domain/backups/generation-list.ts';
import { DAY, instant } from '../../../src/model/instant.ts';
import { FAKE_START } from '../../support/fake-clock.ts';

const GOOD = {
  ...{ finishedAt: instant(FAKE_START), verifiedAt: instant(FAKE_START), keyVersion: 'v' },
  ...{ documents: {}, bytes: 1, manifestSha256: '' },
};

function generation(id: string, rest: Partial<Generation> = {}): Generation {
  const startedAt = instant(FAKE_START);
  return { id, purpose: 'daily', run: 'r', gate: 'gate:1', startedAt, good: GOOD, pinnedBy: null, ...rest };
}

const ids = (generations: readonly Generation[]) => generations.map(({ id }) => id).join('');
const many = (text: string) => [...text].map((id) => generation(id));

describe('the list of generations', () => {
  test.each([
    ['2026-11-24T03:00:00Z', '2026-11-24T17:00:00Z'],
    ['2026-11-24T16:59:59.999Z', '2026-11-24T17:00:00Z'],
    ['2026-11-24T17:00:00Z', '2026-11-25T17:00:00Z'],
    ['2026-12-31T23:00:00Z', '2027-01-01T17:00:00Z'],
    ['1969-12-31T16:00:00Z', '1969-12-31T17:00:00Z'],
  ])('after %s the next night is %s', (after, next) => {
    expect(nextSlot(Date.parse(after))).toBe(Date.parse(next));
  });

  test('keeps the seven newest good ones in the order in which they were begun, whatever clocks said', () => {
    const odd = [generation('a', { startedAt: instant(FAKE_START + 900 * DAY) }), ...many('bcdefgh')];
    expect(ids(kept(odd, FAKE_START))).toBe('bcdefgh');
    expect(ids(kept(many('abcdefg'), FAKE_START))).toBe('abcdefg');
  });

  test('an unfinished generation never takes the place of a good one', () => {
    const list = [...many('abcdefg'), generation('x', { good: null })];
    expect(ids(kept(list, FAKE_START))).toBe('abcdefgx');
    expect(ids(withNew(list, generation('y', { good: null })))).toBe('abcdefgy');
  });

  test('a run goes on with its own unfinished generation only', () => {
    const list = [generation('a'), generation('b', { good: null })];
    expect(isBeingWritten(list, 'b', 'r')).toBe(true);
    expect([
      isBeingWritten(list, 'b', 'other'),
      isBeingWritten(list, 'a', 'r'),
      isBeingWritten(list, 'c', 'r'),
    ]).toEqual([false, false, false]);
  });

  test('the state before a restore is kept beside the seven: one, for seven days', () => {
    const earlier = (id: string, rest: Partial<Generation> = {}) =>
      generation(id, { purpose: 'before-restore', ...rest });
    const list = [earlier('x'), ...many('abcdefg'), earlier('y')];
    expect(ids(kept(list, FAKE_START + 7 * DAY - 1))).toBe('abcdefgy');
    expect(ids(kept(list, FAKE_START + 7 * DAY))).toBe('abcdefg');
    const writing = [...list, earlier('z', { good: null })];
    expect(ids(kept(writing, FAKE_START))).toBe('abcdefgyz');
    expect(ids(withGood(writing, 'z', GOOD, FAKE_START))).toBe('abcdefgz');
  });

  test('what an open restore reads stays, of the nights and of the states before', () => {
    const pinned = { pinnedBy: 'restore' };
    const list = [
      generation('a', pinned),
      generation('b', { purpose: 'before-restore', ...pinned }),
      ...many('cdefghi'),
    ];
    expect(ids(kept([...list, generation('j', { purpose: 'before-restore' })], FAKE_START))).toBe('abcdefghij');
  });

  test('over any past, every good night among the seven newest is there, and no other', () => {
    type Step = { readonly purpose: Purpose; readonly good: boolean };
    const step: fc.Arbitrary<Step> = fc.record({
      purpose: fc.constantFrom<Purpose>('daily', 'daily', 'before-restore'),
      good: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let list: readonly Generation[] = [];
        const nights: string[] = [];
        for (const [at, { purpose, good }] of steps.entries()) {
          const id = `${at}`;
          list = withNew(list, generation(id, { purpose, good: null }));
          if (good) list = withGood(list, id, GOOD, FAKE_START);
          if (good && purpose === 'daily') nights.push(id);
          const found = list.filter((each) => each.good !== null && each.purpose === 'daily').map((each) => each.id);
          expect(found).toEqual(nights.slice(-KEPT));
          expect(list.length).toBeLessThanOrEqual(KEPT + 3);
        }
      }),
    );
  });
});
