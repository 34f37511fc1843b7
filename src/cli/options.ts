import { parseArgs } from 'node:util';
import { refused } from './refused.ts';

export interface Option {
  /** What stands for the value in help texts, e.g. `DAY`; absent for a flag. */
  readonly value?: string;
  readonly required?: boolean;
  readonly help: string;
}

export type OptionTable = Readonly<Record<string, Option>>;

/** Options that every command has. */
export const COMMON_OPTIONS: OptionTable = {
  json: { help: 'Answer in JSON on stdout, for programs.' },
  help: { help: 'Show this text.' },
};

/** The options of one call, checked against the command's table. */
export interface OptionValues {
  /** The value of an option that the table requires. */
  text(name: string): string;
  optional(name: string): string | undefined;
  flag(name: string): boolean;
}

/**
 * Reads the arguments after noun and verb. Throws Failure `invalid-input` with one sentence for an option that does not
 * exist, stands twice, lacks its value or has one too many, for stray words, and for a required option that is absent
 * (unless help is asked for).
 */
export function readOptions(command: string, table: OptionTable, args: readonly string[]): OptionValues {
  const all: OptionTable = { ...table, ...COMMON_OPTIONS };
  const types = Object.entries(all).map(([name, { value }]) => [
    name,
    { type: value === undefined ? 'boolean' : 'string' },
  ]);
  const { tokens } = parseArgs({ args: [...args], options: Object.fromEntries(types), strict: false, tokens: true });
  const given = new Map<string, string>();
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional') {
      throw refused(
        `"${command}" takes no further words, but got "${token.value}"; values belong to an option, and a value with spaces into quotes.`,
      );
    }
    const option = Object.hasOwn(all, token.name) ? all[token.name] : undefined;
    if (option === undefined || token.rawName !== `--${token.name}`) {
      const names = Object.keys(all).map((name) => `--${name}`);
      throw refused(`"${command}" has no option ${token.rawName}; it has: ${names.join(', ')}.`);
    }
    if (given.has(token.name)) throw refused(`--${token.name} is given twice; give it once.`);
    given.set(token.name, givenValue(token.name, option, token.value, token.inlineValue ?? false));
  }
  for (const [name, { required, value }] of Object.entries(all)) {
    if (required === true && !given.has(name) && !given.has('help')) {
      throw refused(`"${command}" needs --${name} ${value}; see "ops ${command} --help".`);
    }
  }
  return {
    text: (name) => given.get(name) ?? '',
    optional: (name) => given.get(name),
    flag: (name) => given.has(name),
  };
}

function givenValue(name: string, option: Option, value: string | undefined, inline: boolean): string {
  if (option.value === undefined) {
    if (value !== undefined) throw refused(`--${name} stands alone; it takes no value.`);
    return '';
  }
  if (value === undefined || value === '' || (!inline && value.startsWith('-'))) {
    throw refused(`--${name} needs a value: --${name} ${option.value}.`);
  }
  return value;
}
