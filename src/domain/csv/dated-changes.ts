import type { CivilDay } from '../../model/instant.ts';
import { addDays } from '../calendar.ts';
import { lastDay, type Period } from '../collections/periods.ts';

/**
 * A dated list in which something counts from a day on. What counted on that day ends the day before, and its end
 * becomes the new entry's; without such an entry the new one lasts until the next begins. An entry that begins on the
 * very day is replaced. `endOf` says when an entry ends for which no end is written.
 */
export function countingFrom<Entry extends Period>(
  entries: readonly Entry[],
  entry: Omit<Entry, 'to'>,
  endOf: (period: Period) => CivilDay = lastDay,
): Entry[] {
  const { from } = entry;
  const before = entries.filter((one) => one.from < from);
  const replaced = entries.find((one) => one.from === from);
  const after = entries.filter((one) => one.from > from);
  const last = before.at(-1);
  const cut = last !== undefined && endOf(last) >= from ? last : undefined;
  const next = after[0];
  const ended = replaced ?? cut;
  const reachesNext = next !== undefined && next.from <= endOf({ from, to: null });
  const to = ended === undefined ? (reachesNext ? addDays(next.from, -1) : null) : ended.to;
  // The spread adds the one field that was left out.
  const added = { ...entry, to } as Entry;
  return [...before.map((one) => (one === cut ? { ...one, to: addDays(from, -1) } : one)), added, ...after];
}

/**
 * Enrolments with what a file tells. The first day names its period; a first day after the last period's end is a new
 * one; any other corrects the last. Undefined when there is nothing to which a last day alone could belong.
 */
export function enrolled<Entry extends Period>(
  entries: readonly Entry[],
  from: CivilDay | undefined,
  to: CivilDay | undefined,
): (Entry | Period)[] | undefined {
  const last = entries.at(-1);
  const named = entries.find((entry) => entry.from === from);
  if (from === undefined && last === undefined) return undefined;
  const isAnother = named === undefined && from !== undefined && (last?.to ?? from) < from;
  if (from !== undefined && (last === undefined || isAnother)) return [...entries, { from, to: to ?? null }];
  const meant = named ?? last;
  return entries.map((entry) => (entry === meant ? { ...entry, from: from ?? entry.from, to: to ?? entry.to } : entry));
}
