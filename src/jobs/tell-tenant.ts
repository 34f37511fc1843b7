import { type AuditEvent, eventItem } from '../domain/audit/events.ts';
import { idFromDigest } from '../domain/ids.ts';
import { lookUp, lookUpKeyOf } from '../domain/sealing.ts';
import { type EpochMs, instant } from '../model/instant.ts';
import type { Gate, PartitionStore } from '../ports/partition-store.ts';
import type { SecretVersion } from '../ports/secret-store.ts';
import { isStoreError } from '../ports/store-error.ts';

/** What a job tells of a tenant as a whole, besides when and in which run. */
export type ToldFacts = Pick<AuditEvent, 'action' | 'targetKind' | 'targets' | 'reason'>;

/**
 * Writes an event of the service into a tenant's partition, under the gate that stands. For what happens where no handle
 * can be had: before the contract begins, and at its end. `key` is the version from which look-ups derive; the event's
 * id derives from action and `subject`, so that runs which are killed, repeated or at once tell the same thing once.
 * Throws StoreError `gate-closed` when the gate has moved meanwhile, and what the store has to say.
 */
export async function tellTenant(
  partition: PartitionStore,
  gate: Gate,
  key: SecretVersion,
  subject: string,
  facts: ToldFacts,
  run: string,
  now: EpochMs,
): Promise<void> {
  const event: AuditEvent = {
    id: idFromDigest(lookUp(lookUpKeyOf(key.value), `job-event ${facts.action}`, subject)),
    at: instant(now),
    ...{ actor: null, session: null, address: null, agent: null },
    ...facts,
    ...{ facility: null, result: 'done', version: null, trace: run },
  };
  try {
    await partition.commit(gate.name, [{ type: 'create', item: eventItem(event) }]);
  } catch (error) {
    if (!isStoreError(error, 'conflict')) throw error;
  }
}
