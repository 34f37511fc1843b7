import { app } from '@azure/functions';

/** The least that a host can run. */
app.http('nothing', { route: 'nothing', methods: ['GET'], handler: () => ({ status: 204 }) });
