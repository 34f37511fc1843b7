import { writeSync } from 'node:fs';
import Module from 'node:module';

/**
 * Loaded before an app, it gives `@azure/functions` the module `@azure/functions-core` as the worker does, by way of
 * `require`; it takes every registration and, once the app is loaded, waits for its appStart hooks. Its last line says how
 * much processor time the process took until then, in microseconds.
 */
const registered = { dispose: () => undefined };
const starting: (() => Promise<void>)[] = [];
const core = {
  version: '3.0.0',
  hostVersion: '4.34.0',
  registerHook: (name: string, hook: () => Promise<void>) => {
    if (name === 'appStart') starting.push(hook);
    return registered;
  },
  registerFunction: () => registered,
  setProgrammingModel: () => undefined,
  getProgrammingModel: () => undefined,
  log: () => undefined,
};
const { require: original } = Module.prototype;
Module.prototype.require = Object.assign(function (this: Module, name: string): unknown {
  return name === '@azure/functions-core' ? core : original.call(this, name);
}, original);

setImmediate(async () => {
  for (const start of starting) await start();
  process.exit();
});
process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  writeSync(1, `\n${user + system}\n`);
});
