import type { AnnouncementReader } from '../../domain/announcements/announcement-reader.ts';
import type { ReadLog } from '../../domain/audit/read-log.ts';
import type { AttemptMemory } from '../../domain/sign-in/attempt-memory.ts';
import type { DeviceTokens } from '../../domain/sign-in/device-token.ts';
import type { FailureEvents } from '../../domain/sign-in/failure-events.ts';
import type { NetworkLimits } from '../../domain/sign-in/network-limits.ts';
import type { PasswordHasher } from '../../domain/sign-in/password-hasher.ts';
import type { SessionTokens } from '../../domain/sign-in/session-token.ts';
import type { TenantHandle } from '../../domain/tenant-handle.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ControlReader, ControlRemover, ControlWriter } from '../../ports/control-store.ts';
import type { LogArchive } from '../../ports/log-archive.ts';
import type { Telemetry } from '../../ports/telemetry.ts';
import type { Entrance } from './entrance.ts';

/** What endpoints can use besides the caller's own tenant. Nothing here leads to another tenant's data. */
export interface Services {
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly readLog: ReadLog;
  /** Sign-in only: finds tenants by their code. */
  readonly entrance: Entrance;
  readonly hasher: PasswordHasher;
  /** Every use of a password or code takes one attempt here, before any store call. */
  readonly networkLimits: NetworkLimits;
  readonly attempts: AttemptMemory;
  readonly failureEvents: FailureEvents;
  readonly sessionTokens: SessionTokens;
  readonly deviceTokens: DeviceTokens;
  /** What operators announced, to all or to single tenants. */
  readonly announcements: AnnouncementReader;
  /** What the jobs did about tenants. */
  readonly tenantState: ControlReader;
  /** What tenants ask the jobs for: ids and times only. */
  readonly requests: ControlReader & ControlWriter & ControlRemover;
  /** The log archive of the handle's own tenant. */
  archiveOf(tenant: TenantHandle): Pick<LogArchive, 'read' | 'list'>;
  /** Resolves when people can sign in; else throws Failure `starting`. */
  ready(): Promise<void>;
  /** The service's own version, for the API document. */
  readonly version: string;
}
