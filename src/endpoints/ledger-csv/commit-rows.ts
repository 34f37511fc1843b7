import type { AuditEvent } from '../../domain/audit/events.ts';
import { CHILDREN } from '../../domain/collections/children.ts';
import { isStub, recordWrite, storedMade, uniqueChanges, versionOf } from '../../domain/collections/record-writes.ts';
import type { ChildRow } from '../../domain/csv/child-rows.ts';
import { identityOf } from '../../domain/csv/match-rows.ts';
import type { RecordWrite } from '../../domain/kind.ts';
import type { Change, SealedChange } from '../../domain/tenant-handle.ts';
import { isStoreError } from '../../ports/store-error.ts';
import { takenFailure } from '../records/taken.ts';
import { importDigest, storedDigest } from './import-digest.ts';
import {
  type Alteration,
  type Creation,
  type ImportView,
  type RowPlan,
  refused,
  refusedMeanwhile,
} from './import-view.ts';
import { glanceAt, planKnown } from './plan-known.ts';
import type { Turns } from './turns.ts';

/** A row that is to be written. */
export interface Writing {
  readonly row: ChildRow;
  readonly plan: Creation | Alteration;
}

/** What became of it: the plan that was carried out, and the id of the child. */
export interface Written {
  readonly plan: RowPlan;
  readonly child: string | null;
}

/** Below the store's limits (98 operations, 1.8 MB), with room for the event. Source: the design's costs. */
const MOST_OPERATIONS = 96;
const MOST_BYTES = 1_700_000;

/**
 * Writes rows, as many in one commit as fit, each commit with one event that names its children. Where somebody else was
 * faster the rows of that commit are planned anew and written one by one, so that a conflict stops only its own row.
 * Throws what `TenantHandle.commit` throws, save conflicts; what was committed before then stands.
 */
export async function writeRows(
  view: ImportView,
  writings: readonly Writing[],
  turns: Turns,
): Promise<ReadonlyMap<number, Written>> {
  const written = new Map<number, Written>();
  for (const batch of batchesOf(view, writings)) {
    if (turns.areDue) await turns.give();
    const done = await commitBatch(view, batch);
    for (const { writing, id } of batch.entries) {
      if (turns.areDue) await turns.give();
      written.set(writing.row.row, done ? { plan: writing.plan, child: id } : await writeAlone(view, writing));
    }
  }
  return written;
}

interface Batch {
  readonly event: AuditEvent;
  readonly entries: { readonly writing: Writing; readonly id: string }[];
  readonly changes: SealedChange[];
  bytes: number;
}

function* batchesOf(view: ImportView, writings: readonly Writing[]): Generator<Batch> {
  const { tenant } = view.caller;
  let batch = newBatch(view);
  for (const writing of writings) {
    const id = idOf(view, writing, 0);
    const sealedFor = ({ event }: Batch) => changesOf(view, writing, id, event).map((change) => tenant.sealed(change));
    let changes = sealedFor(batch);
    let bytes = sizeOf(changes);
    const isFull = batch.changes.length + changes.length > MOST_OPERATIONS || batch.bytes + bytes > MOST_BYTES;
    if (isFull && batch.entries.length > 0) {
      yield batch;
      batch = newBatch(view);
      changes = sealedFor(batch);
      bytes = sizeOf(changes);
    }
    batch.entries.push({ writing, id });
    batch.changes.push(...changes);
    batch.bytes += bytes;
  }
  if (batch.entries.length > 0) yield batch;
}

function sizeOf(changes: readonly SealedChange[]): number {
  return changes.reduce((sum, { bytes }) => sum + bytes, 0);
}

function newBatch({ caller, facility }: ImportView): Batch {
  const event = caller.event({ action: 'records-imported', targetKind: CHILDREN.kind.name, facility });
  return { event, entries: [], changes: [], bytes: 0 };
}

/** True when it is written; false when something in it was overtaken, and nothing is written. */
async function commitBatch({ caller }: ImportView, { event, entries, changes }: Batch): Promise<boolean> {
  try {
    await caller.tenant.commit(changes, [{ ...event, targets: entries.map(({ id }) => id) }]);
    return true;
  } catch (error) {
    if (isStoreError(error, 'conflict', 'stale', 'not-found')) return false;
    throw error;
  }
}

/**
 * What writes a row, told by that event. The name of a former content follows from its child and the event
 * (`child:<id>:<event id>`), so the one event leads to all of them without naming any.
 */
function changesOf(view: ImportView, { plan }: Writing, id: string, event: AuditEvent): readonly Change[] {
  const { caller, facility } = view;
  const digest = importDigest(caller.tenant, id, plan.told);
  if (plan.outcome === 'created') {
    const record = recordWrite(CHILDREN, id, plan.fields, { made: undefined, closedOn: null });
    const after = { facility, card: record.card };
    return [
      { type: 'create', record: marked(record, digest) },
      ...uniqueChanges(caller.tenant, CHILDREN, id, undefined, after),
    ];
  }
  const { item, former, fields } = plan;
  const record = recordWrite(CHILDREN, id, fields, { made: storedMade(item), closedOn: null });
  const before = { facility, card: CHILDREN.card(former) };
  const after = { facility, card: record.card };
  return [
    { type: 'replace', record: marked(record, digest ?? storedDigest(item)), etag: item.etag },
    versionOf(item, former, event.id).change,
    ...uniqueChanges(caller.tenant, CHILDREN, id, before, after),
  ];
}

function marked<C, B>(record: RecordWrite<C, B>, imported: string | undefined): RecordWrite<C, B> {
  return imported === undefined ? record : { ...record, clear: { ...record.clear, imported } };
}

/**
 * The id of a new child derives from what tells it from others, so that a file sent twice or by two people at once makes
 * it once. `attempt` counts past ids that are taken: by a child that was deleted, moved away or is somebody else by now.
 */
function idOf({ caller, facility }: ImportView, { plan }: Writing, attempt: number): string {
  if (plan.outcome === 'changed') return plan.item.id;
  return caller.tenant.derivedId('imported-child', JSON.stringify([facility, identityOf(plan.told), attempt]));
}

/** A child is deleted and taken in again far less often. */
const MOST_ATTEMPTS = 20;

async function writeAlone(view: ImportView, writing: Writing): Promise<Written> {
  if (writing.plan.outcome === 'changed') return changeAlone(view, writing.row, writing.plan.item.id);
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
    const id = idOf(view, writing, attempt);
    const standing = await view.caller.tenant.get(CHILDREN.kind, id, 'card');
    if (standing === undefined) return commitAlone(view, writing, id);
    if (isStub(standing) || standing.index.facility !== view.facility) continue;
    const card = await view.caller.tenant.card(CHILDREN.kind, standing);
    if (identityOf(card) === identityOf(writing.plan.told)) return changeAlone(view, writing.row, id);
  }
  return overtaken(view, writing.row, null);
}

/** The row against the child as it stands now. */
async function changeAlone(view: ImportView, row: ChildRow, id: string): Promise<Written> {
  const { caller, facility } = view;
  const item = await caller.tenant.get(CHILDREN.kind, id, 'card');
  if (item === undefined || isStub(item) || item.index.facility !== facility) return overtaken(view, row, id);
  const card = await caller.tenant.card(CHILDREN.kind, item);
  const look = (kind: string, child: string) => caller.noteReading({ kind, id: child }, facility);
  const plan = await planKnown(view, row, glanceAt(view, row, { item, card }), look);
  if (plan.outcome !== 'changed') return { plan, child: id };
  return commitAlone(view, { row, plan }, id);
}

async function commitAlone(view: ImportView, writing: Writing, id: string): Promise<Written> {
  const { event } = newBatch(view);
  const { row, plan } = writing;
  try {
    await view.caller.tenant.commit(changesOf(view, writing, id, event), [{ ...event, targets: [id] }]);
    return { plan, child: id };
  } catch (error) {
    if (isStoreError(error, 'stale', 'not-found')) return overtaken(view, row, id);
    if (!isStoreError(error, 'conflict')) throw error;
    const rival = plan.outcome === 'created' ? await view.caller.tenant.get(CHILDREN.kind, id, 'none') : undefined;
    if (rival !== undefined) return changeAlone(view, row, id);
    // Its own id is free, or was its own before, so it is the number that another child has.
    const taken = takenFailure(CHILDREN, CHILDREN.card(plan.fields));
    const problems = view.problems.ofRefusal(row.row, taken, 'number-taken', 'conflict');
    return problems.length === 0 ? overtaken(view, row, id) : { plan: refused(null, ...problems), child: null };
  }
}

function overtaken(view: ImportView, row: ChildRow, child: string | null): Written {
  return { plan: refusedMeanwhile(view, row, child), child };
}
