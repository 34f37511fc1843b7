import type { LocalHost } from './local-host.ts';

/**
 * From now on SIGINT and SIGTERM close the host and end the process with 0. A second signal ends it at once with 1: the
 * stores are made for that.
 */
export function stopOnSignals(host: LocalHost): void {
  let stopping = false;
  const stop = () => {
    if (stopping) process.exit(1);
    stopping = true;
    host.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}
