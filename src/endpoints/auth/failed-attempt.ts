import type { AuditEvent } from '../../domain/audit/events.ts';
import { ACCOUNTS } from '../../domain/sign-in/account.ts';
import type { TenantHandle } from '../../domain/tenant-handle.ts';
import { type Visitor, visitorEvent } from '../pipeline/caller.ts';
import type { Services } from '../pipeline/services.ts';
import type { Found } from './found-account.ts';

/** Of the keyed look-up, so much stands in the event of a failure at an id that does not exist. Source: the security values. */
const LOOK_UP_BYTES = 8;

/**
 * Writes the event of an evaluated failure: of the account if it exists, else of the beginning of the keyed look-up. An
 * instance writes so many in a tenant and hour, then one that says that more followed, then none.
 */
export async function noteFailure(
  tenant: TenantHandle,
  visitor: Visitor,
  { stored, lookUpId }: Pick<Found, 'stored' | 'lookUpId'>,
  reason: string,
  { failureEvents }: Services,
): Promise<void> {
  const due = failureEvents.next(tenant.tenantId);
  if (due === 'none') return;
  const event: AuditEvent =
    due === 'more-followed'
      ? visitorEvent(visitor, { action: 'sign-in-failures-many', result: 'failed' })
      : visitorEvent(visitor, {
          action: 'sign-in-failed',
          result: 'failed',
          reason,
          ...(stored === undefined
            ? { targetKind: 'login', targets: [beginningOf(lookUpId)] }
            : { targetKind: ACCOUNTS.name, targets: [stored.id] }),
        });
  await tenant.commit([], [event]);
}

function beginningOf(lookUpId: string): string {
  return Buffer.from(lookUpId, 'base64url').subarray(0, LOOK_UP_BYTES).toString('hex');
}
