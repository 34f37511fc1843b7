import { type Heartbeat, heartbeatJob, SERVICE_PARTITION } from '../domain/heartbeat.ts';
import { epochMs, SECOND } from '../model/instant.ts';
import type { Command } from './command.ts';
import { table } from './table.ts';

export const status: Command = {
  name: 'status',
  summary: "whether the service's jobs run, and how their last runs went",
  detail: `Shows the last run of each job by the service's own heartbeats. LATE: the job has not reported by the time it should
have. Exit code 1 when a job is late, its last run had failures, or work was found past its time.`,
  options: {},
  async run(_options, { control }) {
    const now = await control.now();
    const items = await control.container<Heartbeat>('tenant-state').ofPartition(SERVICE_PARTITION);
    const jobs = items.flatMap(({ id, value }) => {
      const job = heartbeatJob(id);
      return job === undefined ? [] : [{ job, ...value, late: now > epochMs(value.nextBy) }];
    });
    if (jobs.length === 0) {
      return { text: 'No job has ever reported: the service has not run on this store yet.', json: [], trouble: true };
    }
    const rows = jobs.map(({ job, late, outcome, finishedAt, done, failed, overdue }) => [
      job,
      late ? 'LATE' : outcome,
      finishedAt,
      `${Math.round((now - epochMs(finishedAt)) / SECOND)} s`,
      String(done),
      String(failed),
      String(overdue),
    ]);
    return {
      text: table(['JOB', 'LAST RUN', 'FINISHED (UTC)', 'AGO', 'DONE', 'FAILED', 'OVERDUE'], rows),
      json: jobs,
      trouble: jobs.some(({ late, outcome, overdue }) => late || outcome === 'failed' || overdue > 0),
    };
  },
};
