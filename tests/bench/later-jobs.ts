import type { JobContext } from '../../src/jobs/job-table.ts';
import type { Clock } from '../../src/ports/clock.ts';
import { RecordingTelemetry } from '../support/recording-telemetry.ts';

/** The context of the jobs as if it were so many milliseconds later, for the host's clock and the store's. */
export function later(jobs: JobContext, ms: number): JobContext {
  const { clock, control } = jobs;
  const moved: Clock = {
    now: () => clock.now() + ms,
    monotonic: () => clock.monotonic(),
    sleep: (duration, signal) => clock.sleep(duration, signal),
  };
  const now = async () => (await control.now()) + ms;
  return { ...jobs, clock: moved, control: { ...control, now }, telemetry: new RecordingTelemetry() };
}
