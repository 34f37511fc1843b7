import { openService } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { runJob } from '../../src/jobs/job.ts';
import { runBackups } from '../../src/jobs/run-backups.ts';
import { DAY } from '../../src/model/instant.ts';
import { later } from './later-jobs.ts';

/** One night's backup of a data folder in a process of its own; prints the most memory that it held, in kilobytes. */
const [folder = '', night = ''] = process.argv.slice(2);
const service = await openService(readConfig({ LEYSERKIDS_DATA_DIR: folder }));
const { outcome, done } = await runJob(runBackups, later(service.jobs, (Number(night) + 1) * DAY));
if (outcome !== 'done' || done !== 1) throw new Error(`the backup was ${outcome}, of ${done} tenants`);
await service.close();
process.stdout.write(String(process.resourceUsage().maxRSS));
