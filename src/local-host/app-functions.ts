import { StartError } from '../model/start-error.ts';
import type { RegisteredFunction } from './app-registry.ts';
import { readNcrontab } from './ncrontab.ts';
import { type Route, readTemplate } from './route-match.ts';
import type { BindingInfo } from './rpc-contract.ts';

/** A function and the name of the binding that triggers it. */
export interface TriggeredFunction {
  readonly fn: RegisteredFunction;
  readonly trigger: string;
}

export interface TimerFunction extends TriggeredFunction {
  /** For croner. */
  readonly pattern: string;
  readonly runOnStartup: boolean;
}

export interface AppFunctions {
  readonly routes: readonly Route<TriggeredFunction>[];
  readonly timers: readonly TimerFunction[];
}

/** Source: the real host's rule for function names. */
const NAME = /^[a-z][a-z0-9_-]{0,127}$/i;

/**
 * Reads what the app registered. Throws StartError naming the function when it needs something that this host cannot do
 * as Azure does it: other triggers and bindings, retries, keys, routes and schedules it cannot read. So an app that
 * starts here is served whole.
 */
export function readFunctions(functions: readonly RegisteredFunction[], routePrefix: string): AppFunctions {
  const routes: Route<TriggeredFunction>[] = [];
  const timers: TimerFunction[] = [];
  for (const fn of functions) {
    const { name, bindings, retryOptions } = fn.metadata;
    if (!NAME.test(name)) throw refused(name, 'its name must be a letter and then letters, digits, "-" or "_"');
    if (retryOptions !== undefined) throw refused(name, 'retries are not supported');
    for (const [bindingName, binding] of Object.entries(bindings)) {
      const type = binding.type.toLowerCase();
      try {
        if (type === 'httptrigger') routes.push(httpRoute(fn, bindingName, binding, routePrefix));
        else if (type === 'timertrigger') timers.push(timer(fn, bindingName, binding));
        else if (type !== 'http' || binding.direction !== 'out') {
          throw new RangeError(`the type ${binding.type} is not supported, only httpTrigger and timerTrigger are`);
        }
      } catch (error) {
        throw error instanceof RangeError ? refused(name, error.message) : error;
      }
    }
  }
  return { routes, timers };
}

function refused(name: string, reason: string): StartError {
  return new StartError({
    ja: `関数「${name}」はこの環境では動かせないため、開始できません（${reason}）。登録の内容を直してください。`,
    en: `The function "${name}" cannot run on this host: ${reason}.`,
  });
}

function httpRoute(
  fn: RegisteredFunction,
  trigger: string,
  binding: BindingInfo,
  prefix: string,
): Route<TriggeredFunction> {
  const { route = fn.metadata.name, methods, authLevel } = binding;
  if (authLevel !== 'anonymous') throw new RangeError('this host keeps no function keys: authLevel must be anonymous');
  if (typeof route !== 'string' || !Array.isArray(methods)) throw new RangeError('its route or methods cannot be read');
  const template = `${prefix}/${route}`.replace(/^\/+|\/+$/g, '');
  if (/^(?:admin|runtime)(?:\/|$)/i.test(template)) throw new RangeError(`the route "${template}" belongs to the host`);
  readTemplate(template);
  return { template, methods: methods.map((method) => String(method).toUpperCase()), target: { fn, trigger } };
}

function timer(fn: RegisteredFunction, trigger: string, binding: BindingInfo): TimerFunction {
  const { schedule, runOnStartup } = binding;
  if (typeof schedule !== 'string') throw new RangeError('its schedule is missing');
  try {
    return { fn, trigger, pattern: readNcrontab(schedule), runOnStartup: runOnStartup === true };
  } catch (error) {
    throw new RangeError(
      `its schedule "${schedule}" is no NCRONTAB: ${error instanceof Error ? error.message : error}`,
    );
  }
}
