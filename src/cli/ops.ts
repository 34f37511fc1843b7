import { Failure } from '../model/failure.ts';
import { StartError } from '../model/start-error.ts';
import { isStoreError } from '../ports/store-error.ts';
import type { Command, CommandContext } from './command.ts';
import { COMMANDS } from './command-table.ts';
import { commandHelp, overview } from './help.ts';
import { readOptions } from './options.ts';
import { refused } from './refused.ts';

/** Where the tool writes: whole texts that end with a line break. */
export interface Writers {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** Opens what a command needs; called only once the call itself is understood. Gives it back when `work` has ended. */
export type WithContext = <Result>(work: (context: CommandContext) => Promise<Result>) => Promise<Result>;

/**
 * Runs the operator's tool with these arguments (noun, verb, options) and returns its exit code: 0 done, 2 refused with one
 * sentence on `err`, 1 trouble. Never throws.
 */
export async function ops(args: readonly string[], withContext: WithContext, { out, err }: Writers): Promise<number> {
  try {
    const [first, second] = args;
    if (first === undefined) {
      err(overview(COMMANDS));
      return 2;
    }
    if (first === '--help' || first === 'help') {
      out(overview(COMMANDS));
      return 0;
    }
    const noun = COMMANDS.filter(({ name }) => nounOf(name) === first);
    if (noun.length === 0) throw unknown('noun', first, [...new Set(COMMANDS.map(({ name }) => nounOf(name)))]);
    if (second === '--help' && !noun.some(({ name }) => name === first)) {
      out(overview(noun));
      return 0;
    }
    const command = noun.find(({ name }) => name === first) ?? noun.find(({ name }) => name === `${first} ${second}`);
    if (command === undefined)
      throw unknown(
        'verb',
        second,
        noun.map(({ name }) => name.slice(first.length + 1)),
        first,
      );
    return await call(command, args.slice(command.name.split(' ').length), withContext, out);
  } catch (error) {
    const { sentence, exitCode } = told(error);
    err(`${sentence}\n`);
    return exitCode;
  }
}

async function call(
  command: Command,
  args: readonly string[],
  withContext: WithContext,
  out: Writers['out'],
): Promise<number> {
  const options = readOptions(command.name, command.options, args);
  if (options.flag('help')) {
    out(commandHelp(command));
    return 0;
  }
  const answer = await (command.offline?.(options) ?? withContext((context) => command.run(options, context)));
  out(options.flag('json') ? `${JSON.stringify(answer.json, null, 2)}\n` : `${answer.text}\n`);
  return answer.trouble === true ? 1 : 0;
}

function told(error: unknown): { readonly sentence: string; readonly exitCode: 1 | 2 } {
  if (error instanceof Failure && error.text !== undefined) {
    return { sentence: error.text.en, exitCode: error.code === 'unavailable' ? 1 : 2 };
  }
  if (isStoreError(error)) {
    const end = error.unclear
      ? 'It is not known whether the change was written: look with "contract show" or "notice list" before you try again.'
      : 'Nothing was changed by the step that failed; try again.';
    return { sentence: `The control store did not answer as it should (${error.message}). ${end}`, exitCode: 1 };
  }
  if (error instanceof StartError) return { sentence: error.text.en, exitCode: 1 };
  return { sentence: `Unexpected trouble: ${error instanceof Error ? error.stack : String(error)}`, exitCode: 1 };
}

function nounOf(name: string): string {
  return name.split(' ', 1).join('');
}

function unknown(what: string, word: string | undefined, known: readonly string[], noun?: string): Failure {
  const of = noun === undefined ? 'The tool' : `"${noun}"`;
  const absent = word === undefined || word.startsWith('-');
  const wrong = absent ? `${of} needs a ${what} first` : `${of} has no ${what} "${word}"`;
  const those = `there ${known.length === 1 ? 'is' : 'are'}: ${known.join(', ')}`;
  return refused(`${wrong}; ${those}. "npm run ops -- --help" tells what they do.`);
}
