import { app } from '@azure/functions';
import { type Job, type JobPorts, runJob } from '../jobs/job.ts';

/**
 * Registers one timer per job, named as the job. A run that failed throws, so that the host counts it as failed too: the
 * job itself never throws, as the trouble of one tenant must not stop the others.
 */
export function registerTimers<Context extends JobPorts>(
  jobs: readonly Job<Context>[],
  served: Promise<{ readonly jobs: Context }>,
): void {
  for (const job of jobs) {
    app.timer(job.name, {
      schedule: job.schedule,
      handler: async () => {
        const { outcome, failed } = await runJob(job, (await served).jobs);
        if (outcome === 'failed') throw new Error(`${job.name}: ${failed} failed; telemetry says what`);
      },
    });
  }
}
