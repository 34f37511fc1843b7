import { setTimeout as delay } from 'node:timers/promises';
import { app, type InvocationContext } from '@azure/functions';

/** Work of the kind that the argument names, which is under way when the host is told to stop, and takes a moment from then on. */
async function work(context: InvocationContext): Promise<void> {
  const told = new Promise<void>((resolve) => process.once('SIGTERM', () => resolve()));
  context.log('began');
  await told;
  await delay(50);
  context.log('ended');
}

if (process.argv[3] === 'timer') {
  app.timer('slow-timer', { schedule: '0 0 0 1 1 *', runOnStartup: true, handler: (_, context) => work(context) });
} else {
  app.http('slow-request', {
    route: 'slow',
    methods: ['GET'],
    handler: async (_, context) => {
      await work(context);
      return {};
    },
  });
}
app.hook.appTerminate(() => console.log('hook appTerminate'));
