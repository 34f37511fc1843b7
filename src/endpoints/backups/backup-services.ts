import type { ControlReader } from '../../ports/control-store.ts';
import type { Services } from '../pipeline/services.ts';

/** What the endpoints of backups use besides what all have: what the jobs did about tenants. */
export interface BackupServices extends Services {
  readonly tenantState: ControlReader;
}
