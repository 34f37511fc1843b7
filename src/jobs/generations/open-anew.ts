import type { TenantHandle } from '../../domain/tenant-handle.ts';
import type { TenantHandles } from '../../domain/tenant-handles.ts';
import { Failure } from '../../model/failure.ts';

/** A handle with the gate as it stands now. `ended`: no contract lives. `not-now`: it is being provisioned or restored. */
export async function openAnew(handles: TenantHandles, tenantId: string): Promise<TenantHandle | 'ended' | 'not-now'> {
  handles.forget(tenantId);
  try {
    return (await handles.open(tenantId)).handle;
  } catch (error) {
    if (error instanceof Failure && error.code === 'contract-ended') return 'ended';
    if (error instanceof Failure && error.code === 'starting') return 'not-now';
    throw error;
  }
}
