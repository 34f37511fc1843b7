import { CHILDREN, type ChildCard } from '../../domain/collections/children.ts';
import { CLASSES } from '../../domain/collections/classes.ts';
import { ClassNames } from '../../domain/csv/class-names.ts';
import type { Caller } from '../pipeline/caller.ts';
import { facilityCards, type OpenedCard } from '../records/cards.ts';

export type KnownChild = OpenedCard<ChildCard>;

/** Everybody of a facility, those who have left too, by id: cards only. The list is noted in the audit log. */
export async function knownChildren(caller: Caller, facility: string): Promise<ReadonlyMap<string, KnownChild>> {
  const facts = { action: 'records-listed', targetKind: CHILDREN.kind.name, facility } as const;
  await caller.noteOnceAnHour(`everybody of ${facility}`, facts);
  const cards = await facilityCards(caller.tenant, CHILDREN, { facility });
  return new Map(cards.map((opened) => [opened.item.id, opened]));
}

/** The classes of a facility, of all years, by their names. */
export async function classNames(caller: Caller, facility: string): Promise<ClassNames> {
  const cards = await facilityCards(caller.tenant, CLASSES, { facility });
  return new ClassNames(
    cards.map(({ item, card: { name, schoolYear, ages } }) => ({ id: item.id, name, schoolYear, ages })),
  );
}
