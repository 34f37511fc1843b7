import { canonicalJson } from '../../domain/collections/canonical-json.ts';
import type { ChildCard } from '../../domain/collections/children.ts';
import { CHILDREN, lastEnrolledDay } from '../../domain/collections/children.ts';
import { isStub } from '../../domain/collections/record-writes.ts';
import type { ChildRow } from '../../domain/csv/child-rows.ts';
import { mergedBody } from '../../domain/csv/merge-body.ts';
import { type ColumnFinding, cardPart, mergedCard } from '../../domain/csv/merge-card.ts';
import type { ProposedChild } from '../../domain/csv/proposed-child.ts';
import { bodyColumns, CARD_COLUMNS, news, toldByExport } from '../../domain/csv/register-columns.ts';
import { ReadWitness } from '../../domain/tenant-handle.ts';
import { changedReferences } from '../records/change.ts';
import { importDigest, storedDigest } from './import-digest.ts';
import {
  type Alteration,
  checkedChild,
  type ImportView,
  type RowPlan,
  refusedFor,
  refusedMeanwhile,
} from './import-view.ts';
import type { KnownChild } from './known-children.ts';
import { openChild, type Witness } from './open-child.ts';

/** What the card alone says of a row: nothing to do, a change, a refusal; or that only the body can tell. */
export interface Glance {
  readonly known: KnownChild;
  readonly says: 'left' | 'changed' | 'refused' | 'unsure';
  readonly findings: readonly ColumnFinding[];
}

/** Looks at the card of the child that a row is about; no body is opened. */
export function glanceAt(view: ImportView, { values }: ChildRow, known: KnownChild): Glance {
  const { item, card } = known;
  const { next, findings } = mergedCard(card, values, news(values, ofCard(view, card)), view.merge);
  if (findings.length > 0) return { known, says: 'refused', findings };
  if (canonicalJson(next) !== canonicalJson(cardPart(card))) return { known, says: 'changed', findings };
  const digest = importDigest(view.caller.tenant, item.id, values);
  return { known, says: digest === undefined || digest === storedDigest(item) ? 'left' : 'unsure', findings };
}

/** Whether planning will look into the body without being sure of a change: the look needs its event before. */
export function needsLook({ dryRun }: ImportView, { says }: Glance): boolean {
  return says === 'unsure' || (says === 'changed' && dryRun);
}

/**
 * Plans a row about a child that is stored. The body is opened only when the card does not settle it, and is read anew,
 * so that the change is made to what stands. `look` gives the proof where `needsLook` says so; for a change that is
 * certain, the event of its commit is the proof.
 */
export async function planKnown(view: ImportView, row: ChildRow, glance: Glance, look: Witness): Promise<RowPlan> {
  const { id } = glance.known.item;
  if (glance.says === 'left') return { outcome: 'left', child: id };
  if (glance.says === 'refused') return refusedFor(view, row, id, glance.findings);
  const { caller, today } = view;
  const item = await caller.tenant.get(CHILDREN.kind, id, 'body');
  if (item === undefined || isStub(item) || item.index.facility !== view.facility)
    return refusedMeanwhile(view, row, id);
  const former = await openChild(caller, item, needsLook(view, glance) ? look : ReadWitness.forChange);

  const { values } = row;
  const places = bodyColumns(Math.max(1, former.guardians.length));
  const ofBody = toldByExport(places, former, view.register, view.encoding);
  const fresh = news(values, { ...ofCard(view, CHILDREN.card(former)), ...ofBody });
  const { next, findings } = mergedCard(former, values, fresh, view.merge);
  if (findings.length > 0) return refusedFor(view, row, id, findings);
  const merged = { ...former, ...next, ...mergedBody(former, fresh) };
  if (canonicalJson(merged) === canonicalJson(former)) return { outcome: 'left', child: id };
  const fields = await checkedChild(
    view,
    row,
    id,
    merged,
    (child) => changedReferences(CHILDREN, former, child, false, today),
    (child) => lastEnrolledDay(former) < today && lastEnrolledDay(child) >= today,
  );
  return 'outcome' in fields ? fields : { outcome: 'changed', told: values, item, former, fields };
}

/** Names of the fields that a change changes. */
export function changedFields({ former, fields }: Alteration): string[] {
  const before = new Map<string, unknown>(Object.entries(former));
  return Object.entries(fields)
    .filter(([name, value]) => canonicalJson(value) !== canonicalJson(before.get(name)))
    .map(([name]) => name);
}

function ofCard(view: ImportView, card: ChildCard): Partial<ProposedChild> {
  return toldByExport(CARD_COLUMNS, card, view.register, view.encoding);
}
