import { app } from '@azure/functions';
import { openService } from './app.ts';
import { readConfig } from './config.ts';
import { ROUTES } from './endpoints/route-table.ts';
import { JOBS } from './jobs/job-table.ts';
import { registerHttp } from './triggers/http.ts';
import { registerTimers } from './triggers/timers.ts';

// The entry of the Functions app, on Azure, under Core Tools and on the local host alike. Everything is registered before
// this module has been evaluated: what a host is told later it ignores.
const config = readConfig();
const service = openService(config);
if (config.role !== 'jobs') registerHttp(ROUTES, service.api, service.site);
if (config.role !== 'api') registerTimers(JOBS, service.jobs);
app.hook.appStart(() => service.tellAtStart());
app.hook.appTerminate(() => service.close());
