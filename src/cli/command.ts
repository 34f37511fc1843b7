import type { JsonValue } from '../model/json.ts';
import type { Clock } from '../ports/clock.ts';
import type { ControlStore } from '../ports/control-store.ts';
import type { OptionTable, OptionValues } from './options.ts';

/** What commands work with: the control store, never tenants' data and never a secret. */
export interface CommandContext {
  readonly control: ControlStore;
  readonly clock: Clock;
  /** Where people reach the service, e.g. `http://localhost:7071`. */
  readonly publicUrl: string;
  /** For how many hours a release must have been announced. */
  readonly noticeHours: number;
  /** For how many milliseconds the service must have seen an end before it destroys anything for it. */
  readonly erasureNotice: number;
  /** Asks the person at the terminal; undefined when nobody sits there. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
  /** Tells how a command that waits gets on; on stderr, so that it never mixes with the answer. */
  readonly tell: (line: string) => void;
}

/** A command's answer, for people and for programs. */
export interface Answer {
  readonly text: string;
  readonly json: JsonValue;
  /** True when what was found is trouble (exit code 1). */
  readonly trouble?: boolean;
}

/** One thing that operators can do. `run` throws Failure for what the operator can put right; its English text is shown. */
export interface Command {
  /** Noun and verb, e.g. `contract create`. */
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** What happens, and what to know before; shown by `--help`. */
  readonly detail: string;
  readonly options: OptionTable;
  /** Answers without opening any store; returns undefined for a call that needs them. */
  offline?(options: OptionValues): Promise<Answer> | undefined;
  run(options: OptionValues, context: CommandContext): Promise<Answer>;
}
