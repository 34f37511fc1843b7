import { startLocalHost } from '../../src/local-host/local-host.ts';
import { stopOnSignals } from '../../src/local-host/stop-on-signals.ts';
import { StartError } from '../../src/model/start-error.ts';

/**
 * A process of its own for one host: `@azure/functions` keeps one app per process. Started by `host-process.ts` with the
 * app's URL and its argument; its options come and its messages go over the channel to the parent.
 */
process.once(
  'message',
  async (options: Omit<Parameters<typeof startLocalHost>[0], 'entry' | 'log'> & { first?: string }) => {
    const log = (line: string) => process.send?.({ line });
    console.log = log;
    try {
      const host = await startLocalHost({
        ...options,
        entry: () => import(process.argv[2] ?? ''),
        log,
        beforeListening: async (invokeTimer) => {
          if (options.first !== undefined) await invokeTimer(options.first);
          log('before listening');
        },
      });
      stopOnSignals(host);
      process.send?.({ url: host.url });
    } catch (error) {
      process.send?.({ refused: error instanceof StartError ? error.text : { ja: '', en: String(error) } }, () =>
        process.exit(2),
      );
    }
  },
);
