import type { OperatorPorts } from '../../src/environments/ports.ts';
import type { EpochMs } from '../../src/model/instant.ts';

/** What the operator's tool did in a process or call of its own. */
export interface ToolRun {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** The stores beneath a service that runs in a process of its own, with what tests do there behind its back. */
export interface StoresBeneath {
  /** What the environment of a process says about them. */
  readonly env: Readonly<Record<string, string>>;
  /** Runs the operator's tool on them. */
  ops(args: readonly string[]): Promise<ToolRun>;
  openControl(): Promise<OperatorPorts>;
  /** Makes a tenant's events with a commit time from `from` on old enough for the archive. */
  ageEvents(tenant: string, from: EpochMs): void;
  /** All that they hold outside the service's data folder, as bytes in which one can search. */
  keptElsewhere(): Promise<Buffer>;
}
