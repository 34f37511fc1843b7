import { registerHooks } from 'node:module';
import { StartError } from '../model/start-error.ts';
import { appRegistry, type RegisteredFunction } from './app-registry.ts';
import type { ProgrammingModel } from './rpc-contract.ts';

export interface LoadedApp {
  readonly model: ProgrammingModel;
  readonly functions: readonly RegisteredFunction[];
}

/**
 * Imports the app and starts it as the real worker does: import, appStart hooks, capabilities, registration locked.
 * Only `@azure/functions` notices: its `require('@azure/functions-core')` finds the stand-in, and the app's own code runs
 * unchanged. Once per process. Throws StartError when the app registers nothing or wants HTTP streaming (a handler that
 * throws would never be answered then), else what the entry or a hook threw.
 */
export async function loadApp(entry: () => Promise<unknown>): Promise<LoadedApp> {
  if (appRegistry.locked) throw new Error('this process runs an app already');
  const standIn = new URL('./functions-core.ts', import.meta.url).href;
  const hooks = registerHooks({
    resolve: (specifier, context, next) =>
      specifier === '@azure/functions-core'
        ? { url: standIn, format: 'module-typescript', shortCircuit: true }
        : next(specifier, context),
  });
  try {
    await entry();
  } finally {
    hooks.deregister();
  }
  await appRegistry.runHooks('appStart', {
    hookData: appRegistry.appLevelOnlyHookData,
    appHookData: appRegistry.appHookData,
  });
  const model = appRegistry.programmingModel;
  const capabilities = (await model?.getCapabilities({})) ?? {};
  appRegistry.lock();
  if (model === undefined || appRegistry.functions.size === 0) {
    throw new StartError({
      ja: 'このアプリには関数が一つも登録されていないため、開始できません。最初の登録より前で失敗していないかを確認してください。',
      en: 'The app has registered no function, so there is nothing to run: check whether it fails before its first registration.',
    });
  }
  if (capabilities['HttpUri'] !== undefined) {
    throw new StartError({
      ja: 'enableHttpStream には対応していません。app.setup から外してください。',
      en: 'The app turns on enableHttpStream, which this host does not support: remove it from app.setup.',
    });
  }
  return { model, functions: [...appRegistry.functions.values()] };
}
