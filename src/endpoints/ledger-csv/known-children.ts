import { CHILDREN, type ChildCard } from '../../domain/collections/children.ts';
import { CLASSES } from '../../domain/collections/classes.ts';
import { ClassNames } from '../../domain/csv/class-names.ts';
import type { Caller } from '../pipeline/caller.ts';
import { cardPortions, facilityCards, type OpenedCard } from '../records/cards.ts';
import type { Turns } from './turns.ts';

export type KnownChild = OpenedCard<ChildCard>;

/** Cards opened between two turns of others: some milliseconds. */
const PORTION = 200;

/** Everybody of a facility, those who have left too, by id: cards only. The list is noted in the audit log. */
export async function knownChildren(
  caller: Caller,
  facility: string,
  turns: Turns,
): Promise<ReadonlyMap<string, KnownChild>> {
  const facts = { action: 'records-listed', targetKind: CHILDREN.kind.name, facility } as const;
  await caller.noteOnceAnHour(`everybody of ${facility}`, facts);
  const known = new Map<string, KnownChild>();
  for await (const portion of cardPortions(caller.tenant, CHILDREN, { facility }, PORTION)) {
    for (const opened of portion) known.set(opened.item.id, opened);
    if (turns.areDue) await turns.give();
  }
  return known;
}

/** The classes of a facility, of all years, by their names. */
export async function classNames(caller: Caller, facility: string): Promise<ClassNames> {
  const cards = await facilityCards(caller.tenant, CLASSES, { facility });
  return new ClassNames(
    cards.map(({ item, card: { name, schoolYear, ages } }) => ({ id: item.id, name, schoolYear, ages })),
  );
}
