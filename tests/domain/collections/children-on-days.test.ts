import { expect, test } from 'vitest';
import { childSchema } from '../../../src/domain/collections/child-fields.ts';
import { CHILDREN, childOn, lastEnrolledDay } from '../../../src/domain/collections/children.ts';
import { OPEN_END } from '../../../src/domain/collections/periods.ts';

const FACILITY = '01890000-0000-7000-8000-00000000000a';
const CHICKS = '01890000-0000-7000-8000-00000000000b';
const RABBITS = '01890000-0000-7000-8000-00000000000c';

function aChild(fields: object = {}) {
  return childSchema.parse({ facility: FACILITY, familyName: '山田', birthDate: '2023-05-01', ...fields });
}

test('the change of year takes effect on 1 April, entered long before and without anything being written', () => {
  const child = aChild({
    enrolments: [{ from: '2026-04-01' }],
    classes: [
      { class: CHICKS, order: 3, from: '2026-04-01' },
      { class: RABBITS, order: 1, from: '2027-04-01' },
    ],
    certifications: [
      { certification: '3', hours: 'short', from: '2026-04-01', to: '2027-03-31' },
      { certification: '2', hours: 'standard', from: '2027-04-01' },
    ],
  });
  expect(childOn(child, '2027-03-31')).toEqual({
    ...{ enrolled: true, class: CHICKS, order: 3 },
    ...{ certification: '3', hours: 'short' },
  });
  expect(childOn(child, '2027-04-01')).toEqual({
    ...{ enrolled: true, class: RABBITS, order: 1 },
    ...{ certification: '2', hours: 'standard' },
  });
  expect(childOn(child, '2028-04-01').class).toBeNull();
});

test('who has left is in no class, on the last day still', () => {
  const child = aChild({
    enrolments: [{ from: '2026-04-01', to: '2026-10-31' }],
    classes: [{ class: CHICKS, from: '2026-04-01' }],
  });
  expect([childOn(child, '2026-10-31').class, childOn(child, '2026-11-01').class]).toEqual([CHICKS, null]);
});

test('who left and came back counts as enrolled in between on no day, and to the end of the last enrolment', () => {
  const child = aChild({
    enrolments: [
      { from: '2024-04-01', to: '2024-09-30' },
      { from: '2026-04-01', to: '2027-03-31' },
    ],
  });
  const days = ['2024-03-31', '2024-04-01', '2024-09-30', '2025-05-05', '2026-04-01', '2027-03-31', '2027-04-01'];
  expect(days.map((day) => childOn(child, day).enrolled)).toEqual([false, true, true, false, true, true, false]);
  expect(lastEnrolledDay(child)).toBe('2027-03-31');
});

test('a child whose days are not known is on every list rather than on none', () => {
  const child = aChild();
  expect([childOn(child, '2026-11-24').enrolled, lastEnrolledDay(child)]).toEqual([true, OPEN_END]);
});

test('a child stands in the clear with its facility and last day only', () => {
  const child = aChild({ enrolments: [{ from: '2026-04-01' }] });
  expect(CHILDREN.index('id', child)).toEqual({ facility: FACILITY, day: OPEN_END });
});

test('children sort by せい and めい, by birth date, by number as people count, and by their order in the class', () => {
  const card = (fields: object) => CHILDREN.card(aChild({ enrolments: [{ from: '2026-04-01' }], ...fields }));
  const stay = (order: number | null) => [{ class: CHICKS, order, from: '2026-04-01' }];
  const cards = [
    card({ familyNameKana: 'さとう', number: '10', birthDate: '2022-01-01', classes: stay(2) }),
    card({ familyNameKana: 'あべ', number: '2', birthDate: '2023-01-01', classes: stay(null) }),
    card({ familyNameKana: 'かとう', number: '', birthDate: '2021-01-01', classes: stay(1) }),
  ];
  const order = (by: string) =>
    [...cards]
      .sort((a, b) => {
        const sort = CHILDREN.sorts[by];
        return (sort?.key(a, '2026-11-24') ?? '') < (sort?.key(b, '2026-11-24') ?? '') ? -1 : 1;
      })
      .map(({ familyNameKana }) => familyNameKana);
  expect(order('kana')).toEqual(['あべ', 'かとう', 'さとう']);
  expect(order('birth')).toEqual(['かとう', 'さとう', 'あべ']);
  expect(order('number')).toEqual(['あべ', 'さとう', 'かとう']);
  expect(order('order')).toEqual(['かとう', 'さとう', 'あべ']);
});

test('numbers that people take for the same one count as the same', () => {
  const unique = (number: string) => CHILDREN.unique(CHILDREN.card(aChild({ number })))?.text;
  expect(unique('１２')).toBe(unique('12'));
  expect(unique('A 1')).toBe(unique('a1'));
  expect(unique('12')).not.toBe(unique('012'));
  expect(unique('')).toBeUndefined();
});
