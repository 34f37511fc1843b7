import { StartError } from '../model/start-error.ts';
import type {
  FunctionCallback,
  FunctionMetadata,
  HookCallback,
  HookName,
  LogCategory,
  LogLevel,
  ProgrammingModel,
} from './rpc-contract.ts';

export interface RegisteredFunction {
  readonly metadata: FunctionMetadata;
  readonly callback: FunctionCallback;
}

/**
 * What the app of this process has registered. It is one per process because `@azure/functions` itself keeps one app
 * per process.
 */
class AppRegistry {
  readonly functions = new Map<string, RegisteredFunction>();
  programmingModel: ProgrammingModel | undefined;
  /** Data that hooks share: all hooks of the app, and the app's start and end. */
  readonly appHookData: Record<string, unknown> = {};
  readonly appLevelOnlyHookData: Record<string, unknown> = {};
  /** Where lines for people go. */
  write: (line: string) => void = () => {};
  #locked = false;
  readonly #hooks = new Map<HookName, Set<HookCallback>>();

  /** Throws when the start has finished or the name is taken: a function that came late would run nowhere. */
  register(metadata: FunctionMetadata, callback: FunctionCallback): void {
    if (this.#locked) throw new Error('A function can only be registered during app startup.');
    if (this.functions.has(metadata.name)) {
      throw new StartError({
        ja: `関数「${metadata.name}」が二回登録されているため、開始できません。どちらかの名前を変えてください。`,
        en: `The function "${metadata.name}" is registered twice: give one of them another name.`,
      });
    }
    this.functions.set(metadata.name, { metadata, callback });
  }

  /** From now on `register` throws. */
  lock(): void {
    this.#locked = true;
  }

  get locked(): boolean {
    return this.#locked;
  }

  /** Returns what takes the hook away again. */
  addHook(name: HookName, callback: HookCallback): () => void {
    const callbacks = this.#hooks.get(name) ?? new Set();
    this.#hooks.set(name, callbacks.add(callback));
    return () => callbacks.delete(callback);
  }

  /** Runs the hooks one after another in the order in which they were added; the first that throws stops them. */
  async runHooks(name: HookName, context: object): Promise<void> {
    for (const callback of this.#hooks.get(name) ?? []) await callback(context);
  }

  /**
   * Writes one line `<UTC time> <level> <function> <message>` after the app's log hooks have seen it (not for the
   * library's own messages). Below `information` nothing is written: the level of host.json.
   */
  log(
    level: LogLevel,
    category: LogCategory,
    message: string,
    invocation?: { readonly name: string; readonly context: object | undefined },
  ): void {
    const entry = { level, message, category, invocationContext: invocation?.context, hookData: {} };
    if (category === 'user') for (const callback of this.#hooks.get('log') ?? []) callback(entry);
    if (entry.level === 'trace' || entry.level === 'debug' || entry.level === 'none') return;
    this.write(`${new Date().toISOString()} ${entry.level} ${invocation?.name ?? 'host'} ${entry.message}`);
  }
}

export const appRegistry = new AppRegistry();
