import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { grantsInput, validGrants } from '../../src/domain/grants-input.ts';
import { allows, covers, facilitiesOf, normalGrants } from '../../src/domain/permissions.ts';
import { PRESET_LABELS, PRESETS, presetGrants } from '../../src/domain/presets.ts';
import { AREAS, type Area, type Grants, TENANT_WIDE_AREAS } from '../../src/model/grants.ts';

const F = ['a', 'b', 'c'].map((letter) => `019ab000-0000-7000-8000-00000000000${letter}`);
const [A = '', B = ''] = F;
const wide = (area: Area) => (TENANT_WIDE_AREAS as readonly Area[]).includes(area);

const level = fc.constantFrom('read' as const, 'write' as const);
const grantOf = (area: Area) =>
  fc.record({
    level,
    facilities: wide(area)
      ? fc.constant('all' as const)
      : fc.oneof(fc.constant('all' as const), fc.subarray(F, { minLength: 1 })),
  });
const grants: fc.Arbitrary<Grants> = fc.record(Object.fromEntries(AREAS.map((area) => [area, grantOf(area)])), {
  requiredKeys: [],
});
const question = fc.tuple(fc.constantFrom(...AREAS), level, fc.constantFrom('all', ...F, 'elsewhere'));

describe('grants', () => {
  const some: Grants = { children: { level: 'write', facilities: [A] }, health: { level: 'read', facilities: 'all' } };

  test('nothing is allowed that is not granted', () => {
    for (const area of AREAS) expect(allows({}, area, 'read', A)).toBe(false);
    expect(allows(some, 'diary', 'read', A)).toBe(false);
  });

  test('write includes read, read does not include write', () => {
    expect([allows(some, 'children', 'read', A), allows(some, 'children', 'write', A)]).toEqual([true, true]);
    expect([allows(some, 'health', 'read', A), allows(some, 'health', 'write', A)]).toEqual([true, false]);
  });

  test('a list of facilities ends at its facilities; all includes every one', () => {
    expect([allows(some, 'children', 'read', B), allows(some, 'children', 'read', 'all')]).toEqual([false, false]);
    expect([allows(some, 'health', 'read', B), allows(some, 'health', 'read', 'all')]).toEqual([true, true]);
    expect(facilitiesOf(some, 'children', 'write')).toEqual([A]);
    expect(facilitiesOf(some, 'health', 'write')).toEqual([]);
  });

  test('a list that names every facility of today does not cover all', () => {
    expect(covers({ diary: { level: 'write', facilities: F } }, { diary: { level: 'read', facilities: 'all' } })).toBe(
      false,
    );
  });

  test('covers is a partial order: reflexive, transitive, antisymmetric', () => {
    fc.assert(
      fc.property(grants, grants, grants, (a, b, c) => {
        expect(covers(a, a)).toBe(true);
        if (covers(a, b) && covers(b, c)) expect(covers(a, c)).toBe(true);
        if (covers(a, b) && covers(b, a)) expect(normalGrants(a)).toEqual(normalGrants(b));
      }),
      { numRuns: 500 },
    );
  });

  test('order holds along chains too: what is left after taking parts away is covered', () => {
    fc.assert(
      fc.property(
        grants,
        fc.array(fc.constantFrom(...AREAS)),
        fc.array(fc.constantFrom(...AREAS)),
        (a, first, second) => {
          const without = (from: Grants, areas: readonly Area[]): Grants =>
            Object.fromEntries(Object.entries(from).filter(([area]) => !(areas as readonly string[]).includes(area)));
          const b = without(a, first);
          const c = without(b, second);
          expect([covers(a, b), covers(b, c), covers(a, c)]).toEqual([true, true, true]);
        },
      ),
    );
  });

  test('allows is monotone: who covers another may do all that the other may', () => {
    fc.assert(
      fc.property(grants, fc.subarray([...AREAS]), fc.array(question, { minLength: 1 }), (more, areas, questions) => {
        const less: Grants = Object.fromEntries(
          areas.flatMap((area) => {
            const grant = more[area];
            if (grant === undefined) return [];
            const facilities =
              grant.facilities === 'all' || wide(area) ? grant.facilities : grant.facilities.slice(0, 1);
            return [[area, { level: 'read', facilities }]];
          }),
        );
        expect(covers(more, less)).toBe(true);
        for (const [area, wanted, where] of questions) {
          if (allows(less, area, wanted, where)) expect(allows(more, area, wanted, where)).toBe(true);
        }
      }),
    );
  });

  test('who may do something that another may not is not covered by the other', () => {
    fc.assert(
      fc.property(grants, grants, question, (a, b, [area, wanted, where]) => {
        if (allows(b, area, wanted, where) && !allows(a, area, wanted, where)) expect(covers(a, b)).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  test('the stored form allows exactly what the written one did, and is its own stored form', () => {
    fc.assert(
      fc.property(grants, question, (a, [area, wanted, where]) => {
        const stored = normalGrants(a);
        expect(allows(stored, area, wanted, where)).toBe(allows(a, area, wanted, where));
        expect(JSON.stringify(normalGrants(stored))).toBe(JSON.stringify(stored));
      }),
    );
    expect(normalGrants({ diary: { level: 'read', facilities: [] } })).toEqual({});
    expect(normalGrants({ diary: { level: 'read', facilities: [B, A, B] } })).toEqual({
      diary: { level: 'read', facilities: [A, B] },
    });
  });
});

describe('grants as they come in', () => {
  test('every well-formed value is taken as it is', () => {
    fc.assert(
      fc.property(grants, (value) => {
        expect(grantsInput.parse(value)).toEqual(value);
      }),
    );
  });

  test.each([
    ['an unknown area', { everything: { level: 'write', facilities: 'all' } }],
    ['an unknown level', { diary: { level: 'none', facilities: 'all' } }],
    ['an unknown field', { diary: { level: 'read', facilities: 'all', also: 1 } }],
    ['no facilities', { diary: { level: 'read', facilities: [] } }],
    ['facilities that are no ids', { diary: { level: 'read', facilities: ['all'] } }],
    ['accounts for some facilities', { accounts: { level: 'read', facilities: [A] } }],
    ['backups for some facilities', { backups: { level: 'read', facilities: [A] } }],
    ['an area granted to be undefined', { diary: undefined }],
    ['a list', []],
    ['nothing', null],
    ['a prototype', JSON.parse('{"__proto__":{"level":"write","facilities":"all"}}')],
  ])('refused: %s', (_, value) => {
    expect(validGrants(value)).toBe(false);
  });

  test('every area of the model can be granted', () => {
    expect(Object.keys(grantsInput.shape).sort()).toEqual([...AREAS].sort());
  });
});

describe('presets', () => {
  test('every preset is well-formed for one facility and for all, and has a label in both languages', () => {
    for (const preset of PRESETS) {
      expect(validGrants(presetGrants(preset, [A]))).toBe(true);
      expect(validGrants(presetGrants(preset, 'all'))).toBe(true);
      expect(PRESET_LABELS[preset].ja).not.toBe('');
      expect(PRESET_LABELS[preset].en).not.toBe('');
    }
  });

  test('the administrator holds everything and covers every other preset', () => {
    const administrator = presetGrants('administrator', [A]);
    for (const area of AREAS) expect(allows(administrator, area, 'write', 'all')).toBe(true);
    for (const preset of PRESETS) expect(covers(administrator, presetGrants(preset, 'all'))).toBe(true);
  });

  test('no other preset reaches accounts, backups or another facility', () => {
    for (const preset of PRESETS.filter((name) => name !== 'administrator')) {
      const held = presetGrants(preset, [A]);
      for (const area of AREAS) expect(allows(held, area, 'read', B)).toBe(false);
      for (const area of TENANT_WIDE_AREAS) expect(facilitiesOf(held, area, 'read')).toEqual([]);
    }
  });

  test('閲覧のみ writes nothing, and neither it nor 事務 sees health notes', () => {
    const readOnly = presetGrants('read-only', 'all');
    for (const area of AREAS) expect(allows(readOnly, area, 'write', A)).toBe(false);
    for (const preset of ['read-only', 'office'] as const) {
      expect(allows(presetGrants(preset, 'all'), 'health', 'read', A)).toBe(false);
    }
    expect(allows(presetGrants('kitchen', [A]), 'health', 'read', A)).toBe(true);
  });

  test('園長 covers 主任 in the same facility, and 主任 covers 担任', () => {
    expect(covers(presetGrants('director', [A]), presetGrants('chief', [A]))).toBe(true);
    expect(covers(presetGrants('chief', [A]), presetGrants('class-teacher', [A]))).toBe(true);
    expect(covers(presetGrants('chief', [A]), presetGrants('director', [A]))).toBe(false);
  });
});
