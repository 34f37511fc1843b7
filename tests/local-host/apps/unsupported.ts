import { app, output } from '@azure/functions';

/** One registration that this host must refuse, chosen by the argument. */
const handler = () => {};
const http = { methods: ['GET' as const], handler: () => ({}) };
const cases: Record<string, () => void> = {
  queue: () => app.storageQueue('copy-queue', { queueName: 'q', connection: 'c', handler }),
  retry: () =>
    app.timer('again', {
      schedule: '0 * * * * *',
      retry: { strategy: 'fixedDelay', maxRetryCount: 1, delayInterval: 1 },
      handler,
    }),
  binding: () =>
    app.timer('sends', {
      schedule: '0 * * * * *',
      extraOutputs: [output.storageQueue({ queueName: 'q', connection: 'c' })],
      handler,
    }),
  'five-fields': () => app.timer('short', { schedule: '* * * * *', handler }),
  'never-comes': () => app.timer('never', { schedule: '0 0 0 31 2 *', handler }),
  key: () => app.http('keyed', { ...http, authLevel: 'function' }),
  admin: () => app.http('mine', { ...http, route: 'admin/mine' }),
  route: () => app.http('odd', { ...http, route: 'a{b}c' }),
  name: () => app.http('1st', http),
  twice: () => {
    app.http('same', http);
    app.http('same', http);
  },
  stream: () => {
    app.setup({ enableHttpStream: true });
    app.http('streams', http);
  },
};
app.hook.appTerminate(() => console.log('hook appTerminate'));
cases[process.argv[3] ?? '']?.();
