import { stubOf } from '../collections/record-writes.ts';
import { internalKind, type RecordWrite } from '../kind.ts';
import type { Change } from '../tenant-handle.ts';
import type { BackupDocument } from './backup-document.ts';
import type { Step } from './compare.ts';

/** The change that a step asks for; undefined where a restore leaves what stands. `restore` is the id of the restore. */
export function changeOf(step: Step, restore: string): Change | undefined {
  switch (step.type) {
    case 'stay-deleted':
      return undefined;
    case 'remove': {
      const { wanted, standing } = step;
      const record = wanted === undefined ? removed(standing.document, restore) : asItWas(wanted);
      return { type: 'replace', record, etag: standing.etag };
    }
    default: {
      const record = asItWas(step.wanted);
      if (step.standing === undefined) return { type: 'create', record };
      return { type: 'replace', record, etag: step.standing.etag };
    }
  }
}

function asItWas({ kind, id, index, clear, card, body }: BackupDocument): RecordWrite<unknown, unknown> {
  return {
    kind: internalKind(kind),
    id,
    index,
    ...(clear === null ? {} : { clear }),
    ...(card === null ? {} : { card }),
    ...(body === null ? {} : { body }),
  };
}

/**
 * What stays of a record that the generation does not know: a stub like any other, so that its id names no other record,
 * but one that the state before the restore can be brought back over.
 */
function removed({ kind, id, index }: BackupDocument, restore: string): RecordWrite<never, never> {
  const stub = stubOf({ kind, id, index });
  return { ...stub, clear: { ...stub.clear, removedBy: 'restore', restore } };
}
