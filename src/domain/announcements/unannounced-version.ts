import type { Clock } from '../../ports/clock.ts';
import type { ControlReader } from '../../ports/control-store.ts';
import type { Telemetry } from '../../ports/telemetry.ts';
import type { Contract } from '../contracts/contract.ts';
import { ANNOUNCEMENTS_SCOPE, readAnnouncements } from './announcement.ts';
import { hasLiveContract, isAnnounced } from './release-gate.ts';

export interface VersionParts {
  /** The service's own version. */
  readonly version: string;
  /** The container `announcements`. */
  readonly announcements: ControlReader;
  readonly contracts: ControlReader<Contract>;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}

/**
 * For the start of the service: raises the alert `version-not-announced` when people work with the service and nobody
 * was told of the version that now runs. Never throws: a start does not fail for it; trouble goes to telemetry.
 */
export async function tellUnannouncedVersion(parts: VersionParts): Promise<void> {
  const { version, announcements, contracts, clock, telemetry } = parts;
  try {
    const read = readAnnouncements(await announcements.ofPartition(ANNOUNCEMENTS_SCOPE));
    if (isAnnounced(version, read.announcements)) return;
    if (await hasLiveContract(contracts, clock.now())) telemetry.alert('version-not-announced', { version });
  } catch (error) {
    telemetry.error(error, { checking: 'version-announced' });
  }
}
