import { expect, test } from 'vitest';
import { ClassNames } from '../../../src/domain/csv/class-names.ts';
import { enrolled } from '../../../src/domain/csv/dated-changes.ts';
import { type CardPart, mergedCard } from '../../../src/domain/csv/merge-card.ts';
import type { ProposedChild } from '../../../src/domain/csv/proposed-child.ts';

const classes = new ClassNames([
  { id: 'chicks', name: 'ひよこ組', schoolYear: 2026, ages: [] },
  { id: 'lions', name: 'らいおん組', schoolYear: 2026, ages: [] },
  { id: 'next', name: 'ひよこ組', schoolYear: 2027, ages: [] },
  { id: 'twice', name: 'りす', schoolYear: 2026, ages: [] },
  { id: 'again', name: 'リス', schoolYear: 2026, ages: [] },
]);

const stored: CardPart = {
  ...{ number: '', familyName: '山田', givenName: '花子', familyNameKana: '', givenNameKana: '' },
  ...{ birthDate: '2023-05-01', sex: 'female', useKinds: ['regular'] },
  ...{ enrolments: [{ from: '2024-04-01', to: null }], classes: [], certifications: [] },
};

function merge(told: Partial<ProposedChild>, card: Partial<CardPart> = {}, on = '2026-11-24') {
  const { next, findings } = mergedCard({ ...stored, ...card }, told, told, { on, classes });
  return { next, codes: findings.map(([key, { code }]) => `${key} ${code}`) };
}

test('what is not told stays', () => {
  expect(merge({})).toEqual({ next: stored, codes: [] });
});

test('the first class of a school year counts from its 1 April, or from the enrolment when that is later', () => {
  expect(merge({ className: 'ひよこ組' }).next.classes).toEqual([
    { class: 'chicks', order: null, from: '2026-04-01', to: null },
  ]);
  const late = { enrolments: [{ from: '2026-09-01', to: null }] };
  expect(merge({ className: 'ひよこ組' }, late).next.classes[0]?.from).toBe('2026-09-01');
});

test('the class of who enrols later is one of that school year, and of who has left the one of the last day', () => {
  const later = { enrolments: [{ from: '2027-04-01', to: null }] };
  expect(merge({ className: 'ひよこ組' }, later).next.classes[0]?.class).toBe('next');
  const left = { enrolments: [{ from: '2024-04-01', to: '2026-03-31' }] };
  expect(merge({ className: 'ひよこ組' }, left).codes).toEqual(['className no-such-class']);
});

test('a class that two have the name of is asked about, but for the one in which the child is', () => {
  expect(merge({ className: 'りす' }).codes).toEqual(['className several-classes']);
  const stay = { classes: [{ class: 'again', order: 1, from: '2026-04-01', to: null }] };
  expect(merge({ className: 'りす' }, stay)).toEqual({ next: { ...stored, ...stay }, codes: [] });
});

test('a certification that is another counts from the day of the file, the first from the enrolment', () => {
  const first = merge({ certification: '3', certificationHours: 'short' }).next;
  expect(first.certifications).toEqual([{ certification: '3', hours: 'short', from: '2024-04-01', to: null }]);
  expect(merge({ certification: '2' }, first).next.certifications).toEqual([
    { certification: '3', hours: 'short', from: '2024-04-01', to: '2026-11-23' },
    { certification: '2', hours: 'short', from: '2026-11-24', to: null },
  ]);
  expect(merge({ certification: '1', certificationHours: 'standard' }).next.certifications[0]?.hours).toBeNull();
  expect(merge({ certificationHours: 'short' }).codes).toEqual(['certificationHours hours-without-certification']);
  expect(merge({ certification: '3' }, first).next).toEqual(first);
});

test('days of enrolment correct the last period, end it, or begin another', () => {
  const open = [{ from: '2024-04-01', to: null }];
  const over = [{ from: '2024-04-01', to: '2025-03-31' }];
  expect(enrolled(open, '2024-05-01', undefined)).toEqual([{ from: '2024-05-01', to: null }]);
  expect(enrolled(open, undefined, '2027-03-31')).toEqual([{ from: '2024-04-01', to: '2027-03-31' }]);
  expect(enrolled(over, '2026-04-01', undefined)).toEqual([...over, { from: '2026-04-01', to: null }]);
  expect(enrolled([...over, { from: '2026-04-01', to: null }], '2024-04-01', undefined)).toEqual([
    ...over,
    { from: '2026-04-01', to: null },
  ]);
  expect(enrolled([], '2026-04-01', '2027-03-31')).toEqual([{ from: '2026-04-01', to: '2027-03-31' }]);
  expect(merge({ leftOn: '2027-03-31' }, { enrolments: [] }).codes).toEqual(['leftOn left-without-enrolment']);
});
