import type { ReadLog } from '../../domain/audit/read-log.ts';
import type { PasswordHasher } from '../../domain/sign-in/password-hasher.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ControlReader, ControlRemover, ControlWriter } from '../../ports/control-store.ts';
import type { Telemetry } from '../../ports/telemetry.ts';
import type { Entrance } from './entrance.ts';

/** What endpoints can use besides the caller's own tenant. Nothing here leads to another tenant's data. */
export interface Services {
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly readLog: ReadLog;
  readonly hasher: PasswordHasher;
  /** Sign-in only: finds accounts by login or code. */
  readonly entrance: Entrance;
  /** What tenants ask the jobs for: ids and times only. */
  readonly requests: ControlReader & ControlWriter & ControlRemover;
  /** The service's own version, for the API document. */
  readonly version: string;
}
