import { type EpochMs, epochMs, type Instant, MINUTE } from '../../model/instant.ts';
import type { ControlItem } from '../../ports/control-store.ts';
import type { AuditEvent } from '../audit/events.ts';

/** What a job is asked to remove: everything that hangs on a record which a commit is about to replace by a stub. */
export type DeletionRequest = {
  readonly kind: string;
  readonly id: string;
  readonly askedAt: Instant;
};

const PREFIX = 'delete:';

/** A commit that was going to follow has followed, or never will, long before. Source: no request lives for 4 minutes. */
const COMMIT_FOLLOWS_WITHIN = 10 * MINUTE;

/**
 * The request that stands before its deletion. Its id names the deletion's event, so that each attempt has a request of
 * its own: dropping one whose commit never happened cannot take another's away.
 */
export function deletionRequest(
  tenantId: string,
  kind: string,
  id: string,
  event: Pick<AuditEvent, 'id' | 'at'>,
): ControlItem<DeletionRequest> {
  return {
    partition: tenantId,
    id: `${PREFIX}${kind}:${id}:${event.id}`,
    value: { kind, id, askedAt: event.at },
    dueAt: null,
  };
}

/** Whether an item of the container `requests` is one. */
export function isDeletionRequest(item: ControlItem): item is ControlItem<DeletionRequest> {
  return item.id.startsWith(PREFIX);
}

/** Whether a request whose record still stands has none of it to expect any more. */
export function isAbandoned({ askedAt }: DeletionRequest, now: EpochMs): boolean {
  return now - epochMs(askedAt) > COMMIT_FOLLOWS_WITHIN;
}
