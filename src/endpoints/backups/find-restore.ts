import type * as z from 'zod';
import {
  RESTORE_REQUEST_ID,
  type Restore,
  type RestoreRequest,
  restoreStateId,
} from '../../domain/backups/restore-state.ts';
import type { ControlReader } from '../../ports/control-store.ts';
import type { Caller } from '../pipeline/caller.ts';
import type { Services } from '../pipeline/services.ts';
import { type restoreShown, shownRequest, shownRestore } from './restore-answer.ts';

/** The tenant's restore of this id: what the jobs did about it, or else the request that waits for them. */
export async function findRestore(
  { tenant }: Pick<Caller, 'tenant'>,
  id: string,
  services: Services,
): Promise<z.output<typeof restoreShown> | undefined> {
  const states = services.tenantState as ControlReader<Restore>;
  const stored = await states.get(tenant.tenantId, restoreStateId(id));
  if (stored !== undefined) return shownRestore(stored.value);
  const request = await openRequest({ tenant }, services);
  return request?.id === id ? shownRequest(request) : undefined;
}

/** The tenant's one request that is not served yet. */
export async function openRequest(
  { tenant }: Pick<Caller, 'tenant'>,
  { requests }: Services,
): Promise<RestoreRequest | undefined> {
  const reader = requests as ControlReader as ControlReader<RestoreRequest>;
  return (await reader.get(tenant.tenantId, RESTORE_REQUEST_ID))?.value;
}
