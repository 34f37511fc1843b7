import * as z from 'zod';
import type { CivilDay } from '../../model/instant.ts';
import { because, day } from './field-schemas.ts';

/** The last day of what has no end: after every real one, and a civil day, so that the store can compare it. */
export const OPEN_END: CivilDay = '9999-12-31';

/** A stretch of days, both ends included; `to` is null while no end is known. */
export interface Period {
  readonly from: CivilDay;
  readonly to: CivilDay | null;
}

/** The last day of a period; `OPEN_END` when it has none. */
export function lastDay(period: Period): CivilDay {
  return period.to ?? OPEN_END;
}

/** The entry of a dated list that counts on a day, or undefined. Lists hold at most one for each day. */
export function entryOn<Entry extends Period>(
  entries: readonly Entry[],
  on: CivilDay,
  endOf: (entry: Entry) => CivilDay = lastDay,
): Entry | undefined {
  return entries.find((entry) => entry.from <= on && on <= endOf(entry));
}

const ENDS_BEFORE_IT_BEGINS = because(
  'ends-before-it-begins',
  '終わりの日が始まりの日より前です。',
  'The last day is before the first.',
);
const OUT_OF_ORDER = because(
  'periods-overlap',
  '期間が重なっているか、日付の順になっていません。前の期間の終わりの日を入れ、古い順に並べてください。',
  'Periods overlap or are out of order. End the period before, and put the oldest first.',
);

/** The two days of a period, for the shape of an entry. */
export const periodShape = { from: day, to: day.nullable().default(null) };

/**
 * A list of at most `max` entries that each count for a period: in order of time, no two on the same day, only the last
 * one without end. `endOf` says when an entry ends for which no end is written.
 */
export function datedList<Shape extends z.core.$ZodLooseShape>(
  shape: Shape,
  max: number,
  endOf: (period: Period) => CivilDay = lastDay,
) {
  return z
    .array(z.strictObject({ ...shape, ...periodShape }))
    .max(max)
    .superRefine((entries, context) => {
      let before: CivilDay = '';
      for (const [at, entry] of (entries as readonly Period[]).entries()) {
        if (entry.from <= before) context.addIssue({ code: 'custom', path: [at, 'from'], ...OUT_OF_ORDER });
        before = endOf(entry);
        if (before < entry.from) context.addIssue({ code: 'custom', path: [at, 'to'], ...ENDS_BEFORE_IT_BEGINS });
      }
    })
    .default([]);
}
