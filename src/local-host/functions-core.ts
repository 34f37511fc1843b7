import { appRegistry } from './app-registry.ts';
import {
  type FunctionCallback,
  type FunctionMetadata,
  HOOK_NAMES,
  type HookCallback,
  type HookName,
  type LogCategory,
  type LogLevel,
  type ProgrammingModel,
} from './rpc-contract.ts';

/**
 * This file is what `require('@azure/functions-core')` gives to `@azure/functions` on this machine, in place of the
 * module that the real worker provides. It exports what that module exports, and nothing of the host.
 */

/** Version of the worker; the library asks for none in particular. */
export const version = '3.0.0';
/** Version of the host: `log` exists since 4.28, log hooks since 4.34. */
export const hostVersion = '4.34.0';

/** Undoes a registration, once. */
export class Disposable {
  #undo: (() => unknown) | undefined;

  constructor(undo: () => unknown) {
    this.#undo = undo;
  }

  static from(...disposables: readonly { dispose(): unknown }[]): Disposable {
    return new Disposable(() => {
      for (const disposable of disposables) disposable.dispose();
    });
  }

  dispose(): void {
    this.#undo?.();
    this.#undo = undefined;
  }
}

function isHookName(name: string): name is HookName {
  return HOOK_NAMES.some((known) => known === name);
}

/** Throws RangeError for a hook that the host does not know, as the worker does. */
export function registerHook(name: string, callback: HookCallback): Disposable {
  if (!isHookName(name)) throw new RangeError(`Unrecognized hook "${name}"`);
  return new Disposable(appRegistry.addHook(name, callback));
}

/** Throws once the app has started. */
export function registerFunction(metadata: FunctionMetadata, callback: FunctionCallback): Disposable {
  appRegistry.register(metadata, callback);
  return new Disposable(() => {
    if (!appRegistry.locked) appRegistry.functions.delete(metadata.name);
  });
}

export function setProgrammingModel(model: ProgrammingModel): void {
  appRegistry.programmingModel = model;
}

export function getProgrammingModel(): ProgrammingModel | undefined {
  return appRegistry.programmingModel;
}

export function log(level: LogLevel, category: LogCategory, message: string): void {
  appRegistry.log(level, category, message);
}
