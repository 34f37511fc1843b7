import { app } from '@azure/functions';

/** Timers that tell over the log what they were given, and one request that waits until a timer lets it go. */
let release: (() => void) | undefined;

app.timer('tick', {
  schedule: '0 0 0 1 January *',
  handler: (timer, context) => {
    context.log(`tick ${JSON.stringify(timer)}`);
  },
});
app.timer('fails', {
  schedule: '0 0 0 1 1 *',
  handler: () => {
    throw new Error('the job failed');
  },
});
app.timer('at-start', {
  schedule: '0 0 0 1 1 *',
  runOnStartup: true,
  handler: (_, context) => context.log('ran at start'),
});
app.timer('release', { schedule: '0 0 0 1 1 *', handler: () => release?.() });
app.http('wait', {
  route: 'wait',
  methods: ['GET'],
  handler: async (_, context) => {
    context.log('waiting');
    await new Promise<void>((resolve) => {
      release = resolve;
      process.once('SIGTERM', () => setImmediate(resolve));
    });
    return { body: 'finished' };
  },
});
app.http('for-ever', {
  route: 'for-ever',
  methods: ['GET'],
  handler: (_, context) => {
    context.log('waiting');
    return new Promise<never>(() => {});
  },
});
app.hook.appStart(() => console.log('hook appStart'));
app.hook.appTerminate(() => console.log('hook appTerminate'));
app.hook.preInvocation((hook) => {
  hook.invocationContext.debug('not shown');
  hook.invocationContext.warn('before');
});
app.hook.postInvocation((hook) => hook.invocationContext.info('after'));
app.hook.log((hook) => {
  hook.message = hook.message.replace('before', 'BEFORE');
});
