import * as z from 'zod';
import { schoolYearBounds } from '../calendar.ts';
import { internalKind } from '../kind.ts';
import { type Collection, sortable } from './collection.ts';
import { FACILITIES } from './facilities.ts';
import { because, filledLine, position, recordId, schoolYearNumber } from './field-schemas.ts';
import { OPEN_END } from './periods.ts';

/** Class ages run from 0歳児 to 5歳児. */
const OLDEST = 5;

const schema = z
  .strictObject({
    facility: recordId,
    schoolYear: schoolYearNumber,
    name: filledLine(50),
    /** In order; several for a mixed-age class (異年齢), none where it is not decided. */
    ages: z
      .array(z.int().min(0).max(OLDEST))
      .max(OLDEST + 1)
      .refine(
        (ages) => ages.every((age, at) => at === 0 || age > (ages[at - 1] ?? age)),
        because(
          'not-ascending',
          '年齢は小さい順に、同じものを重ねずに入れてください。',
          'Give each age once, in order.',
        ),
      )
      .default([]),
    order: position.default(0),
  })
  .meta({ id: 'ClassFields' });

export type SchoolClass = z.output<typeof schema>;

/** クラス: of one facility and one 年度; names repeat every year. Closed with its last day, never deleted. */
export const CLASSES: Collection<SchoolClass, SchoolClass> = {
  kind: internalKind<SchoolClass, SchoolClass>('class'),
  path: '/classes',
  names: { one: 'Class', many: 'Classes' },
  label: { ja: 'クラス', en: 'Class' },
  labels: {
    facility: { ja: '園', en: 'Facility' },
    schoolYear: { ja: '年度', en: 'School year' },
    name: { ja: 'クラス名', en: 'Name' },
    ages: { ja: '年齢', en: 'Ages' },
    order: { ja: '並び順', en: 'Order' },
  },
  words: {},
  reading: 'any',
  writing: { area: 'children', createIn: 'facility' },
  schema,
  shownSchema: schema,
  shown: (card) => card,
  card: (fields) => fields,
  index: (_id, { facility }) => ({ facility, day: OPEN_END }),
  fixed: ['facility', 'schoolYear'],
  references({ facility, schoolYear }) {
    const { first, last } = schoolYearBounds(schoolYear);
    return [{ to: FACILITIES, id: facility, pointer: '/facility', from: first, until: last }];
  },
  unique: () => undefined,
  uniqueFailure: undefined,
  limit: undefined,
  ends: 'closed',
  keptOpenBy: [],
  filters: { schoolYear: z.coerce.number().pipe(schoolYearNumber) },
  listed: (card, filter) => filter.schoolYear === undefined || card.schoolYear === filter.schoolYear,
  sorts: {
    order: { key: ({ schoolYear, order, name }) => `${sortable(schoolYear)}${sortable(order)}\u0000${name}` },
  },
  backedUp: true,
};
