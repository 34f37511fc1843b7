import { SERVICE_PARTITION } from '../domain/heartbeat.ts';
import { type EpochMs, instant, MINUTE, SECOND } from '../model/instant.ts';
import type { ControlContainer } from '../ports/control-store.ts';
import type { Job, JobPorts } from './job.ts';

export interface WatchClockContext extends JobPorts {
  readonly control: {
    readonly tenantState: ControlContainer;
    /** The store's own clock. */
    now(): Promise<EpochMs>;
  };
}

/** What was measured last: `tenant-state`, partition `$service`. */
export const CLOCK_ID = 'clock';

/** Beyond this the guard of irreversible steps destroys nothing. Source: the design's guarantee 5. */
const APART = 30 * SECOND;

/**
 * Measures how far the host's clock and the store's own are apart, and writes it where operators read it. The asking takes
 * a while itself: the store's time is set against the middle of it.
 */
export const watchClock: Job<WatchClockContext> = {
  name: 'watch-clock',
  schedule: '0 */5 * * * *',
  role: 'jobs',
  leaseFor: MINUTE,
  async run({ clock, telemetry, control: { now, tenantState } }) {
    const asked = clock.now();
    const began = clock.monotonic();
    const store = await now();
    const offsetMs = Math.round(asked + (clock.monotonic() - began) / 2 - store);
    telemetry.measure('clock-offset', offsetMs, { unit: 'ms' });
    if (Math.abs(offsetMs) >= APART) telemetry.alert('clocks-apart', { offsetMs });
    const value = { measuredAt: instant(asked), offsetMs };
    const item = { partition: SERVICE_PARTITION, id: CLOCK_ID, value, dueAt: null };
    const stored = await tenantState.get(SERVICE_PARTITION, CLOCK_ID);
    await (stored === undefined ? tenantState.create(item) : tenantState.replace(item, stored.etag));
  },
};
