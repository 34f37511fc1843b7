import { app } from '@azure/functions';
import { openService } from './app.ts';
import { readConfig } from './config.ts';
import { ROUTES } from './endpoints/route-table.ts';
import { JOBS } from './jobs/job-table.ts';
import { registerHttp } from './triggers/http.ts';
import { registerTimers } from './triggers/timers.ts';

// The entry of the Functions app, on Azure, under Core Tools and on the local host alike. Everything is registered before
// this module has been evaluated, as a host ignores what it is told later; the stores are opened meanwhile, and the start
// waits for them.
const config = readConfig();
const service = openService(config);
// Whoever waits for it learns of a failure; before anybody does, Node would end the process for it.
service.catch(() => undefined);
if (config.role !== 'jobs') registerHttp(ROUTES, service);
if (config.role !== 'api') registerTimers(JOBS, service);
app.hook.appStart(async () => (await service).tellAtStart());
app.hook.appTerminate(async () => (await service).close());
