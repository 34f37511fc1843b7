import type { Clock } from '../../ports/clock.ts';
import type { TenantHandle } from '../tenant-handle.ts';
import { BACKED_UP, type BackedUpKind } from './backed-up-kinds.ts';
import {
  type BackupDocument,
  documentText,
  isAlive,
  type StandingDocument,
  standingDocuments,
} from './backup-document.ts';
import type { Manifest } from './generation-format.ts';
import { generationDocuments, type ReadParts } from './read-generation.ts';
import type { Difference } from './restore-state.ts';

/**
 * One document in which the present differs from a generation, and what a restore does about it. `wanted` is what is to be
 * written; `standing` is what stands there now. `mark` writes a stub where there is nothing, and counts as no change.
 */
export type Step =
  | { readonly type: 'add'; readonly wanted: BackupDocument; readonly standing: StandingDocument | undefined }
  | { readonly type: 'change'; readonly wanted: BackupDocument; readonly standing: StandingDocument }
  | { readonly type: 'remove'; readonly wanted: BackupDocument | undefined; readonly standing: StandingDocument }
  | { readonly type: 'mark'; readonly wanted: BackupDocument; readonly standing: undefined }
  | { readonly type: 'stay-deleted'; readonly standing: StandingDocument };

/** What a generation is compared with the present with. */
export interface CompareParts extends ReadParts {
  readonly clock: Pick<Clock, 'sleep'>;
}

/** Whether a stub was left by a restore that removed the record, and not by people: another restore may bring it back. */
export function isRemovedByRestore({ clear }: Pick<BackupDocument, 'clear'>): boolean {
  return clear?.['stub'] === true && clear['removedBy'] === 'restore';
}

/**
 * The steps from the present of one kind to a generation, in id order, a page and a part in memory at a time. Where both
 * agree there is none, so doing the steps again, after they were done in part, does the rest. A stub that people's deleting
 * left is never written over. Throws GenerationDamaged, SealBroken, and what the stores throw.
 */
export async function* stepsTo(manifest: Manifest, of: BackedUpKind, parts: CompareParts): AsyncGenerator<Step> {
  const wantedOnes = generationDocuments(manifest, of.kind.name, parts)[Symbol.asyncIterator]();
  const standingOnes = standingDocuments(parts.tenant, of, parts.clock)[Symbol.asyncIterator]();
  let wanted = (await wantedOnes.next()).value as BackupDocument | undefined;
  let standing = (await standingOnes.next()).value as StandingDocument | undefined;
  while (wanted !== undefined || standing !== undefined) {
    const order = orderOf(wanted?.id, standing?.document.id);
    const step = stepOf(of, order <= 0 ? wanted : undefined, order >= 0 ? standing : undefined);
    if (step !== undefined && (await isMeant(of, step, parts.tenant))) yield step;
    if (order <= 0) wanted = (await wantedOnes.next()).value as BackupDocument | undefined;
    if (order >= 0) standing = (await standingOnes.next()).value as StandingDocument | undefined;
  }
}

/** Which of two ids comes first, by code unit; what is not there comes last. */
function orderOf(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return a === undefined ? 1 : -1;
  return a === b ? 0 : a < b ? -1 : 1;
}

function stepOf(
  { restored }: BackedUpKind,
  wanted: BackupDocument | undefined,
  standing: StandingDocument | undefined,
): Step | undefined {
  if (standing === undefined) {
    if (wanted === undefined) return undefined;
    return isAlive(wanted) ? { type: 'add', wanted, standing } : { type: 'mark', wanted, standing };
  }
  if (restored === 'added-to') return undefined;
  const lives = isAlive(standing.document);
  if (wanted === undefined || !isAlive(wanted)) return lives ? { type: 'remove', wanted, standing } : undefined;
  if (!lives) {
    return isRemovedByRestore(standing.document)
      ? { type: 'add', wanted, standing }
      : { type: 'stay-deleted', standing };
  }
  return documentText(wanted) === documentText(standing.document) ? undefined : { type: 'change', wanted, standing };
}

/** What hung on a record that people have deleted is not brought back. One read for each document of history that is missing. */
async function isMeant({ restored }: BackedUpKind, step: Step, tenant: TenantHandle): Promise<boolean> {
  if (restored !== 'added-to' || step.type !== 'add') return true;
  const [kind, id] = step.wanted.id.split(':');
  const owner = BACKED_UP.find((each) => each.kind.name === kind);
  if (owner === undefined || id === undefined) return false;
  const item = await tenant.get(owner.kind, id, 'none');
  return item === undefined || item.clear?.['stub'] !== true || isRemovedByRestore(item);
}

/** The order in which a restore writes: what records refer to, and what history hangs on, comes first. */
export const RESTORED: readonly BackedUpKind[] = BACKED_UP.toReversed();

/** What a restore would change, per kind. Changes nothing. Throws as `stepsTo`. */
export async function differences(manifest: Manifest, parts: CompareParts): Promise<readonly Difference[]> {
  const all: Difference[] = [];
  for (const of of RESTORED) {
    const sum = { add: 0, change: 0, remove: 0, mark: 0, 'stay-deleted': 0 };
    for await (const { type } of stepsTo(manifest, of, parts)) sum[type] += 1;
    const { add: added, change: changed, remove: removed, 'stay-deleted': stayDeleted } = sum;
    all.push({ kind: of.kind.name, added, changed, removed, stayDeleted });
  }
  return all;
}
