import { setTimeout as delay } from 'node:timers/promises';
import { newAdminKey, writeAdminKey } from './admin.ts';
import { readFunctions } from './app-functions.ts';
import { appRegistry } from './app-registry.ts';
import { readRoutePrefix } from './host-json.ts';
import { HttpFront } from './http-front.ts';
import { invoke } from './invocation.ts';
import { type LoadedApp, loadApp } from './load-app.ts';
import { HTTP_LIMITS, type HttpLimits, type LoopbackServer, listenOnLoopback } from './loopback-server.ts';
import { routeMatcher } from './route-match.ts';
import { Timer, type TimerInput } from './timer.ts';

export interface LocalHostOptions {
  /** Imports the app's main module. */
  readonly entry: () => Promise<unknown>;
  readonly hostJsonPath: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Where `admin-key` is written. */
  readonly dataFolder: string;
  /** Receives one line at a time, without its end. */
  readonly log: (line: string) => void;
  /** Runs when the app has started and before anyone can reach it. `invokeTimer` as in LocalHost. */
  readonly beforeListening?: (invokeTimer: (name: string) => Promise<void>) => Promise<void>;
  readonly limits?: Partial<HttpLimits>;
}

export interface LocalHost {
  /** `http://localhost:<port>` */
  readonly url: string;
  /** Runs a timer of the app now; rejects with what it threw, with RangeError when there is none of that name. */
  invokeTimer(name: string): Promise<void>;
  /**
   * Stops: takes no more requests, starts no more timers, lets what runs finish for at most 10 s, runs the appTerminate
   * hooks. Called again it returns the same stop.
   */
  close(): Promise<void>;
}

/**
 * Runs an app of `@azure/functions` on this machine as a Functions host does: HTTP and timer triggers, on loopback only.
 * Once per process. Throws StartError, a sentence for whoever starts it, when the app cannot be run or the port is taken,
 * and what the app itself threw; the appTerminate hooks have run by then if the app had started.
 */
export async function startLocalHost(options: LocalHostOptions): Promise<LocalHost> {
  appRegistry.write = options.log;
  const routePrefix = await readRoutePrefix(options.hostJsonPath);
  const app = await loadApp(options.entry);
  try {
    return await serve(app, routePrefix, options);
  } catch (error) {
    await terminate();
    throw error;
  }
}

async function serve(app: LoadedApp, routePrefix: string, options: LocalHostOptions): Promise<LocalHost> {
  const limits: HttpLimits = { ...HTTP_LIMITS, ...options.limits };
  const functions = readFunctions(app.functions, routePrefix);
  const timers = new Map<string, Timer>();
  for (const { fn, trigger, pattern } of functions.timers) {
    const run = (input: TimerInput) => invoke(app.model, fn, trigger, { json: JSON.stringify(input) });
    const { name } = fn.metadata;
    // Function names do not differ by case, on Azure neither.
    timers.set(name.toLowerCase(), new Timer(name, pattern, run, (error) => logError(name, error)));
  }
  const runTimer = (name: string) => timers.get(name.toLowerCase())?.run();
  const invokeTimer = async (name: string): Promise<void> => {
    const run = runTimer(name);
    if (run === undefined) throw new RangeError(`the app has no timer "${name}"`);
    await run;
  };
  const adminKey = newAdminKey();
  let port = options.port;
  const front = new HttpFront({
    limits,
    port: () => port,
    adminKey,
    match: routeMatcher(functions.routes),
    invoke: ({ fn, trigger }, http) =>
      invoke(app.model, fn, trigger, { http }, http.nullableHeaders['traceparent']?.value),
    runTimer,
    log: options.log,
    logError: (error) => logError('host', error),
  });

  await options.beforeListening?.(invokeTimer);
  const server = await listenOnLoopback(options.port, limits, front.handle);
  port = server.port;
  let removeAdminKey: () => Promise<void>;
  try {
    removeAdminKey = await writeAdminKey(options.dataFolder, adminKey);
  } catch (error) {
    server.stopAccepting();
    server.cut();
    throw error;
  }
  for (const timer of timers.values()) timer.start();
  for (const { fn, runOnStartup } of functions.timers) {
    const { name } = fn.metadata;
    if (runOnStartup) runTimer(name)?.catch((error: unknown) => logError(name, error));
  }
  let stopped: Promise<void> | undefined;
  return {
    url: `http://localhost:${port}`,
    invokeTimer,
    close: () => {
      stopped ??= stop(server, front, [...timers.values()], limits.stopTimeout, removeAdminKey);
      return stopped;
    },
  };
}

async function stop(
  server: LoopbackServer,
  front: HttpFront,
  timers: readonly Timer[],
  timeout: number,
  removeAdminKey: () => Promise<void>,
): Promise<void> {
  server.stopAccepting();
  for (const timer of timers) timer.stop();
  const enough = new AbortController();
  const running = Promise.all([front.drain(), ...timers.map((timer) => timer.running)]).then(() => true);
  const inTime = await Promise.race([running, delay(timeout, false, { signal: enough.signal })]);
  enough.abort();
  if (!inTime) appRegistry.log('warning', 'system', 'The stop did not wait for what still runs.');
  server.cut();
  await removeAdminKey();
  await terminate();
}

/** What a hook throws is written down and stops nothing: the process is about to end. */
async function terminate(): Promise<void> {
  const context = { hookData: appRegistry.appLevelOnlyHookData, appHookData: appRegistry.appHookData };
  await appRegistry.runHooks('appTerminate', context).catch((error: unknown) => logError('appTerminate', error));
}

function logError(name: string, error: unknown): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  appRegistry.log('error', 'system', text, { name, context: undefined });
}
